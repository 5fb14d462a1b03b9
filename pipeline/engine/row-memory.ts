import { copyBytes, Slab } from '../records/slab.ts';
import { textOfBytes } from '../records/text-of-bytes.ts';
import type { RecordBlock } from './record-block.ts';

/**
 * Rows of key and value as bytes, one after the other in segments outside the collector's heap. A row is never written to
 * again: what changes gets another row, and the former is released when nobody can want it back any more.
 *
 * A row is named by where it stands. Whoever owns it (a number, the row says which) keeps that name, and is told when
 * `moveWorn` moves the row out of a segment of which little is left.
 */
export class RowMemory {
  /** Each is as long as a segment is, or longer if a row is. */
  private readonly segments: Slab[] = [];
  /** The same memory in words: each row's header. */
  private readonly words: Int32Array[] = [];
  private readonly liveBytes: number[] = [];
  private readonly free: number[] = [];
  /** Segments of which little is left. */
  private readonly worn: number[] = [];
  /** Where rows are added; none before the first row, for most tables of a small state never have any. */
  private open = NO_SEGMENT;
  /** Where the row that is being written begins, and its value; its segment, -1: none is. */
  private begunIn = -1;
  private begunAt = 0;
  private valueAt = 0;

  get sizeBytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** The memory that the row is in. */
  bytesOf(row: number): Buffer {
    return this.segments[row >>> SEGMENT_BITS]!.bytes;
  }

  /** The same memory. */
  viewOf(row: number): DataView {
    return this.segments[row >>> SEGMENT_BITS]!.view;
  }

  /** Where its key begins there. */
  keyStartOf(row: number): number {
    return placeIn(row) + HEADER_BYTES;
  }

  /** Where its value begins there: behind its key. */
  startOf(row: number): number {
    return placeIn(row) + HEADER_BYTES + this.keyBytesOf(row);
  }

  lengthOf(row: number): number {
    return this.words[row >>> SEGMENT_BITS]![wordOf(row) + VALUE_BYTES_AT]!;
  }

  /** The value's bytes, a view: copy what is to be kept. */
  valueOf(row: number): Buffer {
    const start = this.startOf(row);
    return this.bytesOf(row).subarray(start, start + this.lengthOf(row));
  }

  keyOf(row: number): string {
    return textOfBytes(this.bytesOf(row), this.keyStartOf(row), this.startOf(row));
  }

  isKeyOf(row: number, key: string): boolean {
    const { length } = key;
    if (this.keyBytesOf(row) !== length) return this.keyOf(row) === key;
    const bytes = this.bytesOf(row);
    for (let i = 0, from = this.keyStartOf(row); i < length; i++, from++) {
      const code = key.charCodeAt(i);
      // A key with other letters has more bytes than letters: a row of as many bytes is not its own, whatever they are.
      if (bytes[from] !== code || code > LAST_ASCII) return false;
    }
    return true;
  }

  /** @param keyBytes from the start on */
  areKeyOf(row: number, key: DataView, keyBytes: number): boolean {
    if (this.keyBytesOf(row) !== keyBytes) return false;
    const bytes = this.viewOf(row);
    const from = this.keyStartOf(row);
    let same = 0;
    while (same < keyBytes && bytes.getUint8(from + same) === key.getUint8(same)) same++;
    return same === keyBytes;
  }

  copyKeyTo(row: number, slab: Slab): void {
    slab.appendPart(this.viewOf(row), this.keyStartOf(row), this.startOf(row));
  }

  /** Adds a record of a key, with a byte before it, and value. */
  addTo(block: RecordBlock, timestamp: number, first: number, row: number): void {
    const number = row >>> SEGMENT_BITS;
    const words = this.words[number]!;
    const word = wordOf(row);
    const start = WORD_BYTES * word + HEADER_BYTES;
    const valueAt = start + words[word + KEY_BYTES_AT]!;
    block.addBytes(timestamp, first, this.segments[number]!.view, start, valueAt, valueAt + words[word + VALUE_BYTES_AT]!);
  }

