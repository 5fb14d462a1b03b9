import { randomFor } from '../fleet/random.ts';
import type { MonthOptions } from './month-script.ts';

/** Somebody to be killed, so long after a close. */
export interface Upset {
  readonly who: 'payments' | 'gateway';
  readonly afterMs: number;
}

export type Kills = Readonly<Record<Upset['who'], number>>;

/** Who is killed when, by slice: spread over the days with cars but the first, while cards are being charged. */
export function plannedUpsets({ seed, days }: MonthOptions, kills: Kills): Map<number, Upset[]> {
  const random = randomFor(seed, UPSETS);
  const spread = (who: Upset['who']): (Upset & { slice: number })[] => Array.from({ length: kills[who] }, (_, n) =>
    ({ who, slice: 1 + Math.floor((n * (days - 1)) / kills[who]), afterMs: random.whole(0, LATEST_MS) }));
  return Map.groupBy([...spread('payments'), ...spread('gateway')], ({ slice }) => slice);
}

const UPSETS = 71;
/** Most cards are charged within this time. */
const LATEST_MS = 500;
