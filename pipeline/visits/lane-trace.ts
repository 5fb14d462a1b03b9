/**
 * Which stays were read at a lane, and when: an entry for each read, by time. Derived from the stays.
 */
export class LaneTrace {
  private times: number[] = [];
  /** Empty: taken away. */
  private visitIds: string[] = [];
  private plates: string[] = [];
  private taken = 0;

  add(at: number, visitId: string, plate: string): void {
    const { times, visitIds, plates } = this;
    let place = times.length;
    for (; place > 0 && times[place - 1]! > at; place--) {
      times[place] = times[place - 1]!;
      visitIds[place] = visitIds[place - 1]!;
      plates[place] = plates[place - 1]!;
    }
    times[place] = at;
    visitIds[place] = visitId;
    plates[place] = plate;
  }

  remove(at: number, visitId: string): void {
    const { times, visitIds } = this;
    let low = this.placeOf(at);
    while (visitIds[low] !== visitId) low++;
    visitIds[low] = '';
    this.taken++;
    if (this.taken > 64 && this.taken > times.length / 2) this.compact();
  }

  /**
   * visitIds of the stays read here less than `withinMs` from `at`, by a plate that could be the same one, or less than
   * `anyWithinMs` from it by any plate.
   */
  near(at: number, withinMs: number, anyWithinMs: number, plate: string, found: string[]): void {
    const { times, visitIds, plates } = this;
    let i = times.length - 1;
    // Reads mostly come in order: what is near stands at the end.
    while (i >= 0 && times[i]! >= at + withinMs) i--;
    for (; i >= 0 && times[i]! > at - withinMs; i--) {
      if (visitIds[i] === '') continue;
      const isClose = Math.abs(times[i]! - at) < anyWithinMs;
      if (!isClose && !couldBeSame(plates[i]!, plate)) continue;
      if (!found.includes(visitIds[i]!)) found.push(visitIds[i]!);
    }
  }

  /** Each read from one instant up to another, in order. */
  between(from: number, to: number, found: (at: number, visitId: string) => void): void {
    const { times, visitIds } = this;
    for (let i = this.placeOf(from); i < times.length && times[i]! < to; i++) {
      if (visitIds[i] !== '') found(times[i]!, visitIds[i]!);
    }
  }

  /** Of the first read that is not before. */
  private placeOf(at: number): number {
    const { times } = this;
    let low = 0;
    for (let high = times.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private compact(): void {
    const isLeft = (_: unknown, i: number): boolean => this.visitIds[i] !== '';
    this.times = this.times.filter(isLeft);
    this.plates = this.plates.filter(isLeft);
    this.visitIds = this.visitIds.filter(isLeft);
    this.taken = 0;
  }
}

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
