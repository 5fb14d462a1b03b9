import { NUMBERS, TEXTS } from '../read-parts';

/**
 * The read at hand, as its caller has put it here: where each text's bytes (UTF-8) stand and how many they are, and its numbers, by
 * the order of `../read-parts.ts`.
 */

/** A text's place is two words: where it begins, and its bytes, with a mark if they are not ASCII. */
export const texts: usize = memory.data(8 * TEXTS, 8);
export const numbers: usize = memory.data(8 * NUMBERS, 8);
/** How many candidates it has; and two words of two bits, what the camera said and what the lane serves, as stays have them. */
export const counts: usize = memory.data(8, 8);
/** Room for the texts themselves; what copies them reads some bytes further. */
export const LETTERS_BYTES: i32 = 1024;
export const letters: usize = memory.data(LETTERS_BYTES + 16, 16);

@inline
export function textOf(which: i32): usize {
  return load<u32>(texts + usize(8 * which));
}

/** Its bytes, and the mark. */
@inline
export function lengthOf(which: i32): u32 {
  return load<u32>(texts + usize(8 * which), 4);
}

@inline
export function numberOf(which: i32): f64 {
  return load<f64>(numbers + usize(8 * which));
}

@inline
export function candidates(): i32 {
  return load<i32>(counts);
}

@inline
export function words(): i32 {
  return load<i32>(counts, 4);
}
