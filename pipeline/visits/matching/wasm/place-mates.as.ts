import { DIGITS, LETTERS } from './population.as';
import { Prepared, Text } from './prepared.as';
import { numberAmongOthers } from './shared-plates.as';
import { isDigit, symbolAt } from './symbols.as';

/**
 * How likely two other vehicles of one place are read as these two evidences, in units of what two vehicles of anywhere are.
 * Where most plates are foreign to the population of `population.as.ts`, they are of one form all the same, and many begin
 * alike: with the letters of a town, or of an area and a year. There half a plate in common says far less.
 */
export function asPlaceMates(a: Prepared, b: Prepared, shared: u32): f64 {
  let known: f64 = 0;
  let sum: f64 = 0;
  for (let i = 0; i <= a.candidates; i++) {
    const one = a.text(i);
    if (isOrdinary(one)) continue;
    for (let j = 0; j <= b.candidates; j++) {
      const other = b.text(j);
      // No two vehicles have one plate; and how common ordinary ones are is known.
      if (numberAmongOthers(shared, i) == j || isOrdinary(other)) continue;
      const chance = a.chanceOf(i) * b.chanceOf(j);
      known += chance;
      sum += (chance * max(asLocal(one, other), asLocal(other, one))) / max(one.share, other.share);
    }
  }
  return 1 - known + sum;
}

/** Two letters and five digits: of these `population.as.ts` tells how common each is. */
function isOrdinary(text: Text): bool {
  if (text.length != 7) return false;
  for (let i = 0; i < 7; i++) if (isDigit(symbolAt(text.symbols, i)) != i >= 2) return false;
  return true;
}

/** P(a vehicle has the other plate | one of its place has this): letters and digits in the same turns, the beginning often alike. */
function asLocal(one: Text, other: Text): f64 {
  let chance: f64 = 1;
  let i = 0;
  let j = 0;
  while (i < one.length && j < other.length) {
    const digits = isDigit(symbolAt(one.symbols, i));
    if (isDigit(symbolAt(other.symbols, j)) != digits) break;
    const end = blockEnd(one, i);
    const otherEnd = blockEnd(other, j);
    chance *= end - i == otherEnd - j ? SAME_LENGTH : OTHER_LENGTH;
    const each = digits ? 1 / DIGITS : 1 / LETTERS;
    // What is counted on stands at the end.
    const isLast = end == one.length;
    for (; j < otherEnd; j++, i++) {
      const isAlike = i < end && symbolAt(one.symbols, i) == symbolAt(other.symbols, j);
      chance *= isLast || i >= end ? each : isAlike ? ALIKE + (1 - ALIKE) * each : (1 - ALIKE) * each;
    }
    i = end;
  }
  if (i == one.length && j == other.length) return chance;
  let rest: f64 = 1;
  for (; j < other.length; j++) rest *= 1 / (LETTERS + DIGITS);
  return chance * OTHER_FORM * rest;
}

function blockEnd(text: Text, from: i32): i32 {
  const digits = isDigit(symbolAt(text.symbols, from));
  let end = from + 1;
  while (end < text.length && isDigit(symbolAt(text.symbols, end)) == digits) end++;
  return end;
}

/** That two plates have as many letters, or digits, in a row; and that they have so many more or fewer. */
const SAME_LENGTH: f64 = 0.6;
const OTHER_LENGTH: f64 = 0.2;
/** That they go on in other forms. */
const OTHER_FORM: f64 = 0.05;
/** Beyond chance, for each character before the last row. */
const ALIKE: f64 = 0.2;
