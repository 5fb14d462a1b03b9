/**
 * Which stays were read at a lane, and when: an entry for each read, by time. Derived from the stays, which it names by
 * their slots.
 */
export class LaneTrace {
  private times = new Float64Array(FIRST_ENTRIES);
  /** TAKEN: taken away. */
  private slots = new Int32Array(FIRST_ENTRIES);
  private readonly plates: string[] = [];
  private length = 0;
  private taken = 0;

  add(at: number, slot: number, plate: string): void {
    if (this.length === this.times.length) this.grow();
    const { times, slots, plates } = this;
    let place = this.length++;
    for (; place > 0 && times[place - 1]! > at; place--) {
      times[place] = times[place - 1]!;
      slots[place] = slots[place - 1]!;
      plates[place] = plates[place - 1]!;
    }
    times[place] = at;
    slots[place] = slot;
    plates[place] = plate;
  }

  remove(at: number, slot: number): void {
    const { slots } = this;
    let low = this.placeOf(at);
    while (slots[low] !== slot) low++;
    slots[low] = TAKEN;
    this.taken++;
    if (this.taken > 64 && this.taken > this.length / 2) this.compact();
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
      if (!isClose && !couldBeSame(plates[i]!, plate)) continue;
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
      if (slots[i] !== TAKEN && plates.some((plate) => couldBeSame(this.plates[i]!, plate))) found.add(slots[i]!);
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

  private compact(): void {
    const { times, slots, plates } = this;
    let left = 0;
    for (let i = 0; i < this.length; i++) {
      if (slots[i] === TAKEN) continue;
      times[left] = times[i]!;
      slots[left] = slots[i]!;
      plates[left++] = plates[i]!;
    }
    this.length = left;
    plates.length = left;
    this.taken = 0;
  }

  private grow(): void {
    const { times, slots } = this;
    this.times = new Float64Array(2 * times.length);
    this.times.set(times);
    this.slots = new Int32Array(2 * slots.length);
    this.slots.set(slots);
  }
}

const FIRST_ENTRIES = 16;
const TAKEN = -1;

/** Says quickly of most pairs of plates that they are different ones: too few characters stand in the same place. */
function couldBeSame(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  let fromStart = 0;
  let fromEnd = 0;
  for (let i = 0; i < shorter; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) fromStart++;
    if (a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) fromEnd++;
  }
  return Math.max(fromStart, fromEnd) >= Math.min(3, shorter - 1);
}
