/**
 * Which stays were read at a lane, and when: an entry for each read, by time. Derived from the stays, which it names by
 * their slots. Apart from the collector's heap, plates too: as texts they would all be kept.
 */
export class LaneTrace {
  private times = noTimes;
  /** TAKEN: taken away. */
  private slots = noSlots;
  /** Of each, `PLATE_BYTES`: its length, then its letters. */
  private plates = noPlates;
  private length = 0;
  private taken = 0;

  add(at: number, slot: number, plate: string): void {
    if (this.length === this.times.length) this.grow();
    const { times, slots, plates } = this;
    let place = this.length;
    while (place > 0 && times[place - 1]! > at) place--;
    if (place < this.length) {
      times.copyWithin(place + 1, place, this.length);
      slots.copyWithin(place + 1, place, this.length);
      plates.copyWithin(PLATE_BYTES * (place + 1), PLATE_BYTES * place, PLATE_BYTES * this.length);
    }
    this.length++;
    times[place] = at;
    slots[place] = slot;
    writePlate(plates, PLATE_BYTES * place, plate);
  }

  /** One read of a stay: another may be of the same instant, by another plate. */
  remove(at: number, slot: number, plate: string): void {
    const { slots, plates } = this;
    let place = this.placeOf(at);
    while (slots[place] !== slot || !isPlate(plates, PLATE_BYTES * place, plate)) place++;
    this.takeAway(place);
  }

  /** One read of a stay of which all go. */
  removeAny(at: number, slot: number): void {
    let place = this.placeOf(at);
    while (this.slots[place] !== slot) place++;
    this.takeAway(place);
  }

  /**
   * Slots of the stays read here less than `withinMs` from `at`, by a plate that could be the same one, or less than
   * `anyWithinMs` from it by any plate.
   */
  near(at: number, withinMs: number, anyWithinMs: number, plate: string, found: number[]): void {
    const { times, slots, plates } = this;
    let i = this.length - 1;
    // Reads mostly come in order: what is near stands at the end.
    while (i >= 0 && times[i]! >= at + withinMs) i--;
    for (; i >= 0 && times[i]! > at - withinMs; i--) {
      const slot = slots[i]!;
      if (slot === TAKEN) continue;
      const isClose = Math.abs(times[i]! - at) < anyWithinMs;
      if (!isClose && !couldBeSame(plates, PLATE_BYTES * i, plate)) continue;
      if (!found.includes(slot)) found.push(slot);
    }
  }

  /** Each read from one instant up to another, in order. */
  between(from: number, to: number, found: (at: number, slot: number) => void): void {
    const { times, slots, length } = this;
    for (let i = this.placeOf(from); i < length && times[i]! < to; i++) if (slots[i] !== TAKEN) found(times[i]!, slots[i]!);
  }

  /** Slots of the stays read here since then, by a plate that could be one of these. */
  since(at: number, plates: readonly string[], found: Set<number>): void {
    const { times, slots } = this;
    for (let i = this.length - 1; i >= 0 && times[i]! >= at; i--) {
      if (slots[i] !== TAKEN && plates.some((plate) => couldBeSame(this.plates, PLATE_BYTES * i, plate))) found.add(slots[i]!);
    }
  }

  /** Of the first read that is not before. */
  private placeOf(at: number): number {
    const { times } = this;
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private takeAway(place: number): void {
    this.slots[place] = TAKEN;
    this.taken++;
    if (this.taken > 64 && this.taken > this.length / 2) this.compact();
  }

  private compact(): void {
    const { times, slots, plates } = this;
    let left = 0;
    for (let i = 0; i < this.length; i++) {
      if (slots[i] === TAKEN) continue;
      times[left] = times[i]!;
      slots[left] = slots[i]!;
      for (let from = PLATE_BYTES * i, to = PLATE_BYTES * left; from < PLATE_BYTES * (i + 1); from++, to++) plates[to] = plates[from]!;
      left++;
    }
    this.length = left;
    this.taken = 0;
  }

  private grow(): void {
    const { times, slots, plates } = this;
    const entries = Math.max(FIRST_ENTRIES, 2 * times.length);
    this.times = new Float64Array(entries);
    this.times.set(times);
    this.slots = new Int32Array(entries);
    this.slots.set(slots);
    this.plates = new Uint8Array(PLATE_BYTES * entries);
    this.plates.set(plates);
  }
}

/** Once there is one: at many lanes nothing is ever read without a plate, or nothing at all. */
const FIRST_ENTRIES = 8;
const noTimes = new Float64Array(0);
const noSlots = new Int32Array(0);
const noPlates = new Uint8Array(0);
const TAKEN = -1;

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
