import { isLongAt } from '../../state/wasm/packed-values.as';
import { CAMERA_ID, COUNTRY, GARAGE_ID, LANE_ID, NUMBERS, PLATE, READ_ID, TEXTS } from '../read-parts';

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

/** Takes that of a row in its place. @returns false: it is not short, or not ASCII */
export function takeText(which: i32, at: usize): bool {
  store<u32>(texts + usize(8 * which), u32(at + 1));
  store<u32>(texts + usize(8 * which), load<u8>(at), 4);
  return !isLongAt(at);
}

@inline
export function candidates(): i32 {
  return load<i32>(counts);
}

@inline
export function words(): i32 {
  return load<i32>(counts, 4);
}

/**
 * Finds the read's texts in so many bytes at `letters`: its Avro body up to the country, one text behind the other, but for the direction,
 * which is a byte.
 * @returns false: not all of it is ASCII, with lengths of a byte
 */
export function findTexts(bytes: i32): bool {
  // The last sixteen, some of which are looked at again: what stands behind them is another's.
  let any = v128.load(letters + usize(bytes) - 16);
  for (let at = letters, end = letters + usize(bytes) - 16; at < end; at += 16) any = v128.or(any, v128.load(at));
  if (i8x16.bitmask(any) != 0) return false;
  let at = findText(READ_ID, letters);
  at = findText(GARAGE_ID, at);
  at = findText(CAMERA_ID, at);
  at = findText(LANE_ID, at);
  at = findText(PLATE, at + 1);
  findText(COUNTRY, at);
  return true;
}

/** @returns where it ends */
function findText(which: i32, at: usize): usize {
  const length = u32(load<u8>(at)) >>> 1;
  store<u32>(texts + usize(8 * which), u32(at + 1));
  store<u32>(texts + usize(8 * which), length, 4);
  return at + 1 + usize(length);
}
