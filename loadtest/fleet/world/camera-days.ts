import type { Random } from '../random.ts';
import { randomFor } from '../random.ts';
import type { Confusion } from './confused-character.ts';
import { chanceFor } from './misread-chance.ts';
import type { WorldRates } from './world-rates.ts';

/** A time during which a camera is not itself; true times, UTC ms. */
export interface Spell {
  readonly from: number;
  readonly to: number;
}

/** Silent: what it sees is lost, or kept and sent in part when it is back. */
export interface Outage extends Spell {
  readonly backfills: boolean;
}

/** Its clock is off: by `atFrom` ms at first, by `atTo` at the end, when somebody sets it right. */
export interface Skew extends Spell {
  readonly atFrom: number;
  readonly atTo: number;
}

/** What befalls one camera over the whole period. */
export interface CameraDays {
  readonly outages: readonly Outage[];
  readonly degradations: readonly Spell[];
  readonly skews: readonly Skew[];
  /** Short spells of many misreads: low sun, a shower. Nobody calls the camera degraded for them. */
  readonly bursts: readonly Spell[];
  /** It tells the direction reversed, or never; only where directions go by other laws. */
  readonly directions: 'told' | 'reversed' | 'never';
  /** What it always takes for something else, or null. */
  readonly confusion: Confusion | null;
  /** Chance of a misread in a good hour. */
  readonly misread: number;
  /** ms that its clock is off at this true time. */
  clockError(at: number): number;
}

/** How many times more a degraded camera, and one in a burst, misreads. */
export const DEGRADED = 4;
export const BURST = 5;

export interface Period extends Spell {
  /** First instants of its local days. */
  readonly midnights: readonly number[];
}

/**
 * @param camera its number in the world
 * @param laneOutages hours in which the whole lane is down
 * @param misread share of wrong reads that is to come out over the period
 */
export function cameraDays(
  seed: string, camera: number, rates: WorldRates, misread: number, period: Period, laneOutages: readonly Outage[],
  confusion: Confusion | null,
): CameraDays {
  const random = randomFor(seed, CAMERA, camera);
  const degradations = spells(rates.degradations, 30, 60, period, random);
  const skews = spells(rates.skews, 6, 48, period, random).map((spell): Skew => {
    const skew = (random.chance(0.5) ? 1 : -1) * random.between(rates.mostSkewMs / 6, rates.mostSkewMs);
    // Half of the clocks jump, half drift away from a few seconds.
    return { ...spell, atFrom: random.chance(0.5) ? skew : skew / 8, atTo: skew };
  });
  const ownOutages = outages(rates.outages / 2, period, random);
  const bursts = rates.errors === 'scattered' ? spells(40, 0.3, 0.8, period, random) : [];
  const directions = rates.laws === 'other' ? DIRECTIONS[camera % DIRECTIONS.length]! : 'told';
  const offset = random.between(-rates.jitterMs, rates.jitterMs);
  const drift = random.between(-rates.jitterMs, rates.jitterMs);
  const degraded = shareOf(degradations, period);
  const burst = shareOf(bursts, period);
  return {
    outages: [...laneOutages, ...ownOutages],
    degradations,
    skews,
    bursts,
    directions,
    confusion,
    misread: chanceFor(misread, [[1 - degraded - burst, 1], [degraded, DEGRADED], [burst, BURST]]),
    clockError(at) {
      const skew = skews.find(({ from, to }) => at >= from && at < to);
      if (skew !== undefined) {
        return skew.atFrom + ((skew.atTo - skew.atFrom) * (at - skew.from)) / (skew.to - skew.from);
      }
      // Wanders off over half a day, and is set again.
      return offset + drift * ((at % HALF_DAY_MS) / HALF_DAY_MS);
    },
  };
}

/** Hours, by day, in which everything of a lane or of a camera is silent. */
export function outages(perMonth: number, period: Period, random: Random): Outage[] {
  return spells(perMonth, 2, 7, period, random).map(({ from, to }) => {
    const midnight = period.midnights.findLast((start) => start <= from)!;
    const starts = Math.round(midnight + random.between(6, 15) * HOUR_MS);
    return { from: starts, to: starts + (to - from), backfills: random.chance(0.6) };
  }).filter(({ to }) => to < period.to);
}

export function isWithin(spells: readonly Spell[], at: number): boolean {
  return spells.some(({ from, to }) => at >= from && at < to);
}

const CAMERA = 22;
const HOUR_MS = 3_600_000;
const HALF_DAY_MS = 12 * HOUR_MS;
const MONTH_MS = 30 * 24 * HOUR_MS;

/** One camera in twenty is mounted the wrong way round, one in fifteen never tells. */
const DIRECTIONS = Array.from({ length: 60 }, (_, camera) =>
  camera % 20 === 7 ? 'reversed' as const : camera % 15 === 11 ? 'never' as const : 'told' as const);

/** Spells of so many hours that don't overlap, in order; one that the period's end would cut is left out. */
function spells(perMonth: number, leastHours: number, mostHours: number, period: Spell, random: Random): Spell[] {
  const found: Spell[] = [];
  const meanGap = MONTH_MS / perMonth;
  let from = period.from;
  for (;;) {
    from += -Math.log(1 - random.next()) * meanGap;
    const to = from + random.between(leastHours, mostHours) * HOUR_MS;
    if (to > period.to) return found;
    found.push({ from: Math.round(from), to: Math.round(to) });
    from = to;
  }
}

function shareOf(spells: readonly Spell[], period: Spell): number {
  return spells.reduce((sum, { from, to }) => sum + to - from, 0) / (period.to - period.from);
}
