import { instantiate } from '../webassembly/instantiate.ts';

/** What `wasm/crc32c.wasm.ts` exports; addresses are in its memory, which does not grow. */
interface Checksums {
  bytesAt(): number;
  mostBytes(): number;
  behind(before: number, bytes: number): number;
}

const checksums = instantiate<Checksums>(new URL('./wasm/crc32c.wasm', import.meta.url));
const room = new Uint8Array(checksums.memory.buffer, checksums.bytesAt(), checksums.mostBytes());

/** CRC-32C (Castagnoli), the checksum of Kafka's record batches, over bytes `start` to `end` (exclusive). */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at += room.length) {
    const part = bytes.subarray(at, Math.min(end, at + room.length));
    room.set(part);
    crc = checksums.behind(crc, part.length);
  }
  return ~crc >>> 0;
}
