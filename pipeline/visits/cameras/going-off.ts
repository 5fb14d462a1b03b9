import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Passage } from '../passages/passages.ts';
import type { Stay } from '../state/stay.ts';
import type { CameraWatch } from './camera-watch.ts';
import { SAME_MS, type OddTime } from './clock-offset.ts';
import { beginOfInterval, intervalOf } from './intervals.ts';

/** So many reads that are off alike, and minutes apart from one that is as well: no line does that. */
const READS_ALIKE = 3;

/**
 * A read comes late, as some of its camera did that came in longer before it than the allowed lateness, and all since the first of
 * them: its clock has been put back, or was never right. That is known an hour before its intervals tell it. By nothing that
 * may still come in before the read in another order.
 */
export function isGoingOff(
  { laneId, cameraId, capturedAt, receivedAt }: CameraRead, { odd: toJudge, oddBefore }: CameraWatch, garage: GarageIndex,
  stays: Table<Stay>,
): boolean {
  const lagMs = receivedAt - capturedAt;
  const odd = [...oddBefore, ...toJudge];
  const until = capturedAt - garage.settings.allowedLatenessMs;
  const isAsked = (each: OddTime): boolean =>
    each.at + each.lagMs <= until && receivedAt < beginOfInterval(intervalOf(each.at) + ASKED_INTERVALS);
  const alike = odd.filter((each) => Math.abs(each.lagMs - lagMs) <= SAME_MS && isAsked(each));
  if (alike.length < READS_ALIKE) return false;
  const from = alike.reduce((first, { at }) => Math.min(first, at), Infinity);
  let areAllOff = true;
  garage.lane(laneId).trace.between(from, until, (at, slot) => {
    areAllOff &&= !isOnTime(at, cameraId, stays.at(slot)!, odd);
  });
  return areAllOff;
}

/** Those of an interval are asked for as long as the last of so many goes on, which ends before it can be judged. */
const ASKED_INTERVALS = 6;

/** @param next the interval that is to be judged next */
export function isForgotten({ at }: OddTime, next: number): boolean {
  return intervalOf(at) + ASKED_INTERVALS <= next;
}

function isOnTime(at: number, cameraId: string, { entry, exit }: Stay, odd: readonly OddTime[]): boolean {
  const isOwn = (passage: Passage | null): boolean =>
    passage !== null && passage.reads.some((read) => read.at === at && read.cameraId === cameraId);
  return (isOwn(entry) || isOwn(exit)) && !odd.some((each) => each.at === at);
}
