import { LONGEST_PLATE, LOST_TOGETHER } from '../shared-numbers';
import { NO_ID, NO_PLACE, PlateGroup } from './plate-group.as';
import { BLOCK } from './slices.as';
import { haveCommonRest, isNear, isTwin, sought } from './sought-plate.as';

/**
 * Plates by look-alike classes, to be asked for those near another: what `../plate-index.ts` gives its callers. The caller
 * writes the classes of a plate to `soughtAt` and says how many they are, 1 to 16.
 */

/** What was found: how many twins; where the ids are, and those of the twins. */
const found: usize = memory.data(12, 4);
const TWINS: usize = 0;
const IDS: usize = 4;
const TWIN_IDS: usize = 8;
/** So many can be found. */
let foundRoom: i32 = 0;

export function soughtAt(): usize {
  return sought;
}

/** Three words: how many twins a search found, where the ids found begin, and where those of the twins. */
export function foundAt(): usize {
  return found;
}

/** An index of plates: its groups by their length, each made when first needed. */
export function makeIndex(): usize {
  const index = heap.alloc(4 * (LONGEST_PLATE + 1));
  memory.fill(index, 0, 4 * (LONGEST_PLATE + 1));
  // Word 0, for no plate is of length 0: how many plates there are.
  return index;
}

export function dropIndex(index: usize): void {
  for (let length = 1; length <= LONGEST_PLATE; length++) {
    const group = groupOf(index, length);
    if (group !== null) group.drop();
  }
  heap.free(index);
}

/**
 * Memory may grow.
 * @param before the place of what was put last of an evidence with several plates; NO_PLACE: it is its first
 * @returns its place: its number among those of its length, and above the lowest bits that length
 */
export function put(index: usize, length: i32, id: i32, before: i32): i32 {
  const size = load<i32>(index) + 1;
  store<i32>(index, size);
  if (size > foundRoom) widenFound();
  let group = groupOf(index, length);
  if (group === null) {
    group = new PlateGroup(length);
    store<usize>(index + (usize(length) << 2), changetype<usize>(group));
  }
  const place = group.put(id) << LENGTH_BITS | (length - 1);
  if (before != NO_PLACE) groupAt(index, before).setOtherAt(before >> LENGTH_BITS, place);
  return place;
}

const LENGTH_BITS: i32 = 4;

function groupAt(index: usize, place: i32): PlateGroup {
  return changetype<PlateGroup>(load<usize>(index + (usize((place & ((1 << LENGTH_BITS) - 1)) + 1) << 2)));
}

/** Takes out a plate wherever it stands. */
export function remove(index: usize, length: i32, id: i32): void {
  const group = groupOf(index, length);
  if (group === null || !group.remove(id)) return;
  store<i32>(index, load<i32>(index) - 1);
}

/** Takes out all plates of an evidence. @param first the place of its first @returns false: what stands there is another's */
export function removeFrom(index: usize, first: i32, id: i32): bool {
  let place = first;
  while (place != NO_PLACE) {
    const group = groupAt(index, place);
    const at = place >> LENGTH_BITS;
    if (group.idAt(at) != id) return false;
    place = group.otherAt(at);
    group.removeAt(at);
    store<i32>(index, load<i32>(index) - 1);
  }
  return true;
}

/**
 * Finds the ids of all plates near the one sought.
 * @param but this id is left out
 * @param isCandidate then only those that are at most an edit from the plate, or come to the same by one in each, and no twins
 * @returns how many; `foundAt` says where they are
 */
export function seek(index: usize, length: i32, but: i32, isCandidate: bool): i32 {
  soughtLength = length;
  leftOut = but;
  asCandidate = isCandidate;
  count = 0;
  twins = 0;
  const last = min(LONGEST_PLATE, length + LOST_TOGETHER);
  for (let other = max(1, length - LOST_TOGETHER); other <= last; other++) {
    const group = groupOf(index, other);
    if (group === null || group.end == 0) continue;
    if (abs(other - length) < LOST_TOGETHER) seekInSlices(group);
    else seekLessAnEnd(group);
  }
  store<i32>(found, twins, TWINS);
  return count;
}

let soughtLength: i32 = 0;
let leftOut: i32 = NO_ID;
let asCandidate: bool = false;
let count: i32 = 0;
let twins: i32 = 0;

function seekInSlices(group: PlateGroup): void {
  const slices = group.slices;
  slices.seek(sought, soughtLength);
  for (let block: usize = 0; i32(block << 3) < group.end; block += BLOCK) {
    const near = slices.nearInBlock(block, soughtLength, asCandidate);
    if (v128.any_true(near)) compareAll(group, block, near);
  }
}

function seekLessAnEnd(group: PlateGroup): void {
  const slices = group.slices;
  for (let block: usize = 0; i32(block << 3) < group.end; block += BLOCK) {
    const alike = slices.alikeInBlock(block, sought, soughtLength);
    if (v128.any_true(alike)) compareAll(group, block, alike);
  }
}

function compareAll(group: PlateGroup, block: usize, plates: v128): void {
  const first = i32(block << 3);
  for (let bits = i64x2.extract_lane(plates, 0); bits != 0; bits &= bits - 1) compare(group, first + i32(ctz(bits)));
  for (let bits = i64x2.extract_lane(plates, 1); bits != 0; bits &= bits - 1) compare(group, first + 64 + i32(ctz(bits)));
}

function compare(group: PlateGroup, at: i32): void {
  const id = group.idAt(at);
  if (id == leftOut || id == NO_ID) return;
  const plate = group.plateAt(at);
  const length = group.length;
  if (!isNear(soughtLength, plate, length)) return;
  if (asCandidate && !haveCommonRest(soughtLength, plate, length)) return;
  store<i32>(load<usize>(found, IDS) + (usize(count++) << 2), id);
  if (!asCandidate && isTwin(soughtLength, plate, length)) store<i32>(load<usize>(found, TWIN_IDS) + (usize(twins++) << 2), id);
}

@inline
function groupOf(index: usize, length: i32): PlateGroup | null {
  return changetype<PlateGroup | null>(load<usize>(index + (usize(length) << 2)));
}

/** What was found is overwritten by each search, so nothing of it is kept. */
function widenFound(): void {
  if (foundRoom > 0) {
    heap.free(load<usize>(found, IDS));
    heap.free(load<usize>(found, TWIN_IDS));
  }
  foundRoom = max(64, 2 * foundRoom);
  store<usize>(found, heap.alloc(4 * foundRoom), IDS);
  store<usize>(found, heap.alloc(4 * foundRoom), TWIN_IDS);
}
