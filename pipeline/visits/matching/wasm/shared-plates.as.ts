import { Prepared } from './prepared.as';

/**
 * Which plates two evidences have in common, for symbols do not tell: rare characters share theirs, and of long plates only the
 * beginning is compared. Four bits for each plate of the one: 0, or one more than the number that the plate has in the other.
 */

/** Of two whose symbols do tell. */
export function sharedPlates(one: Prepared, other: Prepared): u32 {
  let shared: u32 = 0;
  for (let i = 0; i <= one.candidates; i++) {
    for (let j = 0; j <= other.candidates; j++) {
      if (!one.text(i).isSame(other.text(j))) continue;
      shared |= (1 + j) << (4 * i);
      break;
    }
  }
  return shared;
}

/** By which number the other evidence has the plate that this one has by that number; -1: it has not. */
// @ts-ignore: decorator
@inline
export function numberAmongOthers(shared: u32, number: i32): i32 {
  return i32(shared >> (4 * number) & 15) - 1;
}

/** The other way round. @param evidence the one */
export function numberAmongOwn(shared: u32, evidence: Prepared, number: i32): i32 {
  for (let i = 0; i <= evidence.candidates; i++) if (numberAmongOthers(shared, i) == number) return i;
  return -1;
}
