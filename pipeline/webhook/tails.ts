import type { Log, TopicPartition } from '../engine/log.ts';
import type { EngineClock } from '../engine/clock.ts';

/** Where partitions end, asked of the log for all who read them: so that many endpoints cost it no more than one. */
export interface Tails {
  /** Where committed data ends (exclusive), as it was not long ago. */
  stableOf(at: TopicPartition): Promise<number>;
}

/** How old an answer may be: also how late a new record may be noticed. */
export const LOOK_EVERY_MS = 500;

export function openTails(log: Log, clock: EngineClock): Tails {
  const asked = new Map<string, { readonly atMs: number; readonly stable: Promise<number> }>();
  return {
    stableOf({ topic, partition }) {
      const key = `${topic} ${partition}`;
      const nowMs = clock.monotonicMs();
      const last = asked.get(key);
      if (last !== undefined && nowMs - last.atMs < LOOK_EVERY_MS) return last.stable;
      const stable = log.bounds({ topic, partition }).then((bounds) => bounds.stable);
      asked.set(key, { atMs: nowMs, stable });
      return stable;
    },
  };
}
