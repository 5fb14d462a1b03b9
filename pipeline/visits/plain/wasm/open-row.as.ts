import {
  CAME_BACK, DIRECTION_BITS, HAS_ENTRY, HAS_ENTRY_READ, HAS_VISIT, IS_AS_SEEN, IS_SINGLE, STAY_FORMAT,
} from '../../state/stay-format';
import { afterCount, afterShare, afterText, afterTime, timeAt } from '../../state/wasm/packed-values.as';
import {
  afterPassage, firstOfPassage, lastIdOfPassage, lastLaneOfPassage, lastOfPassage, lastWordsOfPassage, partsOfPassage,
} from '../../state/wasm/stay-parts.as';
import {
  ANY_PARTS, DIRECTION, ENTERED_AT, ENTRY_AT, ENTRY_END, FIRST_SEEN_AT, LANE_AT, LAST_HERE_AT, LAST_ID_AT, OPEN_ROW_NUMBERS, PLATE_END,
  REVISION_AT, WORDS,
} from '../open-row-parts';
import { OPEN } from './row-numbers.as';

/** The row of an open stay, taken apart where it is laid down: what its exit must know, in numbers, by the order of `../open-row-parts.ts`. */

export const openRow: usize = memory.data(8 * OPEN_ROW_NUMBERS, 8);

/** @param open where it is laid down @param start where its value begins @returns false: it is not plain */
export function readRow(open: usize, start: usize): bool {
  const has: i32 = load<u8>(start, 1);
  if (i32(load<u8>(start)) !== STAY_FORMAT || (has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT)) return false;
  const plateEnd = afterText(afterText(afterText(start + 2)));
  const entryAt = afterTime(plateEnd);
  const passageHas: i32 = load<u8>(entryAt);
  if ((passageHas & ((1 << DIRECTION_BITS) - 1) & ~IS_SINGLE) !== 0) return false;
  const entryEnd = afterPassage(entryAt);
  const cameBack = (has & CAME_BACK) !== 0;
  const visitAt = cameBack ? afterTime(entryEnd) : entryEnd;
  const visitHas: i32 = load<u8>(visitAt);
  if ((visitHas & ~IS_AS_SEEN) !== HAS_ENTRY_READ || i32(load<u8>(visitAt, 1)) !== OPEN) return false;
  // Told anew it would have to say when it was seen first.
  if (!(visitHas & IS_AS_SEEN) && timeAt(afterShare(afterCount(visitAt + 2))) !== firstOfPassage()) return false;
  put(PLATE_END, f64(plateEnd - open));
  put(ENTRY_AT, f64(entryAt - open));
  put(ENTRY_END, f64(entryEnd - open));
  put(FIRST_SEEN_AT, firstOfPassage());
  put(ENTERED_AT, lastOfPassage());
  put(LAST_ID_AT, f64(lastIdOfPassage() - open));
  put(LANE_AT, f64(lastLaneOfPassage() - open));
  put(WORDS, lastWordsOfPassage());
  put(DIRECTION, passageHas >> DIRECTION_BITS);
  put(ANY_PARTS, partsOfPassage());
  put(LAST_HERE_AT, cameBack ? timeAt(entryEnd) : NaN);
  put(REVISION_AT, f64(visitAt + 2 - open));
  return true;
}

@inline
export function found(which: i32): f64 {
  return load<f64>(openRow + 8 * usize(which));
}

/** Of a place. */
@inline
export function foundAt(open: usize, which: i32): usize {
  return open + usize(found(which));
}

function put(which: i32, value: f64): void {
  store<f64>(openRow + 8 * usize(which), value);
}
