import { cutList, noListMemory } from '../lists/list-memory.ts';
import { packPlate } from './packed-plate.ts';
import type { StayColumns } from './stay-columns.ts';
import { ENTRY_BYTES, PLATE_AT } from './trace-numbers.ts';
import { couldBeAny, couldBePacked, findAlike, isPlate, writePlate } from './traced-plates.ts';

/**
 * Which stays were read at a lane, and when: an entry for each read, by time. Derived from the stays, which it names by
 * their slots. Apart from the collector's heap, plates too: as texts they would all be kept. All of an entry stands side by side:
 * of a lane that is seldom passed each look would else fetch three lines of memory instead of one.
 */
export class LaneTrace {
  private memory = noListMemory;
  /** Its first entry there, and for how many there is room. */
  private from = 0;
  private room = 0;
  /** Those in use. */
  private length = 0;
  private taken = 0;

  add(at: number, slot: number, plate: string): void {
    if (this.length === this.room) this.grow();
    const { memory: { doubles, ints, bytes }, from } = this;
    const end = from + this.length;
    let place = end;
    while (place > from && doubles[DOUBLES * (place - 1)]! > at) place--;
    if (place < end) bytes.copyWithin(BYTES * (place + 1), BYTES * place, BYTES * end);
    this.length++;
    doubles[DOUBLES * place] = at;
    ints[INTS * place + SLOT_AT] = slot;
    writePlate(ints, INTS * place + PLATE_WORD, plate);
  }

  /** When the last was read, ms UTC; 0: none was. */
  get lastAt(): number {
    return this.length === 0 ? 0 : this.memory.doubles[DOUBLES * (this.from + this.length - 1)]!;
  }

  /** One read of a stay: another may be of the same instant, by another plate. */
  remove(at: number, slot: number, plate: string): void {
    const { ints } = this.memory;
    let place = this.placeOf(at);
    while (ints[INTS * place + SLOT_AT] !== slot || !isPlate(ints, INTS * place + PLATE_WORD, plate)) place++;
    this.takeAway(place);
  }

  /** One read of a stay of which all go. */
  removeAny(at: number, slot: number): void {
    const { ints } = this.memory;
    let place = this.placeOf(at);
    while (ints[INTS * place + SLOT_AT] !== slot) place++;
    this.takeAway(place);
  }

  /**
   * Slots of the stays read here less than `withinMs` from `at`, by a plate that could be the same one, or less than
   * `anyWithinMs` from it by any plate.
   */
  near(at: number, withinMs: number, anyWithinMs: number, plate: string, found: number[]): void {
    const { memory: { doubles, ints, bytes }, from } = this;
    packPlate(plate);
    let i = from + this.length - 1;
    // Reads mostly come in order: what is near stands at the end.
    while (i >= from && doubles[DOUBLES * i]! >= at + withinMs) i--;
    for (; i >= from && doubles[DOUBLES * i]! > at - withinMs; i--) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot === TAKEN) continue;
      const isClose = Math.abs(doubles[DOUBLES * i]! - at) < anyWithinMs;
      if (!isClose && !couldBePacked(ints, INTS * i + PLATE_WORD, bytes, plate)) continue;
      if (!found.includes(slot)) found.push(slot);
    }
  }

  /** Each read from one instant up to another, in order. */
  between(from: number, to: number, found: (at: number, slot: number) => void): void {
    const { doubles, ints } = this.memory;
    const end = this.from + this.length;
    for (let i = this.placeOf(from); i < end && doubles[DOUBLES * i]! < to; i++) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot !== TAKEN) found(doubles[DOUBLES * i]!, slot);
    }
  }

  /** Slots of the stays that have left since then and were read here since, by a plate that could be one of these. */
  leftSince(at: number, plates: readonly string[], columns: Pick<StayColumns, 'leftAt'>, found: number[]): void {
    const { memory: { doubles, ints, bytes }, from } = this;
    const end = from + this.length;
    let i = end - 1;
    // Mostly nothing was read since, or little.
    for (; i >= from && doubles[DOUBLES * i]! >= at && i > end - 1 - FEW; i--) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot === TAKEN || columns.leftAt(slot) < at) continue;
      if (!found.includes(slot) && couldBeAny(ints, INTS * i + PLATE_WORD, bytes, plates)) found.push(slot);
    }
    if (i < from || doubles[DOUBLES * i]! < at) return;
    findAlike(plates, bytes, this.placeOf(at), i + 1, (known) => {
      const slot = ints[INTS * known + SLOT_AT]!;
      if (slot !== TAKEN && columns.leftAt(slot) >= at && !found.includes(slot)) found.push(slot);
    });
  }

  /** The same of those that left up to a time, and were read up to `until` at the latest: where both are long past, little is looked at. */
  leftBetween(
    from: number, to: number, until: number, plates: readonly string[], columns: Pick<StayColumns, 'leftAt'>, found: number[],
  ): void {
    const { memory: { doubles, ints, bytes } } = this;
    for (let i = this.placeOf(until + 1) - 1; i >= this.from && doubles[DOUBLES * i]! >= from; i--) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot === TAKEN) continue;
      const leftAt = columns.leftAt(slot);
      if (leftAt < from || leftAt > to || found.includes(slot)) continue;
      if (couldBeAny(ints, INTS * i + PLATE_WORD, bytes, plates)) found.push(slot);
    }
  }

  /** Of the first read that is not before. */
  private placeOf(at: number): number {
    const { memory: { doubles }, from } = this;
    let low = from;
    for (let high = from + this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (doubles[DOUBLES * middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private takeAway(place: number): void {
    this.memory.ints[INTS * place + SLOT_AT] = TAKEN;
    this.taken++;
    if (this.taken > 64 && this.taken > this.length / 2) this.compact();
  }

  private compact(): void {
    const { memory: { ints }, from } = this;
    const end = from + this.length;
    let left = from;
    for (let i = from; i < end; i++) {
      if (ints[INTS * i + SLOT_AT] === TAKEN) continue;
      for (let k = 0; k < INTS; k++) ints[INTS * left + k] = ints[INTS * i + k]!;
      left++;
    }
    this.length = left - from;
    this.taken = 0;
  }

  private grow(): void {
    const room = Math.max(FIRST_ENTRIES, 2 * this.room);
    const { memory, from } = cutList(BYTES * room);
    memory.bytes.set(this.memory.bytes.subarray(BYTES * this.from, BYTES * (this.from + this.length)), from);
    this.memory = memory;
    this.from = from / BYTES;
    this.room = room;
  }
}

/** Once there is one: at many lanes nothing is ever read without a plate, or nothing at all. */
const FIRST_ENTRIES = 8;
const TAKEN = -1;
/** So many are looked at one by one sooner than what they are held against is made ready. */
const FEW = 24;

/** An entry is its time, the slot (TAKEN: it is taken away), and the plate (`traced-plates.ts`). */
const BYTES = ENTRY_BYTES;
const DOUBLES = BYTES / 8;
const INTS = BYTES / 4;
const SLOT_AT = 2;
const PLATE_WORD = PLATE_AT / 4;
