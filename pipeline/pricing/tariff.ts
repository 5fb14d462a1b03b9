import type { Tariff } from '../records/records.ts';
import { nextDayBegin } from './calendar.ts';

const MINUTE_MS = 60_000;

/** The newest tariff in force at an instant; undefined when there is none yet. `tariffs` are oldest first. */
export function tariffAt(tariffs: readonly Tariff[], at: number): Tariff | undefined {
  return tariffs.findLast(({ validFrom }) => validFrom <= at);
}

/**
 * What a stay costs, VAT included, in minor units. Free while the free minutes are not exceeded; else each started
 * period counts from entry on, in elapsed time. The cap is for the periods that begin on one calendar day of the
 * zone: a period across midnight belongs to the day on which it begins.
 */
export function priceStay(tariff: Tariff, zone: string, enteredAt: number, exitedAt: number): number {
  const { freeMinutes, incrementMinutes, incrementMinor, dailyCapMinor } = tariff;
  const stayedMs = exitedAt - enteredAt;
  if (stayedMs <= freeMinutes * MINUTE_MS) return 0;
  const incrementMs = incrementMinutes * MINUTE_MS;
  const periods = Math.ceil(stayedMs / incrementMs);
  if (dailyCapMinor === null) return periods * incrementMinor;

  let grossMinor = 0;
  for (let period = 0; period < periods; ) {
    const dayEndsAt = nextDayBegin(enteredAt + period * incrementMs, zone);
    const nextDays = Math.min(periods, Math.ceil((dayEndsAt - enteredAt) / incrementMs));
    grossMinor += Math.min(dailyCapMinor, (nextDays - period) * incrementMinor);
    period = nextDays;
  }
  return grossMinor;
}

/** The VAT within a gross amount, rounded half up: a fifth of it at 25 % (2500 basis points). */
export function vatWithin(grossMinor: number, basisPoints: number): number {
  const whole = BigInt(10_000 + basisPoints);
  return Number((2n * BigInt(grossMinor) * BigInt(basisPoints) + whole) / (2n * whole));
}
