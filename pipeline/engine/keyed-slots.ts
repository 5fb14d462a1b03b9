import type { Slab } from '../records/slab.ts';
import { freePlace, grownHashPlaces, insertHash, newHashPlaces } from './hash-places.ts';
import { FIRST_HASH, hashOfBytes, hashOfText, mixedHash } from './hashes.ts';
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

  /** The same of a key that is told by its bytes (ASCII), and is to have the row that was begun for it. */
  giveOf(key: Buffer): number {
    const hash = hashOfKeyBytes(key, 0, key.length);
    const { index } = this;
    const mask = index.length - 1;
    for (let place = (2 * hash) & mask; index[place + 1] !== 0; place = (place + 2) & mask) {
      if (index[place] === hash && this.areKey(index[place + 1]! - 1, key)) return index[place + 1]! - 1;
    }
    return this.giveNew(hash);
  }

  private giveNew(hash: number): number {
    if (4 * this.taken >= this.index.length) this.index = grownHashPlaces(this.index);
    const slot = this.free.pop() ?? this.newSlot();
    insertHash(this.index, hash, slot);
    this.taken += 1;
    return slot;
  }

  /** Takes it from its key: another may get it next. */
  takeBack(slot: number): void {
    const { index, rows, memory } = this;
    const mask = index.length - 1;
    let place = (2 * this.hashAt(slot)) & mask;
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
    }
    return this.given++;
  }

  private isKey(slot: number, key: string): boolean {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.keys[slot] === key : this.memory.isKeyOf(row, key);
  }

  private areKey(slot: number, key: Buffer): boolean {
    const row = this.rows[slot]!;
    return row === NO_ROW ? this.keys[slot] === key.toString('latin1') : this.memory.areKeyOf(row, key);
  }

  private hashAt(slot: number): number {
    const row = this.rows[slot]!;
    if (row === NO_ROW) return hashOfKey(this.keys[slot]!);
    const { memory } = this;
    const bytes = memory.bytesOf(row);
    const start = memory.keyStartOf(row);
    const end = memory.startOf(row);
    for (let at = start; at < end; at++) if (bytes[at]! > LAST_ASCII) return hashOfKey(memory.keyOf(row));
    return hashOfKeyBytes(bytes, start, end);
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
const LAST_ASCII = 0x7f;
/** A power of two, as all later sizes are. */
const PLACES_AT_START = 64;

function hashOfKey(key: string): number {
  return mixedHash(hashOfText(FIRST_HASH, key));
}

/** The same of a key whose bytes are its characters. */
function hashOfKeyBytes(bytes: Buffer, start: number, end: number): number {
  return mixedHash(hashOfBytes(FIRST_HASH, bytes, start, end));
}
