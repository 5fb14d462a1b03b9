import type { HoursOfWeek } from './intervals.ts';
import { chanceOfRead, dayOf, type Rhythm } from './rhythm.ts';
import { SILENT_FROM, unlikelihoodOfQuiet } from './silence.ts';

/**
 * Judging a garage costs as much for one interval as for some hours, and where it is seldom visited each read would find hours to
 * judge. So intervals wait while nothing can be told of them: until there are some reads to judge, until a camera might be
 * silent, or until the day is over. What is told, and what is learned, is the same.
 */
export const READS_WAIT = 16;

/** What must be known of a camera to let its intervals wait. */
export interface WaitingCamera {
  readonly rhythm: Rhythm;
  /** How unlikely its quiet was up to the last judged interval. */
  readonly surprise: number;
}

/**
 * The interval by which those from `next` on are to be judged with it: the last of the day, or the first in which a camera might be
 * called silent, however much the others read and if it reads nothing.
 */
export function judgedWith(next: number, cameras: readonly WaitingCamera[], hours: HoursOfWeek): number {
  // The quiet of one that has read nothing on any day yet is no surprise.
  const known = cameras.filter(({ rhythm, surprise }) => rhythm.readHours !== 0 || surprise > 0);
  const surprises = known.map(({ surprise }) => surprise);
  const last = lastOfDay(next, hours);
  if (known.length === 0) return last;
  for (let from = next; from <= last; ) {
    const hour = hours.of(from);
    let until = from + 1;
    while (until <= last && hours.of(until) === hour) until++;
    for (let index = 0; index < known.length; index++) {
      const chance = chanceOfRead(known[index]!.rhythm, hour);
      const unlikelihood = chance === 0 ? 0 : unlikelihoodOfQuiet(chance);
      const after = surprises[index]! + (until - from) * unlikelihood;
      if (after >= SILENT_FROM) return from;
      surprises[index] = after;
    }
    from = until;
  }
  return last;
}

/** The last interval of the day that the interval is of. */
function lastOfDay(interval: number, hours: HoursOfWeek): number {
  // All garages of a zone ask for the same day.
  if (hours === asked.hours && interval >= asked.from && interval <= asked.last) return asked.last;
  const day = dayOf(hours.of(interval));
  let last = interval;
  while (dayOf(hours.of(last + 1)) === day) last++;
  asked = { hours, from: interval, last };
  return last;
}

let asked: { readonly hours: HoursOfWeek | null; readonly from: number; readonly last: number } = { hours: null, from: 0, last: -1 };
