import { copyBytes, type Slab } from '../records/slab.ts';
import { textOfBytes } from '../records/text-of-bytes.ts';

/**
 * Rows of key and value as bytes, one after the other in segments outside the collector's heap. A row is never written to
 * again: what changes gets another row, and the former is released when nobody can want it back any more.
 *
 * A row is named by where it stands. Whoever owns it (a number, the row says which) keeps that name, and is told when
 * `moveWorn` moves the row out of a segment of which little is left.
 */
export class RowMemory {
  private readonly segments: Segment[] = [newSegment(SEGMENT_BYTES)];
  private readonly free: number[] = [];
  /** Segments of which little is left. */
  private readonly worn: number[] = [];
  private open = 0;

  get sizeBytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The memory that the row is in. */
  bytesOf(row: number): Buffer {
    return this.segments[row >>> SEGMENT_BITS]!.bytes;
  }

  /** Where its value begins there. */
  startOf(row: number): number {
    const at = placeIn(row);
    return at + HEADER_BYTES + keyBytesAt(this.bytesOf(row), at);
  }

  lengthOf(row: number): number {
    return readUint32(this.bytesOf(row), placeIn(row) + VALUE_BYTES_AT);
  }

  /** The value's bytes, a view: copy what is to be kept. */
  valueOf(row: number): Buffer {
    const start = this.startOf(row);
    return this.bytesOf(row).subarray(start, start + this.lengthOf(row));
  }

  keyOf(row: number): string {
    return keyAt(this.bytesOf(row), placeIn(row));
  }

  isKeyOf(row: number, key: string): boolean {
    return isKeyAt(this.bytesOf(row), placeIn(row), key);
  }

  copyKeyTo(row: number, slab: Slab): void {
    const at = placeIn(row);
    const bytes = this.bytesOf(row);
    const start = at + HEADER_BYTES;
    slab.appendPart(bytes, start, start + keyBytesAt(bytes, at));
  }

  copyValueTo(row: number, slab: Slab): void {
    const start = this.startOf(row);
    slab.appendPart(this.bytesOf(row), start, start + this.lengthOf(row));
  }

  /** A new row with a copy of the value's bytes. @returns its name, 0 or above */
  write(owner: number, key: string, from: Buffer, start: number, end: number): number {
    const most = HEADER_BYTES + UTF8_BYTES_MAX * key.length + end - start + ALIGNED_TO;
    const number = this.withRoomFor(most);
    const segment = this.segments[number]!;
    const { bytes, end: at } = segment;
    const to = writeKey(bytes, at + HEADER_BYTES, key);
    return this.finish(number, owner, to - at - HEADER_BYTES, from, start, end);
  }

  /** The same with the owner and the key of another row. */
  writeFor(row: number, from: Buffer, start: number, end: number): number {
    const at = placeIn(row);
    const known = this.bytesOf(row);
    const keyBytes = keyBytesAt(known, at);
    const number = this.withRoomFor(HEADER_BYTES + keyBytes + end - start + ALIGNED_TO);
    const segment = this.segments[number]!;
    copyBytes(known, at + HEADER_BYTES, at + HEADER_BYTES + keyBytes, segment.bytes, segment.end + HEADER_BYTES);
    return this.finish(number, readUint32(known, at), keyBytes, from, start, end);
  }

  /** Nobody wants the row any more. */
  release(row: number): void {
    const number = row >>> SEGMENT_BITS;
    const segment = this.segments[number]!;
    segment.liveBytes -= rowBytesAt(segment.bytes, placeIn(row));
    if (number === this.open) return;
    if (segment.liveBytes === 0) this.freeSegment(number);
    else if (segment.liveBytes * MOVED_BELOW < segment.end) this.worn.push(number);
  }

  /**
   * Moves the rows out of some of the segments of which little is left.
   * @param rowOf the row that the owner has now: any other of its rows is not wanted any more
   */
  moveWorn(rowOf: Int32Array): void {
    for (let room = SEGMENT_BYTES / 2; room > 0 && this.worn.length > 0; ) room -= this.moveOut(this.worn.pop()!, rowOf);
  }

  get hasWorn(): boolean {
    return this.worn.length > 0;
  }

  /** @returns how many bytes were moved */
  private moveOut(number: number, rowOf: Int32Array): number {
    const { bytes, end, liveBytes } = this.segments[number]!;
    // Several times worn, or freed and taken anew meanwhile.
    if (number === this.open || liveBytes === 0 || liveBytes * MOVED_BELOW >= end || bytes.length > SEGMENT_BYTES) return 0;
    for (let at = 0; at < end; at += rowBytesAt(bytes, at)) {
      const owner = readUint32(bytes, at);
      if (rowOf[owner] === nameOf(number, at)) rowOf[owner] = this.copyRow(bytes, at);
    }
    this.freeSegment(number);
    return liveBytes;
  }