  /**
   * A row bit by bit: its value is what is written to the slab from here on, until `end`. One that does not end, for what
   * should have written it threw, is written over.
   * @param most bytes of the value; if there are more, its segment grows
   */
  begin(key: string, most = USUAL_BYTES): Slab {
    const slab = this.beginRow(UTF8_BYTES_MAX * key.length + most);
    slab.appendText(key);
    this.valueAt = slab.end;
    return slab;
  }

  /** The same with the key of another row. */
  beginLike(row: number, most = USUAL_BYTES): Slab {
    const slab = this.beginRow(this.keyBytesOf(row) + most);
    this.copyKeyTo(row, slab);
    this.valueAt = slab.end;
    return slab;
  }

  private beginRow(most: number): Slab {
    const number = this.withRoomFor(HEADER_BYTES + most + ALIGNED_TO);
    const slab = this.segments[number]!;
    this.begunIn = number;
    this.begunAt = slab.end;
    slab.end += HEADER_BYTES;
    return slab;
  }

  /** The value is written. @returns the row's name, 0 or above */
  end(owner: number): number {
    const { begunIn: number, begunAt: at, valueAt } = this;
    const slab = this.segments[number]!;
    // It may have grown.
    if (slab.bytes.length > SEGMENT_BYTES) this.words[number] = wordsOf(slab);
    const words = this.words[number]!;
    const word = at / WORD_BYTES;
    words[word] = owner;
    words[word + KEY_BYTES_AT] = valueAt - at - HEADER_BYTES;
    words[word + VALUE_BYTES_AT] = slab.end - valueAt;
    slab.end = aligned(slab.end);
    this.liveBytes[number]! += slab.end - at;
    this.begunIn = -1;
    return nameOf(number, at);
  }

  /**
   * A row of a key and a value that stand somewhere: the key from the start, the value from `valueAt` up to `end`.
   * @returns as `end` does
   */
  add(owner: number, from: DataView, valueAt: number, end: number): number {
    const number = this.withRoomFor(HEADER_BYTES + end + ALIGNED_TO);
    const slab = this.segments[number]!;
    const words = this.words[number]!;
    const at = slab.end;
    const word = at / WORD_BYTES;
    words[word] = owner;
    words[word + KEY_BYTES_AT] = valueAt;
    words[word + VALUE_BYTES_AT] = end - valueAt;
    copyBytes(from, 0, end, slab.view, at + HEADER_BYTES);
    const rowBytes = aligned(HEADER_BYTES + end);
    slab.end = at + rowBytes;
    this.liveBytes[number]! += rowBytes;
    return nameOf(number, at);
  }

  /** Nobody wants the row any more. */
  release(row: number): void {
    const number = row >>> SEGMENT_BITS;
    const left = this.liveBytes[number]! - rowBytesAt(this.words[number]!, wordOf(row));
    this.liveBytes[number] = left;
    if (number === this.open) return;
    if (left === 0) this.freeSegment(number);
    else if (left * MOVED_BELOW < this.segments[number]!.end) this.worn.push(number);
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
    const { bytes, end } = this.segments[number]!;
    const liveBytes = this.liveBytes[number]!;
    // Several times worn, or freed and taken anew meanwhile.
    if (number === this.open || liveBytes === 0 || liveBytes * MOVED_BELOW >= end || bytes.length > SEGMENT_BYTES) return 0;
    const words = this.words[number]!;
    for (let at = 0; at < end; at += rowBytesAt(words, at / WORD_BYTES)) {
      const owner = words[at / WORD_BYTES]!;
      if (rowOf[owner] === nameOf(number, at)) rowOf[owner] = this.copyRow(number, at);
    }
    this.freeSegment(number);
    return liveBytes;
  }

  private copyRow(from: number, at: number): number {
    const rowBytes = rowBytesAt(this.words[from]!, at / WORD_BYTES);
    const number = this.withRoomFor(rowBytes);
    const slab = this.segments[number]!;
    const to = slab.end;
    slab.appendPart(this.segments[from]!.view, at, at + rowBytes);
    this.liveBytes[number]! += rowBytes;
    return nameOf(number, to);
  }

