import type { Random } from '../random.ts';

/**
 * Which of a garage's passages nobody reads: silent cameras miss some of the stated share, chance the rest, so that
 * both together come to it.
 */
export interface MissQuota {
  isMissedByChance(random: Random): boolean;
  /** The share is used up: what a silent camera sees now must not be lost. */
  isSpent(): boolean;
  /** Says of every passage what became of it. */
  count(isMissed: boolean): void;
}

export function openMissQuota(share: number): MissQuota {
  let passages = 0;
  let missed = 0;
  return {
    isMissedByChance: (random) => random.chance(Math.min(3 * share, share + (share * passages - missed) / REPAID_OVER)),
    isSpent: () => missed > share * passages + AHEAD,
    count(isMissed) {
      passages += 1;
      if (isMissed) missed += 1;
    },
  };
}

const REPAID_OVER = 20;
/** So many more than their share may be missed in one bad morning. */
const AHEAD = 5;
