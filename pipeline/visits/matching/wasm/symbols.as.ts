import { AFTER_LAST_DIGIT, FIRST_DIGIT, SYMBOLS } from '../shared-numbers';

/** Symbols are those of `../symbols.ts`. */

// @ts-ignore: decorator
@inline
export function isDigit(symbol: i32): bool {
  return symbol >= FIRST_DIGIT && symbol < AFTER_LAST_DIGIT;
}

/** @param text where its symbols stand */
// @ts-ignore: decorator
@inline
export function symbolAt(text: usize, i: i32): i32 {
  return i32(load<u8>(text + usize(i)));
}

/** By symbol, its look-alike class: laid down by `../near-readings.ts`. */
export const classes: usize = memory.data(SYMBOLS, 16);

// @ts-ignore: decorator
@inline
export function classOf(symbol: i32): i32 {
  return i32(load<u8>(classes + usize(symbol)));
}

/** Letters and digits, told as ASCII, as symbols; up to 16 are read and written. @returns false: they are others */
export function putLetters(letters: usize, length: i32, into: usize): bool {
  const codes = v128.load(letters);
  const asLetters = i8x16.sub(codes, i8x16.splat(<i8>CAPITAL_A));
  const asDigits = i8x16.sub(codes, i8x16.splat(<i8>ZERO));
  const areLetters = i8x16.lt_u(asLetters, i8x16.splat(<i8>FIRST_DIGIT));
  const areDigits = i8x16.lt_u(asDigits, i8x16.splat(<i8>(AFTER_LAST_DIGIT - FIRST_DIGIT)));
  v128.store(into, v128.bitselect(asLetters, i8x16.add(asDigits, i8x16.splat(<i8>FIRST_DIGIT)), areLetters));
  const others = ~i8x16.bitmask(v128.or(areLetters, areDigits));
  return (others & ((1 << length) - 1)) == 0;
}

/** Whether so many symbols, up to 16, are letters and digits. */
export function isOfLetters(text: usize, length: i32): bool {
  const areOfLetters = i8x16.bitmask(i8x16.lt_u(v128.load(text), i8x16.splat(<i8>AFTER_LAST_DIGIT)));
  return (~areOfLetters & ((1 << length) - 1)) == 0;
}

/** Whether so many symbols are the same: up to 16. */
// @ts-ignore: decorator
@inline
export function isAlike(text: usize, other: usize, length: i32): bool {
  return (differing(text, other) & ((1 << length) - 1)) == 0;
}

/** Whether the one text stands before the other, or is the same, as JavaScript orders them; of letters and digits alone. */
export function standsFirst(text: usize, length: i32, other: usize, otherLength: i32): bool {
  const at = ctz(differing(text, other));
  if (at >= min(length, otherLength)) return length <= otherLength;
  return rankOf(symbolAt(text, at)) < rankOf(symbolAt(other, at));
}

/** At which of 16 places they differ, as bits. */
// @ts-ignore: decorator
@inline
function differing(text: usize, other: usize): i32 {
  return ~i8x16.bitmask(i8x16.eq(v128.load(text), v128.load(other)));
}

/** Digits stand before letters. */
// @ts-ignore: decorator
@inline
function rankOf(symbol: i32): i32 {
  return isDigit(symbol) ? symbol - AFTER_LAST_DIGIT : symbol;
}

const CAPITAL_A: i32 = 65;
const ZERO: i32 = 48;
