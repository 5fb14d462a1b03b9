import { learnedFrom, nothingLearned, type EndedStay, type LearnedStays, type NextStay } from './stay-times.ts';

/**
 * What stays taught as they left the state. Whoever is read in an interval (`cameras/intervals.ts`) is judged by what
 * had been taught before it began: then a read that comes in later, within the allowed lateness, is judged by the same.
 */
export interface TaughtStays extends LearnedStays {
  /** Those of the last interval in which any left, and of the one before that, by when they did: they are not counted yet. */
  readonly waiting: readonly WaitingStay[];
}

interface WaitingStay {
  /** In which it left the state. */
  readonly interval: number;
  /** See `learnedFrom`. */
  readonly stay: EndedStay | null;
  readonly next: NextStay | null;
}

export const nothingTaught: TaughtStays = { ...nothingLearned, waiting: [] };

/** @param interval in which the stay left the state: never before that of one that taught already */
export function taughtBy(before: TaughtStays, stay: EndedStay | null, next: NextStay | null, interval: number): TaughtStays {
  const isOver = before.waiting.length > 0 && before.waiting[0]!.interval < interval - 1;
  const counted = isOver ? taughtFor(before, interval - 1) : before;
  const waiting = isOver ? before.waiting.filter((known) => known.interval >= interval - 1) : before.waiting;
  return { ...counted, waiting: [...waiting, { interval, stay, next }] };
}

/** What counts for what is read in that interval; Infinity: all. Of those before the last two no less is known than at their end. */
export function taughtFor(taught: TaughtStays, interval: number): LearnedStays {
  let learned: LearnedStays = taught;
  for (const { interval: left, stay, next } of taught.waiting) if (left < interval) learned = learnedFrom(learned, stay, next);
  return learned;
}

/** How many stays count for what is read in that interval. */
export function taughtCount({ paired, strays, waiting }: TaughtStays, interval: number): number {
  let count = paired + strays;
  for (const { interval: left } of waiting) if (left < interval) count++;
  return count;
}
