import { AFTER_LAST_DIGIT, FIRST_DIGIT } from '../shared-numbers';

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
