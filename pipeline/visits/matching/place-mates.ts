import { chanceOf, type Prepared, type Text, textAt } from './prepared.ts';
import { isDigit } from './symbols.ts';

/**
 * How likely two other vehicles of one place are read as these two evidences, in units of what two vehicles of anywhere are.
 * Where most plates are foreign to the population of `population.ts`, they are of one form all the same, and many begin
 * alike: with the letters of a town, or of an area and a year. There half a plate in common says far less.
 */
export function asPlaceMates(a: Prepared, b: Prepared): number {
  let known = 0;
  let sum = 0;
  for (let i = 0; i <= a.candidates; i++) {
    for (let j = 0; j <= b.candidates; j++) {
      const [one, other] = [textAt(a, i), textAt(b, j)];
      // No two vehicles have one plate; and how common ordinary ones are is known.
      if (one.plate === other.plate || isOrdinary(one) || isOrdinary(other)) continue;
      const chance = chanceOf(a, i) * chanceOf(b, j);
      known += chance;
      sum += (chance * Math.max(asLocal(one, other), asLocal(other, one))) / Math.max(one.share, other.share);
    }
  }
  return 1 - known + sum;
}

/** Two letters and five digits: of these `population.ts` tells how common each is. */
function isOrdinary({ symbols, length }: Text): boolean {
  if (length !== 7) return false;
  for (let i = 0; i < length; i++) if (isDigit(symbols[i]!) !== i >= 2) return false;
  return true;
}

/** P(a vehicle has the other plate | one of its place has this): letters and digits in the same turns, the beginning often alike. */
function asLocal(one: Text, other: Text): number {
  let chance = 1;
  let [i, j] = [0, 0];
  while (i < one.length && j < other.length) {
    const digits = isDigit(one.symbols[i]!);
    if (isDigit(other.symbols[j]!) !== digits) break;
    const [end, otherEnd] = [blockEnd(one, i), blockEnd(other, j)];
    chance *= end - i === otherEnd - j ? SAME_LENGTH : OTHER_LENGTH;
    const each = digits ? 1 / DIGITS : 1 / LETTERS;
    // What is counted on stands at the end.
    const isLast = end === one.length;
    for (; j < otherEnd; j++, i++) {
      const isAlike = i < end && one.symbols[i] === other.symbols[j];
      chance *= isLast || i >= end ? each : isAlike ? ALIKE + (1 - ALIKE) * each : (1 - ALIKE) * each;
    }
    i = end;
  }
  if (i === one.length && j === other.length) return chance;
  return chance * OTHER_FORM * (1 / (LETTERS + DIGITS)) ** (other.length - j);
}

function blockEnd({ symbols, length }: Text, from: number): number {
  let end = from + 1;
  while (end < length && isDigit(symbols[end]!) === isDigit(symbols[from]!)) end++;
  return end;
}

const LETTERS = 23;
const DIGITS = 10;
/** That two plates have as many letters, or digits, in a row; and that they have so many more or fewer. */
const SAME_LENGTH = 0.6;
const OTHER_LENGTH = 0.2;
/** That they go on in other forms. */
const OTHER_FORM = 0.05;
/** Beyond chance, for each character before the last row. */
const ALIKE = 0.2;