  /** A segment that so many bytes fit into. */
  private withRoomFor(bytes: number): number {
    if (this.begunIn >= 0) this.dropBegun();
    if (bytes > SEGMENT_BYTES) return this.newSegmentOf(bytes);
    if (this.open < 0) this.open = this.newSegmentOf(SEGMENT_BYTES);
    else if (this.segments[this.open]!.end + bytes > SEGMENT_BYTES) {
      const full = this.open;
      this.open = this.newSegmentOf(SEGMENT_BYTES);
      if (this.liveBytes[full] === 0) this.freeSegment(full);
    }
    return this.open;
  }

  private dropBegun(): void {
    const slab = this.segments[this.begunIn]!;
    slab.end = this.begunAt;
    if (this.begunIn !== this.open) this.freeSegment(this.begunIn);
    // It may have grown before.
    else if (slab.bytes.length > SEGMENT_BYTES) this.words[this.begunIn] = wordsOf(slab);
    this.begunIn = -1;
  }

  private newSegmentOf(sizeBytes: number): number {
    const spare = sizeBytes === SEGMENT_BYTES ? this.free.pop() : undefined;
    if (spare !== undefined) return spare;
    const number = this.segments.length;
    if (number === SEGMENTS_MAX) throw new Error('a table holds more than 8 GiB at rest');
    this.makeSegment(number, sizeBytes);
    return number;
  }

  private makeSegment(number: number, sizeBytes: number): void {
    const slab = new Slab(aligned(sizeBytes));
    this.segments[number] = slab;
    this.words[number] = wordsOf(slab);
    this.liveBytes[number] = 0;
  }

  private freeSegment(number: number): void {
    const slab = this.segments[number]!;
    slab.end = 0;
    this.liveBytes[number] = 0;
    if (slab.bytes.length > SEGMENT_BYTES) this.makeSegment(number, SEGMENT_BYTES);
    this.free.push(number);
  }

  private keyBytesOf(row: number): number {
    return this.words[row >>> SEGMENT_BITS]![wordOf(row) + KEY_BYTES_AT]!;
  }
}

/** Rows begin at multiples of it: so the names of 8 GiB of them are small integers, and their headers are words. */
const ALIGNED_TO = 4;
const WORD_BYTES = ALIGNED_TO;
/** Of a name: where the row stands in its segment, in words. */
const SEGMENT_BITS = 16;
const SEGMENT_BYTES = ALIGNED_TO * 2 ** SEGMENT_BITS;
const SEGMENTS_MAX = 2 ** (31 - SEGMENT_BITS);
const NO_SEGMENT = -1;
/** A segment with less than a third of its bytes live is worn. */
const MOVED_BELOW = 3;
/** Of a value: so much room must be left of a segment for the next to begin there. */
const USUAL_BYTES = 1024;
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;

/** Before each row: its owner, bytes of the key and of the value; a word each. */
const HEADER_BYTES = 3 * WORD_BYTES;
const KEY_BYTES_AT = 1;
const VALUE_BYTES_AT = 2;

function nameOf(segment: number, at: number): number {
  return (segment << SEGMENT_BITS) | (at / ALIGNED_TO);
}

/** Its first word in its segment. */
function wordOf(row: number): number {
  return row & (2 ** SEGMENT_BITS - 1);
}

function placeIn(row: number): number {
  return wordOf(row) * ALIGNED_TO;
}

function aligned(bytes: number): number {
  return (bytes + ALIGNED_TO - 1) & -ALIGNED_TO;
}

function rowBytesAt(words: Int32Array, word: number): number {
  return aligned(HEADER_BYTES + words[word + KEY_BYTES_AT]! + words[word + VALUE_BYTES_AT]!);
}

function wordsOf({ bytes }: Slab): Int32Array {
  return new Int32Array(bytes.buffer, 0, Math.floor(bytes.length / WORD_BYTES));
}
