import { LONG, MOST_ALIKE, MOST_LOST, SOUGHT_BYTES } from '../trace-numbers';

/**
 * Whether a packed plate could be of one vehicle with any of those sought: as many characters as that takes stand in the same place,
 * counted from the start or from the end, or as far in as one of them lost of both. All characters of a plate at a step.
 *
 * @param known where it stands: its length, then its characters
 * @param sought where the first stands: its length, then its first characters; and its last ones, which end where its bytes end. A load of
 * them may reach into what stands behind: that does not count
 */
export function couldBeAny(known: usize, sought: usize, count: i32): bool {
  const ofKnown = i32(load<u8>(known));
  if (ofKnown == LONG) return true;
  const characters = v128.load(known);
  // All but the length, and what stands behind.
  const counted = (2 << ofKnown) - 2;
  for (let n = 0; n < count; n++) {
    const start = sought + usize(SOUGHT_BYTES * n);
    const ofSought = i32(load<u8>(start));
    const enough = min(MOST_ALIKE, min(ofKnown, ofSought) - 1);
    if (popcnt(i8x16.bitmask(i8x16.eq(characters, v128.load(start))) & counted) >= enough) return true;
    if (ofSought == ofKnown) continue;
    const end = start + SOUGHT_BYTES - 1 - usize(ofKnown);
    if (popcnt(i8x16.bitmask(i8x16.eq(characters, v128.load(end))) & counted) >= enough) return true;
    for (let lost = 1; lost <= min(MOST_LOST, ofSought - ofKnown - 1); lost++) {
      if (popcnt(i8x16.bitmask(i8x16.eq(characters, v128.load(start + lost))) & counted) >= enough) return true;
    }
    for (let lost = 1; lost <= min(MOST_LOST, ofKnown - ofSought - 1); lost++) {
      if (popcnt(i8x16.bitmask(i8x16.eq(v128.load(known + lost), v128.load(start))) & ((2 << ofSought) - 2)) >= enough) return true;
    }
  }
  return false;
}
