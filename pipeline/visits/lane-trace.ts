import { cutList, noListMemory } from './list-memory.ts';

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
    writePlate(bytes, BYTES * place + PLATE_AT, plate);
  }

  /** One read of a stay: another may be of the same instant, by another plate. */
  remove(at: number, slot: number, plate: string): void {
    const { ints, bytes } = this.memory;
    let place = this.placeOf(at);
    while (ints[INTS * place + SLOT_AT] !== slot || !isPlate(bytes, BYTES * place + PLATE_AT, plate)) place++;
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
    let i = from + this.length - 1;
    // Reads mostly come in order: what is near stands at the end.
    while (i >= from && doubles[DOUBLES * i]! >= at + withinMs) i--;
    for (; i >= from && doubles[DOUBLES * i]! > at - withinMs; i--) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot === TAKEN) continue;
      const isClose = Math.abs(doubles[DOUBLES * i]! - at) < anyWithinMs;
      if (!isClose && !couldBeSame(bytes, BYTES * i + PLATE_AT, plate)) continue;
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

  /** Slots of the stays read here since then, by a plate that could be one of these. */
  since(at: number, plates: readonly string[], found: Set<number>): void {
    const { memory: { doubles, ints, bytes }, from } = this;
    for (let i = from + this.length - 1; i >= from && doubles[DOUBLES * i]! >= at; i--) {
      const slot = ints[INTS * i + SLOT_AT]!;
      if (slot !== TAKEN && plates.some((plate) => couldBeSame(bytes, BYTES * i + PLATE_AT, plate))) found.add(slot);
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

/** An entry is its time, the slot (TAKEN: it is taken away), and the plate in `PLATE_BYTES`: its length, then its letters. */
const BYTES = 32;
const DOUBLES = BYTES / 8;
const INTS = BYTES / 4;
const SLOT_AT = 2;
const PLATE_AT = 12;

/** More than nearly all plates have letters: of a longer one, or one of other letters than these bytes can say, it is kept that it is. */
const PLATE_BYTES = 16;
const LONG = 0xff;
const LAST_OF_A_BYTE = 0xff;

function writePlate(plates: Uint8Array, at: number, plate: string): void {
  const { length } = plate;
  plates[at] = LONG;
  if (length >= PLATE_BYTES) return;
  for (let i = 0; i < length; i++) {
    const code = plate.charCodeAt(i);
    if (code > LAST_OF_A_BYTE) return;
    plates[at + 1 + i] = code;
  }
  plates[at] = length;
}

/** Whether it was written there; of two that are too long to be written nothing tells which. */
function isPlate(plates: Uint8Array, at: number, plate: string): boolean {
  const ofKnown = plates[at]!;
  writePlate(sought, 0, plate);
  if (ofKnown !== sought[0]) return false;
  if (ofKnown === LONG) return true;
  for (let i = 1; i <= ofKnown; i++) if (plates[at + i] !== sought[i]) return false;
  return true;
}

const sought = new Uint8Array(PLATE_BYTES);

/** Says quickly of most pairs of plates that they are different ones: too few characters stand in the same place. */
function couldBeSame(plates: Uint8Array, at: number, plate: string): boolean {
  const ofKnown = plates[at]!;
  if (ofKnown === LONG) return true;
  const shorter = Math.min(ofKnown, plate.length);
  let fromStart = 0;
  let fromEnd = 0;
  for (let i = 0; i < shorter; i++) {
    if (plates[at + 1 + i] === plate.charCodeAt(i)) fromStart++;
    if (plates[at + ofKnown - i] === plate.charCodeAt(plate.length - 1 - i)) fromEnd++;
  }
  return Math.max(fromStart, fromEnd) >= Math.min(3, shorter - 1);
}
