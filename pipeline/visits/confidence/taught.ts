import type { StayTimes } from '../learned/stay-times.ts';
import { TRULY_MISSED } from '../occupancy/occupancy.ts';

/** What the garage has taught of pairs: asked of each, the same for all of an hour. */
export interface Taught {
  readonly stayTimes: StayTimes;
  /** Share of passages that go by unread these days. */
  readonly missedLately: number;
  /** How much more that is than usual, nats. */
  readonly logMissed: number;
  /** How much likelier two passages went by unread these days than the lengths of stays were learned with, nats. */
  readonly logBothMissed: number;
}

export function taughtOfPairs(stayTimes: StayTimes, missedLately: number): Taught {
  return {
    stayTimes, missedLately, logMissed: Math.log(missedLately / USUALLY_MISSED),
    logBothMissed: 2 * Math.log((TRULY_MISSED * missedLately) / stayTimes.missedShare),
  };
}

const USUALLY_MISSED = 0.02;
