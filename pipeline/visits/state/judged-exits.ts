import type { FoundLookAlikes } from '../confidence/pair-signs.ts';

/**
 * What was found of who else was inside when exits were read, of those that plainly ended a stay last: a car that leaves is read again
 * within seconds, and nearly always all that could make another answer of it is as it was.
 *
 * It holds while nobody who came in before an exit becomes known only later, or is read by other plates then, and no stay is
 * folded anew. Who comes in after the exit makes none of them another: they are looked at by when they were read. Nor does who
 * leaves, be it before the exit, or leaves the state: fewer are inside then than were found, and where that makes a visit surer
 * it is told anew (`../confidence/rejudging.ts`), which has it forgotten.
 */
export class JudgedExits {
  private readonly numbers = new Float64Array(NUMBERS * PLACES).fill(NOT_KNOWN);
  /** How often all was forgotten. */
  private turn = 0;
  /** The latest of the exits noted, ms UTC. */
  private latestAt = -Infinity;

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
    if (at > this.latestAt) this.latestAt = at;
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

  /**
   * Somebody came in at that time (ms UTC), or is read otherwise who did: forgets the exits that were read from then on, of which
   * there is mostly none.
   */
  forgetFrom(at: number): void {
    if (at > this.latestAt) return;
    const { numbers } = this;
    for (let place = 0; place < numbers.length; place += NUMBERS) if (numbers[place + AT]! >= at) numbers[place] = NOT_KNOWN;
  }
}

export const NOT_KNOWN = -1;
export const NONE_INSIDE = 0;
/** Each was seen last before the vehicle came in; or some were not, and are too unlike it to be the vehicle itself. */
const ALL_CAME_BEFORE = 1;
export const SOME_CAME_LATER = 2;

/** How look-alikes are noted of which none may be the vehicle itself. */
export function insideBy({ areInside, anyLater }: FoundLookAlikes): number {
  return !areInside ? NONE_INSIDE : anyLater ? SOME_CAME_LATER : ALL_CAME_BEFORE;
}

/** A power of two: of the cars that leave a garage within seconds two seldom have one place. */
const PLACES = 64;
const AT = 1;
const TURN = 2;
const INSIDE = 3;
const UNLIKENESS = 4;
const NUMBERS = 5;

function placeOf(slot: number): number {
  return (slot & (PLACES - 1)) * NUMBERS;
}
