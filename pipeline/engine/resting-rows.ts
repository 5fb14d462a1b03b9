import type { Slab } from '../records/slab.ts';

/**
 * Values by their key, as bytes outside the collector's heap: rows of key and value one after the other in segments, found
 * by hash. Neither key nor value is an object while it rests.
 */
export class RestingRows {
  /** Open addressing with linear probing: the key's hash, then where its row is (+1; 0: the place is free). */
  private index = new Uint32Array(2 * PLACES_AT_START);
  private rows = 0;
  private readonly segments: Segment[] = [newSegment(SEGMENT_BYTES)];
  private readonly free: number[] = [];
  /** Segments of which little is left: what is, moves out when the next segment is opened. */
  private readonly worn: number[] = [];
  private open = 0;

  get size(): number {
    return this.rows;
  }

  /** The memory that rows are kept in. */
  get sizeBytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Where the row of the key is; -1: there is none. Holds until rows are put or removed. */
  find(key: string): number {
    const place = this.placeOf(key, hashOf(key));
    return place < 0 ? -1 : this.index[place + 1]! - 1;
  }

  /** The memory that the row is in. */
  bytesOf(row: number): Buffer {
    return this.segments[row >>> SEGMENT_BITS]!.bytes;
  }

  /** Where its value begins there. */
  startOf(row: number): number {
    const at = row & (SEGMENT_BYTES - 1);
    return at + HEADER_BYTES + keyBytesAt(this.bytesOf(row), at);
  }

  /** The value's bytes, a view: copy what is to be kept. */
  valueAt(row: number): Buffer {
    const start = this.startOf(row);
    return this.bytesOf(row).subarray(start, start + this.lengthOf(row));
  }

  /** Adds the value's bytes to a slab. */
  copyTo(row: number, slab: Slab): void {
    const length = this.lengthOf(row);
    slab.reserve(length);
    const { bytes: into, end } = slab;
    const bytes = this.bytesOf(row);
    // Shorter than the call that would copy them.
    for (let i = 0, from = this.startOf(row); i < length; i++) into[end + i] = bytes[from + i]!;
    slab.end = end + length;
  }

  /** Copies the value's bytes; a row that the key has is replaced. */
  put(key: string, from: Uint8Array, start: number, end: number): void {
    const hash = hashOf(key);
    let place = this.placeOf(key, hash);
    // First: it may move the row that is replaced.
    const row = this.write(key, from, start, end);
    if (place >= 0) {
      this.release(this.index[place + 1]! - 1);
    } else {
      if (4 * this.rows >= this.index.length) this.grow();
      place = this.freePlace(hash);
      this.index[place] = hash;
      this.rows += 1;
    }
    this.index[place + 1] = row + 1;
  }

  remove(key: string): void {
    const place = this.placeOf(key, hashOf(key));
    if (place < 0) return;
    const row = this.index[place + 1]! - 1;
    this.closeGap(place);
    this.rows -= 1;
    this.release(row);
  }

  /** Each row and its key, in no order. */
  *entries(): Generator<[string, number]> {
    for (let place = 0; place < this.index.length; place += 2) {
      if (this.index[place + 1] === 0) continue;
      const row = this.index[place + 1]! - 1;
      yield [keyAt(this.bytesOf(row), row & (SEGMENT_BYTES - 1)), row];
    }
  }

  private lengthOf(row: number): number {
    return valueBytesAt(this.bytesOf(row), row & (SEGMENT_BYTES - 1));
  }

