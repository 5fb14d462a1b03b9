import { grownHashPlaces, insertHash, newHashPlaces } from '../engine/hash-places.ts';

/**
 * The one copy of what a part of a record says, of parts that records repeat (where a read was made, what it came by), found by
 * their bytes four at a time: nothing is made for what was met before. All stand side by side, so that those in use take few lines of
 * the processor's cache.
 */
export class SharedParts<T> {
  /** Numbers by the hash of their parts. */
  private index = newHashPlaces(4 * PARTS_AT_FIRST);
  /** By number: the length of the part, and its words as `wordAt` reads them; `PART_WORDS` each. */
  private words = new Int32Array(PART_WORDS * PARTS_AT_FIRST);
  private values: T[] = [];
  private readonly make: (part: Buffer) => T;

  /** @param make what a part says */
  constructor(make: (part: Buffer) => T) {
    this.make = make;
  }

  /** What the bytes from `start` up to `end` say. */
  read(view: DataView, start: number, end: number): T {
    const length = end - start;
    if (length < WORD_BYTES || length > LONGEST) return this.make(copyOf(view, start, end));
    const { index } = this;
    const mask = index.length - 1;
    const hash = hashOf(view, start, end);
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      const number = index[place + 1]! - 1;
      if (index[place] === hash && this.isThere(number, view, start, end)) return this.values[number]!;
    }
    return this.keep(view, start, end, hash);
  }

  private isThere(number: number, view: DataView, start: number, end: number): boolean {
    const { words } = this;
    let word = PART_WORDS * number;
    if (words[word++] !== end - start) return false;
    const last = end - WORD_BYTES;
    for (let at = start; at < last; at += WORD_BYTES) if (words[word++] !== view.getInt32(at, true)) return false;
    return words[word] === view.getInt32(last, true);
  }

  private keep(view: DataView, start: number, end: number, hash: number): T {
    const value = this.make(copyOf(view, start, end));
    // However many are made up, they fill no memory.
    if (this.values.length === PARTS_AT_MOST) this.forgetAll();
    const number = this.values.length;
    if (PART_WORDS * number === this.words.length) this.widen();
    this.values.push(value);
    insertHash(this.index, hash, number);
    let word = PART_WORDS * number;
    this.words[word++] = end - start;
    const last = end - WORD_BYTES;
    for (let at = start; at < last; at += WORD_BYTES) this.words[word++] = view.getInt32(at, true);
    this.words[word] = view.getInt32(last, true);
    return value;
  }

  private forgetAll(): void {
    this.values = [];
    this.index.fill(0);
  }

  private widen(): void {
    this.index = grownHashPlaces(this.index);
    const wider = new Int32Array(2 * this.words.length);
    wider.set(this.words);
    this.words = wider;
  }
}

const WORD_BYTES = 4;
/** Two lines of the cache. */
const PART_WORDS = 32;
const LONGEST = (PART_WORDS - 1) * WORD_BYTES;
/** Powers of two. Ten thousand garages have cameras at fifty thousand lanes. */
const PARTS_AT_FIRST = 64;
const PARTS_AT_MOST = 2 ** 17;

/** Of its words; the last of them ends where the part ends, and so may begin within the one before. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  const last = end - WORD_BYTES;
  for (let at = start; at < last; at += WORD_BYTES) hash = mixed(hash, view.getInt32(at, true));
  return mixed(hash, view.getInt32(last, true)) >>> 0;
}

/** Each bit of either counts in the low bits, which say where the part is looked for. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function copyOf(view: DataView, start: number, end: number): Buffer {
  return Buffer.from(new Uint8Array(view.buffer, view.byteOffset + start, end - start));
}
