import { LONGEST_PLATE, LOST_TOGETHER, NO_ID, NO_PLACE } from '../shared-numbers';
import { PlateGroup } from './plate-group.as';
import { BLOCK } from './slices.as';
import { haveCommonRest, isNear, isTwin, sought } from './sought-plate.as';

/**
 * Plates by look-alike classes, to be asked for those near another. The caller writes the classes of the plate that is sought or put to
 * `sought`, and says how many they are, 1 to 16. What was found last stands here until something else is sought: the caller reads the
 * first four words.
 */
@unmanaged
export class NearPlates {
  /** How many ids were found, some twice; and where they stand. */
  private count: i32;
  private ids: usize;
  /** The same of those that are twins of what was sought. */
  private twins: i32;
  private twinIds: usize;
  /** So many ids, and so many twins, have room. */
  private room: i32;
  /** By length, each made when first needed. */
  private groups: usize;
  /** Those that were made before it, of those of the same task. */
  before: NearPlates | null;

  constructor(before: NearPlates | null) {
    this.count = 0;
    this.ids = 0;
    this.twins = 0;
    this.twinIds = 0;
    this.room = 0;
    this.groups = heap.alloc(4 * (LONGEST_PLATE + 1));
    memory.fill(this.groups, 0, 4 * (LONGEST_PLATE + 1));
    this.before = before;
  }

  drop(): void {
    for (let length = 1; length <= LONGEST_PLATE; length++) {
      const group = this.group(length);
      if (group !== null) group.drop();
    }
    heap.free(this.groups);
    this.dropFound();
    heap.free(changetype<usize>(this));
  }

  /**
   * Puts the plate. Memory may grow.
   * @param before the place of what was put last of an evidence with several plates; NO_PLACE: it is its first
   * @returns its place: its number among those of its length, and below that, in the lowest bits, its length
   */
  put(length: i32, id: i32, before: i32): i32 {
    let group = this.group(length);
    if (group === null) {
      group = new PlateGroup(length);
      store<usize>(this.groups + (usize(length) << 2), changetype<usize>(group));
    }
    const place = group.put(id) << LENGTH_BITS | (length - 1);
    if (before != NO_PLACE) this.groupAt(before).setOtherAt(before >> LENGTH_BITS, place);
    return place;
  }

  /** Takes out the plate wherever it stands. */
  remove(length: i32, id: i32): void {
    const group = this.group(length);
    if (group !== null) group.remove(id);
  }

  /** Takes out all plates of an evidence. @param first the place of its first @returns false: what stands there is another's */
  removeFrom(first: i32, id: i32): bool {
    let place = first;
    while (place != NO_PLACE) {
      const group = this.groupAt(place);
      const at = place >> LENGTH_BITS;
      if (group.idAt(at) != id) return false;
      place = group.otherAt(at);
      group.removeAt(at);
    }
    return true;
  }

  /** Nothing is found of what is sought now. */
  begin(): void {
    this.count = 0;
    this.twins = 0;
  }

  /**
   * Finds as well the ids of all plates near the one sought. Memory may grow.
   * @param but this id is left out
   * @param isCandidate then only those that are at most an edit from the plate, or come to the same by one in each, and no twins
   */
  seek(length: i32, but: i32, isCandidate: bool): void {
    soughtLength = length;
    leftOut = but;
    asCandidate = isCandidate;
    const last = min(LONGEST_PLATE, length + LOST_TOGETHER);
    for (let other = max(1, length - LOST_TOGETHER); other <= last; other++) {
      const group = this.group(other);
      if (group === null || group.end == 0) continue;
      if (abs(other - length) < LOST_TOGETHER) this.seekInSlices(group);
      else this.seekLessAnEnd(group);
    }
  }

  /** How many were found. */
  @inline
  get found(): i32 {
    return this.count;
  }

  @inline
  idAt(i: i32): i32 {
    return load<i32>(this.ids + (usize(i) << 2));
  }

  /** As if what was found had been sought without it. */
  leaveOut(id: i32): void {
    if (this.count == 0) return;
    this.count = without(id, this.ids, this.count);
    this.twins = without(id, this.twinIds, this.twins);
  }

  private seekInSlices(group: PlateGroup): void {
    const slices = group.slices;
    slices.seek(sought, soughtLength);
    for (let block: usize = 0; i32(block << 3) < group.end; block += BLOCK) {
      const near = slices.nearInBlock(block, soughtLength, asCandidate);
      if (v128.any_true(near)) this.compareAll(group, block, near);
    }
  }

  private seekLessAnEnd(group: PlateGroup): void {
    const slices = group.slices;
    for (let block: usize = 0; i32(block << 3) < group.end; block += BLOCK) {
      const alike = slices.alikeInBlock(block, sought, soughtLength);
      if (v128.any_true(alike)) this.compareAll(group, block, alike);
    }
  }

  private compareAll(group: PlateGroup, block: usize, plates: v128): void {
    const first = i32(block << 3);
    for (let bits = i64x2.extract_lane(plates, 0); bits != 0; bits &= bits - 1) this.compare(group, first + i32(ctz(bits)));
    for (let bits = i64x2.extract_lane(plates, 1); bits != 0; bits &= bits - 1) this.compare(group, first + 64 + i32(ctz(bits)));
  }

  private compare(group: PlateGroup, at: i32): void {
    const id = group.idAt(at);
    if (id == leftOut || id == NO_ID) return;
    const plate = group.plateAt(at);
    const length = group.length;
    if (!isNear(soughtLength, plate, length)) return;
    if (asCandidate && !haveCommonRest(soughtLength, plate, length)) return;
    if (this.count == this.room) this.widenFound();
    store<i32>(this.ids + (usize(this.count++) << 2), id);
    if (!asCandidate && isTwin(soughtLength, plate, length)) store<i32>(this.twinIds + (usize(this.twins++) << 2), id);
  }

  private widenFound(): void {
    const room = max(FIRST_FOUND, 2 * this.room);
    const ids = heap.alloc(usize(room) << 2);
    const twinIds = heap.alloc(usize(room) << 2);
    memory.copy(ids, this.ids, usize(this.count) << 2);
    memory.copy(twinIds, this.twinIds, usize(this.twins) << 2);
    this.dropFound();
    this.ids = ids;
    this.twinIds = twinIds;
    this.room = room;
  }

  private dropFound(): void {
    if (this.room == 0) return;
    heap.free(this.ids);
    heap.free(this.twinIds);
  }

  @inline
  private group(length: i32): PlateGroup | null {
    return changetype<PlateGroup | null>(load<usize>(this.groups + (usize(length) << 2)));
  }

  @inline
  private groupAt(place: i32): PlateGroup {
    return changetype<PlateGroup>(load<usize>(this.groups + (usize((place & ((1 << LENGTH_BITS) - 1)) + 1) << 2)));
  }
}

/** @returns how many are left at the beginning of the list */
function without(id: i32, list: usize, count: i32): i32 {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const other = load<i32>(list + (usize(i) << 2));
    if (other != id) store<i32>(list + (usize(left++) << 2), other);
  }
  return left;
}

const LENGTH_BITS: i32 = 4;
/** Few are near. */
const FIRST_FOUND: i32 = 8;
let soughtLength: i32 = 0;
let leftOut: i32 = NO_ID;
let asCandidate: bool = false;
