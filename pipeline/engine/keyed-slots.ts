import type { Slab } from '../records/slab.ts';
import { freePlace, grownHashPlaces, insertHash, newHashPlaces } from './hash-places.ts';
import { mixedHash } from './hashes.ts';
import { RowMemory } from './row-memory.ts';

/**
 * A number (slot) for each key of a table, for as long as the table has the key: what speaks of it often names it by that.
 * Slots of keys that left are given anew. A slot may have a row, then its key and value are no objects.
 */
export class KeyedSlots {
  /** Slots by the hash of their keys. */
  private index = newHashPlaces(PLACES_AT_START);
  private taken = 0;
  /** All slots below have been given. */
  private given = 0;
  private readonly free: number[] = [];
  /** Of those without a row. */
  private readonly keys: (string | undefined)[] = [];
  /** By slot; -1: it has none. */
  private rows = new Int32Array(PLACES_AT_START).fill(NO_ROW);
  /** By slot: of its key. */
  private hashes = new Uint32Array(PLACES_AT_START);
  readonly memory = new RowMemory();

  /** Slots that have been given are below. */
  get end(): number {
    return this.given;
  }

  get size(): number {
    return this.taken;
  }

  /** -1: the key has none. */
  find(key: string): number {
    const place = this.placeOf(key, hashOfKey(key));
    return place < 0 ? -1 : this.index[place + 1]! - 1;
  }

  /** The slot of a key, given to it if it has none. */
  give(key: string): number {
    const hash = hashOfKey(key);
    const place = this.placeOf(key, hash);
    if (place >= 0) return this.index[place + 1]! - 1;
    const slot = this.giveNew(hash);
    this.keys[slot] = key;
    return slot;
  }

  /** The same of a key that is told by its bytes (ASCII), so many from the start, and is to have a row. */
  giveOf(key: DataView, keyBytes: number): number {
    const hash = hashOfKeyBytes(key, keyBytes);
    const { index } = this;
    const mask = index.length - 1;
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      if (index[place] === hash && this.areKey(index[place + 1]! - 1, key, keyBytes)) return index[place + 1]! - 1;
    }
    return this.giveNew(hash);
  }

  private giveNew(hash: number): number {
    if (4 * this.taken >= this.index.length) this.index = grownHashPlaces(this.index);
    const slot = this.free.pop() ?? this.newSlot();
    this.hashes[slot] = hash;
    insertHash(this.index, hash, slot);
    this.taken += 1;
    return slot;
  }

  /** Takes it from its key: another may get it next. */
  takeBack(slot: number): void {
    const { index, rows, memory } = this;
    const mask = index.length - 1;
    let place = (2 * this.hashes[slot]!) & mask;
    while (index[place + 1] !== slot + 1) place = (place + 2) & mask;
    const row = rows[slot]!;
    if (row !== NO_ROW) memory.release(row);
    rows[slot] = NO_ROW;
    this.keys[slot] = undefined;
    freePlace(index, place);
    this.taken -= 1;
    this.free.push(slot);
  }

  /** Empty: no key has it. */
  keyOf(slot: number): string {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.keys[slot] ?? '' : this.memory.keyOf(row);
  }

  appendKey(slot: number, slab: Slab): void {
    const row = this.rows[slot]!;
    if (row === NO_ROW) slab.appendText(this.keys[slot]!);
    else this.memory.copyKeyTo(row, slab);
  }

  /** -1: it has none. Holds until `moveWorn`, or until the slot has another. */
  rowOf(slot: number): number {
    return this.rows[slot]!;
  }

  /** Gives it a row with a copy of the value's bytes, instead of the one that it has. */
  setRow(slot: number, from: DataView, start: number, end: number): void {
    this.beginRow(slot, end - start).appendPart(from, start, end);
    const former = this.endRow(slot);
    if (former !== NO_ROW) this.memory.release(former);
  }

  /** Begins a row for it. @param most bytes of the value, if that is known @returns where the value is to be written */
  beginRow(slot: number, most?: number): Slab {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.memory.begin(this.keys[slot]!, most) : this.memory.beginLike(row, most);
  }

  /** Gives it the row that was begun. @returns the row that it had, which is not released yet; -1: it had none */
  endRow(slot: number): number {
    const former = this.rows[slot]!;
    this.rows[slot] = this.memory.end(slot);
    if (former === NO_ROW) this.keys[slot] = undefined;
    return former;
  }

  /** Gives it a row of a key and a value that stand somewhere. @returns as `endRow` does */
  putRow(slot: number, from: DataView, valueAt: number, end: number): number {
    const former = this.rows[slot]!;
    this.rows[slot] = this.memory.add(slot, from, valueAt, end);
    if (former === NO_ROW) this.keys[slot] = undefined;
    return former;
  }

  /** Puts a row that was exchanged, and not released, back in the place of the other. */
  restoreRow(slot: number, former: number): void {
    this.memory.release(this.rows[slot]!);
    this.rows[slot] = former;
  }

  dropRow(slot: number): void {
    const row = this.rows[slot]!;
    if (row === NO_ROW) return;
    this.keys[slot] = this.memory.keyOf(row);
    this.rows[slot] = NO_ROW;
    this.memory.release(row);
  }

  /** Moves rows together now and then. */
  tidy(): void {
    if (this.memory.hasWorn) this.memory.moveWorn(this.rows);
  }

  private newSlot(): number {
    if (this.given === this.rows.length) {
      const before = this.rows;
      this.rows = new Int32Array(2 * before.length).fill(NO_ROW);
      this.rows.set(before);
      const hashesBefore = this.hashes;
      this.hashes = new Uint32Array(2 * hashesBefore.length);
      this.hashes.set(hashesBefore);
    }
    return this.given++;
  }

  private isKey(slot: number, key: string): boolean {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.keys[slot] === key : this.memory.isKeyOf(row, key);
  }

  private areKey(slot: number, key: DataView, keyBytes: number): boolean {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.keys[slot] === textOf(key, keyBytes) : this.memory.areKeyOf(row, key, keyBytes);
  }

  private placeOf(key: string, hash: number): number {
    const { index } = this;
    const mask = index.length - 1;
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      if (index[place] === hash && this.isKey(index[place + 1]! - 1, key)) return place;
    }
    return -1;
  }
}

const NO_ROW = -1;
/** A power of two, as all later sizes are. */
const PLACES_AT_START = 64;

/** Four characters at a step: each waits for the one before. */
function hashOfKey(key: string): number {
  const { length } = key;
  let hash = length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const low = key.charCodeAt(i) | (key.charCodeAt(i + 1) << 8);
    hash = hashWithWord(hash, low | (key.charCodeAt(i + 2) << 16) | (key.charCodeAt(i + 3) << 24));
  }
  for (; i < length; i++) hash = hashWithWord(hash, key.charCodeAt(i));
  return mixedHash(hash);
}

/** The same of a key whose bytes are its characters. */
function hashOfKeyBytes(key: DataView, keyBytes: number): number {
  let hash = keyBytes;
  let i = 0;
  for (; i + 4 <= keyBytes; i += 4) hash = hashWithWord(hash, key.getInt32(i, true));
  for (; i < keyBytes; i++) hash = hashWithWord(hash, key.getUint8(i));
  return mixedHash(hash);
}

/** Each bit of either counts in the low bits. */
function hashWithWord(before: number, word: number): number {
  const product = Math.imul(before ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function textOf(key: DataView, keyBytes: number): string {
  return Buffer.from(key.buffer, key.byteOffset, keyBytes).toString('latin1');
}
