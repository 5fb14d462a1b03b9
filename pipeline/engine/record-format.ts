/**
 * How Kafka lays out a record within a batch (format 2): the varints, and the reading of them. A record is its length,
 * a byte of attributes, what its timestamp and offset are above those of the batch, key and value with their lengths
 * (-1: null), and headers.
 */

/** Bytes that a number takes: zigzag, so that small ones of either sign take few. Exact for all safe integers. */
export function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  // As most do: the lengths of a record and its parts.
  if (rest < 0x4000) return rest < 0x80 ? 1 : 2;
  let bytes = 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

/** Answers where the number ends. */
export function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let at = start;
  for (; rest >= SHIFTABLE; rest = Math.floor(rest / 0x80)) {
    bytes[at] = (rest % 0x80) | 0x80;
    at += 1;
  }
  let small = rest | 0;
  for (; small >= 0x80; small >>>= 7) {
    bytes[at] = (small & 0x7f) | 0x80;
    at += 1;
  }
  bytes[at] = small;
  return at + 1;
}

/** Below it shifts work, and are quicker than divisions. */
const SHIFTABLE = 2 ** 31;

/** Reads on from `at`. */
export class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++]!;
    let value = byte & 0x7f;
    // Lengths and offsets take up to four bytes: integers, which shifts work on.
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = bytes[this.at++]!;
      value |= (byte & 0x7f) << shift;
    }
    if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    for (let factor = 2 ** 28; byte >= 0x80; factor *= 0x80) {
      byte = bytes[this.at++]!;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Bytes with their length before them, as a view. */
  field(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at = start + length;
    return this.bytes.subarray(start, this.at);
  }

  /** Of several headers with one name the last one counts. */
  headers(): Record<string, Buffer> | null {
    const count = this.varint();
    if (count === 0) return null;
    const headers = Object.create(null) as Record<string, Buffer>;
    for (let index = 0; index < count; index += 1) {
      const name = this.field()!.toString();
      headers[name] = this.field() ?? Buffer.alloc(0);
    }
    return headers;
  }
}
