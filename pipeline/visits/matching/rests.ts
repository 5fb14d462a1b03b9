import { LEAST_LEFT, LOST_TOGETHER } from './look-alike-distance.ts';
import { LONGEST_PLATE } from './symbols.ts';

/**
 * The rests of a plate: itself, itself less each one character, and less an end. Plates a character apart have a rest
 * in common. Rests are hashes of classes, made as sums over places, so that the hash of a text with another character in
 * one place follows from the text's own.
 */
export const MOST_RESTS = LONGEST_PLATE + 3;

/** Powers of an odd number: one for each place, and one more for a text that grows. */
const placeValues = new Int32Array(LONGEST_PLATE + 2);
placeValues[0] = 1;
for (let i = 1; i < placeValues.length; i++) placeValues[i] = Math.imul(placeValues[i - 1]!, 0x2c1b3c6d);

/** What a class adds to the sum of a text at its place. */
export function term(symbol: number, place: number): number {
  return Math.imul(symbol + 1, placeValues[place]!);
}

/** @param skipped this place is left out, those behind it move up; -1: none */
export function sumWithout(classes: Uint8Array, from: number, length: number, skipped: number): number {
  let sum = 0;
  for (let i = 0, place = 0; i < length; i++) if (i !== skipped) sum = (sum + term(classes[from + i]!, place++)) | 0;
  return sum;
}

/** Hash of the text with this sum. */
export function hashOf(sum: number): number {
  const hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** How many of a plate's rests, the last ones, lack an end. */
export function restsLessAnEnd(length: number): number {
  return length >= LEAST_LEFT + LOST_TOGETHER ? 2 : 0;
}

/** Hashes of all rests, each once but for coincidence. @returns how many; none for an empty plate */
export function writeRests(classes: Uint8Array, from: number, length: number, into: Int32Array): number {
  if (length === 0) return 0;
  into[0] = hashOf(sumWithout(classes, from, length, -1));
  let count = 1;
  for (let i = 0; i < length; i++) {
    // Either of two equal neighbours left out gives the same.
    if (i > 0 && classes[from + i] === classes[from + i - 1]) continue;
    into[count++] = hashOf(sumWithout(classes, from, length, i));
  }
  const left = length - LOST_TOGETHER;
  if (restsLessAnEnd(length) > 0) {
    into[count++] = hashOf(sumWithout(classes, from, left, -1));
    into[count++] = hashOf(sumWithout(classes, from + LOST_TOGETHER, left, -1));
  }
  return count;
}