  private placeOf(key: string, hash: number): number {
    const { index } = this;
    const mask = index.length - 1;
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      if (index[place] !== hash) continue;
      const row = index[place + 1]! - 1;
      if (isKeyAt(this.segments[row >>> SEGMENT_BITS]!.bytes, row & (SEGMENT_BYTES - 1), key)) return place;
    }
    return -1;
  }

  private freePlace(hash: number): number {
    const { index } = this;
    const mask = index.length - 1;
    let place = (2 * hash) & mask;
    while (index[place + 1] !== 0) place = (place + 2) & mask;
    return place;
  }

  /** Moves up what the gap would cut off from the place where it is looked for first. */
  private closeGap(gap: number): void {
    const { index } = this;
    const mask = index.length - 1;
    let hole = gap;
    for (let next = (hole + 2) & mask; index[next + 1] !== 0; next = (next + 2) & mask) {
      const first = (2 * index[next]!) & mask;
      if (((next - first) & mask) < ((next - hole) & mask)) continue;
      index[hole] = index[next]!;
      index[hole + 1] = index[next + 1]!;
      hole = next;
    }
    index[hole + 1] = 0;
  }

  private grow(): void {
    const before = this.index;
    this.index = new Uint32Array(2 * before.length);
    for (let from = 0; from < before.length; from += 2) {
      if (before[from + 1] === 0) continue;
      const place = this.freePlace(before[from]!);
      this.index[place] = before[from]!;
      this.index[place + 1] = before[from + 1]!;
    }
  }

  private write(key: string, from: Uint8Array, start: number, end: number): number {
    const most = HEADER_BYTES + UTF8_BYTES_MAX * key.length + end - start;
    if (most > SEGMENT_BYTES) return this.writeTo(this.newSegmentOf(most), key, from, start, end);
    while (this.segments[this.open]!.end + most > SEGMENT_BYTES) this.openNext();
    return this.writeTo(this.open, key, from, start, end);
  }

  private writeTo(number: number, key: string, from: Uint8Array, start: number, end: number): number {
    const segment = this.segments[number]!;
    const { bytes, end: at } = segment;
    let to = at + HEADER_BYTES;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      if (code > LAST_ASCII) {
        to = at + HEADER_BYTES + bytes.write(key, at + HEADER_BYTES);
        break;
      }
      bytes[to++] = code;
    }
    writeHeader(bytes, at, to - at - HEADER_BYTES, end - start);
    // Shorter than the call that would copy them.
    for (let i = start; i < end; i++) bytes[to++] = from[i]!;
    segment.end = to;
    segment.liveBytes += to - at;
    return number * SEGMENT_BYTES + at;
  }

  /** The row is in the index no more, or soon will be replaced there. */
  private release(row: number): void {
    const number = row >>> SEGMENT_BITS;
    const segment = this.segments[number]!;
    const at = row & (SEGMENT_BYTES - 1);
    segment.liveBytes -= HEADER_BYTES + keyBytesAt(segment.bytes, at) + valueBytesAt(segment.bytes, at);
    if (number === this.open) return;
    if (segment.liveBytes === 0) this.freeSegment(number);
    else if (segment.liveBytes * MOVED_BELOW < segment.end) this.worn.push(number);
  }

  private openNext(): void {
    const full = this.open;
    this.open = this.newSegmentOf(SEGMENT_BYTES);
    if (this.segments[full]!.liveBytes === 0) this.freeSegment(full);
    // At most half of it: what moves must not open yet another.
    for (let room = SEGMENT_BYTES / 2; room > 0 && this.worn.length > 0; ) room -= this.moveOut(this.worn.pop()!);
  }

  /** @returns how many bytes were moved */
  private moveOut(number: number): number {
    const { bytes, end, liveBytes } = this.segments[number]!;
    // Several times worn, or freed and taken anew meanwhile.
    if (number === this.open || liveBytes === 0 || liveBytes * MOVED_BELOW >= end || bytes.length > SEGMENT_BYTES) return 0;
    for (let at = 0; at < end; ) {
      const keyBytes = keyBytesAt(bytes, at);
      const valueBytes = valueBytesAt(bytes, at);
      const start = at + HEADER_BYTES + keyBytes;
      const key = keyAt(bytes, at);
      const place = this.placeOf(key, hashOf(key));
      if (place >= 0 && this.index[place + 1] === number * SEGMENT_BYTES + at + 1) {
        this.index[place + 1] = this.writeTo(this.open, key, bytes, start, start + valueBytes) + 1;
      }
      at = start + valueBytes;
    }
    this.freeSegment(number);
    return liveBytes;
  }

  private newSegmentOf(sizeBytes: number): number {
    const spare = sizeBytes === SEGMENT_BYTES ? this.free.pop() : undefined;
    if (spare !== undefined) return spare;
    if (this.segments.length === SEGMENTS_MAX) throw new Error('a table holds more than 4 GiB at rest');
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

const SEGMENT_BITS = 18;
const SEGMENT_BYTES = 2 ** SEGMENT_BITS;
/** So that a row's number and 1 fit 32 bits. */
const SEGMENTS_MAX = 2 ** (32 - SEGMENT_BITS) - 1;
/** One with less than a third of its bytes live is worn. */
const MOVED_BELOW = 3;
/** A power of two, as all later sizes are. */
const PLACES_AT_START = 64;
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;

/** Before each row: bytes of the key and of the value, four each, little-endian. */
const HEADER_BYTES = 8;

function writeHeader(bytes: Buffer, at: number, keyBytes: number, valueBytes: number): void {
  writeUint32(bytes, at, keyBytes);
  writeUint32(bytes, at + 4, valueBytes);
}

function keyBytesAt(bytes: Buffer, at: number): number {
  return readUint32(bytes, at);
}

function valueBytesAt(bytes: Buffer, at: number): number {
  return readUint32(bytes, at + 4);
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
  return bytes.toString('utf8', at + HEADER_BYTES, at + HEADER_BYTES + keyBytesAt(bytes, at));
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

/** FNV-1a with the last mixing of MurmurHash3. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
