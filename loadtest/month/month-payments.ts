import type { ExternalPayment } from '../../pipeline/records/records.ts';
import { randomFor } from '../fleet/random.ts';
import type { MonthGarage } from './month-garages.ts';
import type { MonthPlates } from './month-plates.ts';
import type { ScriptedStay } from './scripted-stay.ts';

export interface MonthPayment extends Omit<ExternalPayment, 'provider' | 'currency'> {
  /** When it is told. */
  readonly slice: number;
}

export interface PaymentsOptions {
  readonly seed: string;
  readonly stays: readonly ScriptedStay[];
  readonly garages: readonly MonthGarage[];
  readonly plates: MonthPlates;
  readonly accountVehicles: number;
  /** The last slice with cars. */
  readonly last: number;
}

const SUMS = [1_000, 3_000, 6_400, 10_000, 25_000];

/** Strangers pay at a machine; now and then an account holder does too, and it is told days after the charge. */
export function monthPayments(
  { seed, stays, garages, plates, accountVehicles, last }: PaymentsOptions,
): MonthPayment[] {
  return stays.flatMap((stay, n): MonthPayment[] => {
    const { vehicle, enteredAt, exitedAt } = stay;
    const random = randomFor(seed, PAYMENTS, n);
    const holdsAccount = vehicle < accountVehicles;
    if (!random.chance(holdsAccount ? 0.012 : 0.5)) return [];
    const { slice } = stay.versions.at(-1)!;
    return [{
      slice: holdsAccount ? Math.min(last + 1, slice + random.whole(0, 2)) : slice,
      reference: stay.stayId, garageId: garages[stay.garage]!.garageId, ...plates.plate(vehicle),
      from: enteredAt + 60_000, to: Math.max(enteredAt + 120_000, exitedAt - 120_000), sumMinor: random.pick(SUMS),
    }];
  });
}

const PAYMENTS = 61;
