/**
 * What was found of who else was inside when exits were read, of those that plainly ended a stay last: a car that leaves is read again
 * within seconds, and nearly always all that could make another answer of it is as it was.
 *
 * It holds while nobody comes in or leaves by a read before an exit that was known, no plate of one inside turns out to be another, and
 * no stay is folded anew. Who comes in or leaves after the exit makes none of them another: they are looked at by when they were read. Nor
 * does who leaves the state: then no more are found than had been.
 */
export class JudgedExits {
  private readonly numbers = new Float64Array(NUMBERS * PLACES).fill(NOT_KNOWN);
  /** How often all was forgotten. */
  private turn = 0;

  /**
   * @param at first read of the stay's exit, ms UTC
   * @param inside which vehicles of plates near the exit's: NONE_INSIDE, ALL_CAME_BEFORE or SOME_CAME_LATER
   * @param unlikeness of its two ends (`unlikenessOf`); 0: none was inside
   */
  note(slot: number, at: number, inside: number, unlikeness: number): void {
    const { numbers } = this;
    const place = placeOf(slot);
    numbers[place] = slot;
    numbers[place + AT] = at;
    numbers[place + TURN] = this.turn;
    numbers[place + INSIDE] = inside;
    numbers[place + UNLIKENESS] = unlikeness;
  }

  /** What was noted of the exit; NOT_KNOWN: nothing that holds yet. */
  insideAt(slot: number, at: number): number {
    const { numbers } = this;
    const place = placeOf(slot);
    const isIt = numbers[place] === slot && numbers[place + AT] === at && numbers[place + TURN] === this.turn;
    return isIt ? numbers[place + INSIDE]! : NOT_KNOWN;
  }

  /** Of one that is known. */
  unlikenessOf(slot: number): number {
    return this.numbers[placeOf(slot) + UNLIKENESS]!;
  }

  forget(): void {
    this.turn++;
  }
}

export const NOT_KNOWN = -1;
export const NONE_INSIDE = 0;
/** Each was seen last before the vehicle came in; or some were not, and are too unlike it to be the vehicle itself. */
export const ALL_CAME_BEFORE = 1;
export const SOME_CAME_LATER = 2;

/** A power of two: more cars than that seldom leave a garage within seconds. */
const PLACES = 16;
const AT = 1;
const TURN = 2;
const INSIDE = 3;
const UNLIKENESS = 4;
const NUMBERS = 5;

function placeOf(slot: number): number {
  return (slot & (PLACES - 1)) * NUMBERS;
}
