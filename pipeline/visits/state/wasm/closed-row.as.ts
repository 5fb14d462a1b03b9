import {
  CAME_BACK, DIRECTION_BITS, HAS_ENTRY, HAS_EXIT, HAS_IRREGULARITIES, HAS_OTHER_PLATE, HAS_VISIT, IS_SINGLE, OTHER_LANE, SAID_OTHERWISE,
  STAY_FORMAT,
} from '../stay-format';
import {
  AT, CAMERA, ENTERED_AT, ENTRY_READS, IS_OF_OWN_PLATE, LANE_HASH, MATCH_CONFIDENCE, MOST_BYTES, MOST_READS, PARTS, READ_BYTES, READ_ID_HASH,
  READS_AT_BYTES, SAID, STATUS,
} from '../closed-row-numbers';
import { hashInGarage, hashOfGarage, hashOfReadId } from './id-hashes.as';
import { afterCount, afterShare, afterText, afterTime, isLongAt, shareAt, timeAt } from './packed-values.as';
import { afterEvidence, behindNames } from './stay-parts.as';

/**
 * The row of a stay that has entry and exit, taken apart where it stands: what must be known of it when it leaves the state, in numbers.
 * The caller puts it to `row`; what is found stands at `found`, as `../closed-row-numbers.ts` says.
 */

export const row: usize = memory.data(MOST_BYTES, 16);
export const found: usize = memory.data(READS_AT_BYTES + READ_BYTES * MOST_READS, 16);

/** The hash of its garage. */
let garage: u32 = 0;
/** So many reads are found, and where the next is put. */
let reads: i32 = 0;

/**
 * Takes the row apart.
 * @returns how many reads it has; 0: it is for the codec. Something of it is decided or ruled, or odd; it has more reads than most; or an
 * id is long, or not ASCII
 */
export function takeApart(): i32 {
  if (load<u8>(row) != STAY_FORMAT) return 0;
  const has: i32 = load<u8>(row, 1);
  if ((has & ~(CAME_BACK | HAS_IRREGULARITIES)) != (HAS_ENTRY | HAS_EXIT | HAS_VISIT)) return 0;
  const garageAt = row + 2;
  if (isLongAt(garageAt)) return 0;
  const garageEnd = afterText(garageAt);
  garage = hashOfGarage(garageAt + 1, garageEnd);
  reads = 0;
  let at = findReads(afterTime(afterText(afterText(garageEnd))));
  if (at == 0) return 0;
  store<i32>(found + (usize(ENTRY_READS) << 2), reads);
  store<f64>(found + (usize(ENTERED_AT) << 3), load<f64>(readAt(reads - 1) + (usize(AT) << 3)));
  at = findReads(at);
  if (at == 0) return 0;
  if (has & CAME_BACK) at = afterTime(at);
  const visitHas: i32 = load<u8>(at++);
  if (visitHas & HAS_OTHER_PLATE) at = afterText(afterText(at));
  store<i32>(found + (usize(IS_OF_OWN_PLATE) << 2), i32((visitHas & HAS_OTHER_PLATE) == 0));
  store<i32>(found + (usize(STATUS) << 2), load<u8>(at));
  at = afterCount(at + 1);
  store<f64>(found + (usize(MATCH_CONFIDENCE) << 3), shareAt(at));
  return reads;
}

/** What is found of the read that has this number among them. */
@inline
export function readAt(number: i32): usize {
  return found + READS_AT_BYTES + usize(READ_BYTES * number);
}

/** Finds the reads of the passage that begins there. @returns where it ends; 0: it is for the codec */
function findReads(passageAt: usize): usize {
  const has: i32 = load<u8>(passageAt);
  if ((has & ((1 << DIRECTION_BITS) - 1) & ~IS_SINGLE) != 0) return 0;
  const laneAt = passageAt + 1;
  if (isLongAt(laneAt)) return 0;
  let at = afterText(laneAt);
  const lane = hashInGarage(garage, laneAt + 1, at);
  let count = 1;
  if ((has & IS_SINGLE) == 0) {
    count = load<u8>(at);
    at = afterEvidence(at + 2, load<u8>(at, 1));
  }
  if (reads + count > MOST_READS) return 0;
  for (; count > 0; count--) {
    at = findRead(at, lane);
    if (at == 0) return 0;
  }
  return at;
}

/** @returns where it ends; 0: it is for the codec */
function findRead(start: usize, passageLane: u32): usize {
  const read = readAt(reads++);
  const parts: i32 = load<u8>(start);
  const idAt = start + 1;
  if (isLongAt(idAt)) return 0;
  const cameraAt = afterText(idAt);
  if (isLongAt(cameraAt)) return 0;
  const timeStart = afterText(cameraAt);
  const camera = hashInGarage(garage, cameraAt + 1, timeStart);
  let at = afterTime(timeStart) + 1;
  let lane = passageLane;
  if (parts & OTHER_LANE) {
    if (isLongAt(at)) return 0;
    const end = afterText(at);
    lane = hashInGarage(garage, at + 1, end);
    at = end;
  }
  store<f64>(read + (usize(AT) << 3), timeAt(timeStart));
  store<u32>(read + (usize(READ_ID_HASH) << 2), hashOfReadId(idAt + 1, cameraAt));
  store<u32>(read + (usize(CAMERA) << 2), camera);
  store<u32>(read + (usize(LANE_HASH) << 2), lane);
  store<i32>(read + (usize(PARTS) << 2), parts);
  const confidenceAt = behindNames(at, parts);
  at = afterEvidence(at, parts);
  if (parts & SAID_OTHERWISE) {
    store<f64>(read + (usize(SAID) << 3), shareAt(at));
    return afterShare(at);
  }
  store<f64>(read + (usize(SAID) << 3), shareAt(confidenceAt));
  return at;
}
