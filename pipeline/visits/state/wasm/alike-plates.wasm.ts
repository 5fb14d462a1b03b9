import { ENTRY_BYTES, LONG, MOST_ALIKE, PLATE_AT, PLATE_BYTES, SOUGHT_BYTES } from '../trace-numbers';

/**
 * Which reads of a lane's trace are by a plate that could be one of those sought: for each what `couldBeSame` says in
 * `../traced-plates.ts`, all characters of a plate at a step.
 */

const MOST_ENTRIES: i32 = 1024;
const MOST_SOUGHT: i32 = 8;
const entries: usize = memory.data(ENTRY_BYTES * MOST_ENTRIES, 16);
/** A load of a plate's last characters may reach into what stands behind: that does not count. */
const sought: usize = memory.data(SOUGHT_BYTES * MOST_SOUGHT + PLATE_BYTES, 16);
const found: usize = memory.data(4 * MOST_ENTRIES, 4);

export function entriesAt(): usize {
  return entries;
}

export function soughtAt(): usize {
  return sought;
}

export function foundAt(): usize {
  return found;
}

export function mostEntries(): i32 {
  return MOST_ENTRIES;
}

export function mostSought(): i32 {
  return MOST_SOUGHT;
}

/** @returns how many of the first so many entries could be one of the first so many plates; their places stand at `foundAt`, in order */
export function find(entryCount: i32, plateCount: i32): i32 {
  let count = 0;
  for (let i = 0; i < entryCount; i++) {
    if (couldBeSought(entries + usize(ENTRY_BYTES * i) + PLATE_AT, plateCount)) store<i32>(found + (usize(count++) << 2), i);
  }
  return count;
}

function couldBeSought(known: usize, plateCount: i32): bool {
  const ofKnown = i32(load<u8>(known));
  if (ofKnown == LONG) return true;
  const characters = v128.load(known);
  // All but the length, and what stands behind.
  const counted = (2 << ofKnown) - 2;
  for (let n = 0; n < plateCount; n++) {
    const start = sought + usize(SOUGHT_BYTES * n);
    const ofSought = i32(load<u8>(start));
    const enough = min(MOST_ALIKE, min(ofKnown, ofSought) - 1);
    if (popcnt(i8x16.bitmask(i8x16.eq(characters, v128.load(start))) & counted) >= enough) return true;
    if (ofSought == ofKnown) continue;
    const end = start + SOUGHT_BYTES - 1 - usize(ofKnown);
    if (popcnt(i8x16.bitmask(i8x16.eq(characters, v128.load(end))) & counted) >= enough) return true;
  }
  return false;
}