  private copyRow(bytes: Buffer, at: number): number {
    const rowBytes = rowBytesAt(bytes, at);
    const number = this.withRoomFor(rowBytes);
    const segment = this.segments[number]!;
    const to = segment.end;
    bytes.copy(segment.bytes, to, at, at + rowBytes);
    segment.end = to + rowBytes;
    segment.liveBytes += rowBytes;
    return nameOf(number, to);
  }

  /** The key is written; adds the value, and the header before both. */
  private finish(number: number, owner: number, keyBytes: number, from: Buffer, start: number, end: number): number {
    const segment = this.segments[number]!;
    const { bytes, end: at } = segment;
    writeUint32(bytes, at, owner);
    writeUint32(bytes, at + KEY_BYTES_AT, keyBytes);
    writeUint32(bytes, at + VALUE_BYTES_AT, end - start);
    copyBytes(from, start, end, bytes, at + HEADER_BYTES + keyBytes);
    const rowBytes = rowBytesAt(bytes, at);
    segment.end = at + rowBytes;
    segment.liveBytes += rowBytes;
    return nameOf(number, at);
  }

  /** A segment that so many bytes fit into. */
  private withRoomFor(bytes: number): number {
    if (bytes > SEGMENT_BYTES) return this.newSegmentOf(bytes);
    if (this.segments[this.open]!.end + bytes > SEGMENT_BYTES) {
      const full = this.open;
      this.open = this.newSegmentOf(SEGMENT_BYTES);
      if (this.segments[full]!.liveBytes === 0) this.freeSegment(full);
    }
    return this.open;
  }

  private newSegmentOf(sizeBytes: number): number {
    const spare = sizeBytes === SEGMENT_BYTES ? this.free.pop() : undefined;
    if (spare !== undefined) return spare;
    if (this.segments.length === SEGMENTS_MAX) throw new Error('a table holds more than 8 GiB at rest');
    this.segments.push(newSegment(sizeBytes));
    return this.segments.length - 1;
  }

  private freeSegment(number: number): void {
    const segment = this.segments[number]!;
    segment.end = 0;
    segment.liveBytes = 0;
    if (segment.bytes.length > SEGMENT_BYTES) this.segments[number] = newSegment(SEGMENT_BYTES);
    this.free.push(number);
  }
}

interface Segment {
  readonly bytes: Buffer;
  end: number;
  liveBytes: number;
}

function newSegment(sizeBytes: number): Segment {
  return { bytes: Buffer.allocUnsafeSlow(sizeBytes), end: 0, liveBytes: 0 };
}

/** Rows begin at multiples of it: so the names of 8 GiB of them are small integers. */
const ALIGNED_TO = 4;
/** Of a name: where the row stands in its segment, in fours. */
const SEGMENT_BITS = 16;
const SEGMENT_BYTES = ALIGNED_TO * 2 ** SEGMENT_BITS;
const SEGMENTS_MAX = 2 ** (31 - SEGMENT_BITS);
/** A segment with less than a third of its bytes live is worn. */
const MOVED_BELOW = 3;
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;

/** Before each row: its owner, bytes of the key and of the value; four bytes each, little-endian. */
const HEADER_BYTES = 12;
const KEY_BYTES_AT = 4;
const VALUE_BYTES_AT = 8;

function nameOf(segment: number, at: number): number {
  return (segment << SEGMENT_BITS) | (at / ALIGNED_TO);
}

function placeIn(row: number): number {
  return (row & (2 ** SEGMENT_BITS - 1)) * ALIGNED_TO;
}

function keyBytesAt(bytes: Buffer, at: number): number {
  return readUint32(bytes, at + KEY_BYTES_AT);
}

function rowBytesAt(bytes: Buffer, at: number): number {
  const filled = HEADER_BYTES + keyBytesAt(bytes, at) + readUint32(bytes, at + VALUE_BYTES_AT);
  return Math.ceil(filled / ALIGNED_TO) * ALIGNED_TO;
}

function writeKey(bytes: Buffer, start: number, key: string): number {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code > LAST_ASCII) return start + bytes.write(key, start);
    bytes[start + i] = code;
  }
  return start + key.length;
}

function writeUint32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value & 0xff;
  bytes[at + 1] = (value >>> 8) & 0xff;
  bytes[at + 2] = (value >>> 16) & 0xff;
  bytes[at + 3] = value >>> 24;
}

function readUint32(bytes: Buffer, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function keyAt(bytes: Buffer, at: number): string {
  return textOfBytes(bytes, at + HEADER_BYTES, at + HEADER_BYTES + keyBytesAt(bytes, at));
}

function isKeyAt(bytes: Buffer, at: number, key: string): boolean {
  const { length } = key;
  if (keyBytesAt(bytes, at) !== length) return keyAt(bytes, at) === key;
  for (let i = 0, from = at + HEADER_BYTES; i < length; i++, from++) {
    const code = key.charCodeAt(i);
    // A key with other letters has more bytes than letters: a row of as many bytes is not its own, whatever they are.
    if (bytes[from] !== code || code > LAST_ASCII) return false;
  }
  return true;
}
