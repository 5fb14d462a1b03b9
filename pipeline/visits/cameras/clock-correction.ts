import type { CameraRead } from '../../records/records.ts';
import { seenAt } from '../clock/garage-clock.ts';
import { isOddTime, SAME_LATELY_MS } from './clock-offset.ts';
import { intervalOf } from './intervals.ts';

/**
 * What is to be made of a camera's odd times, from an interval on. A read is taken to have been made when it came in, or its time put
 * right, where that is surely nearer the truth: so a vehicle that another camera of the lane saw too is not seen twice.
 */
export interface ClockCorrection {
  /** Of the earlier of a read's two times. */
  readonly from: number;
  /** The garage's other cameras tell the time that we have: it is this one that is wrong, and not we. */
  readonly areOthersRight: boolean;
  /** What its reads are later than they say, ms, as far as is known: above 0 its clock is behind. 0: it is right. */
  readonly offByMs: number;
}

export const noCorrections: readonly ClockCorrection[] = [];
const nothingKnown: ClockCorrection = { from: 0, areOthersRight: false, offByMs: 0 };

/** With what was found out in one more interval. A clock that drifts is followed by steps. */
export function withCorrection(corrections: readonly ClockCorrection[], next: ClockCorrection): readonly ClockCorrection[] {
  const { areOthersRight, offByMs } = corrections.at(-1) ?? nothingKnown;
  const isSameOffset = (next.offByMs === 0) === (offByMs === 0) && Math.abs(next.offByMs - offByMs) <= STEP_MS;
  return areOthersRight === next.areOthersRight && isSameOffset ? corrections : [...corrections, next];
}

/** Without those that are over so long that hardly any read asks for them. @param interval the next that is to be judged */
export function askedAfter(interval: number, corrections: readonly ClockCorrection[]): readonly ClockCorrection[] {
  const first = corrections.findLastIndex(({ from }) => from <= interval - KEPT_INTERVALS);
  if (first < 0 || (first === 0 && corrections[0]!.from === 0)) return corrections;
  // Since when it is in force nobody asks any more.
  return [{ ...corrections[first]!, from: 0 }, ...corrections.slice(first + 1)];
}

/**
 * When a read was made, ms UTC: `capturedAt`, unless the camera's clock is known to be wrong. Nothing comes before it is made. A read
 * that comes as late as its camera is behind was on time; one that comes later than that, or that the camera had kept, has a time
 * that is off by what its camera's clock is.
 * @param isGoingOff of a read that comes late: whether others before it came as late, though the clock is not known to be wrong yet
 */
export function timeMade(read: CameraRead, corrections: readonly ClockCorrection[], isGoingOff: () => boolean): number {
  const { capturedAt, receivedAt, timing } = read;
  const lagMs = receivedAt - capturedAt;
  if (!isOddTime(lagMs)) return capturedAt;
  const interval = intervalOf(seenAt(read));
  const { areOthersRight, offByMs } = corrections.findLast(({ from }) => from <= interval) ?? nothingKnown;
  if (!areOthersRight) return capturedAt;
  const isOffBySo = (): boolean => (offByMs === 0 ? isGoingOff() : offByMs > 0 && Math.abs(lagMs - offByMs) <= SAME_LATELY_MS);
  if (lagMs < 0 || (timing !== 'backfill' && isOffBySo())) return receivedAt - WAY_MS;
  return offByMs === 0 ? capturedAt : Math.min(capturedAt + offByMs, receivedAt) - WAY_MS;
}

/** What a read is on its way, about. */
const WAY_MS = 1_000;
const STEP_MS = 5_000;
/** Half a day: what a camera keeps while its line is cut mostly comes sooner. */
export const KEPT_INTERVALS = 48;
