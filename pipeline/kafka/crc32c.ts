/** CRC-32C (Castagnoli), the checksum of Kafka's record batches, over bytes `start` to `end` (exclusive). */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  let crc = -1;
  let at = start;
  // Eight bytes at a time: one table for each, so that none waits for the one before.
  for (const last = end - 8; at <= last; at += 8) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc =
      TABLES[SEVENTH + (low & 0xff)]! ^ TABLES[SIXTH + ((low >>> 8) & 0xff)]! ^
      TABLES[FIFTH + ((low >>> 16) & 0xff)]! ^ TABLES[FOURTH + (low >>> 24)]! ^
      TABLES[THIRD + bytes[at + 4]!]! ^ TABLES[SECOND + bytes[at + 5]!]! ^
      TABLES[FIRST + bytes[at + 6]!]! ^ TABLES[bytes[at + 7]!]!;
  }
  for (; at < end; at += 1) crc = TABLES[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const POLYNOMIAL = 0x82f63b78;
const [FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH] = [256, 512, 768, 1024, 1280, 1536, 1792] as const;
const TABLES = tables();

/** Eight tables of 256 in one: table n holds what a byte does that n more bytes follow. */
function tables(): Int32Array {
  const all = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    all[byte] = crc;
  }
  for (let index = 256; index < all.length; index += 1) {
    const before = all[index - 256]!;
    all[index] = all[before & 0xff]! ^ (before >>> 8);
  }
  return all;
}
