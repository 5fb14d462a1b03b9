import { instantOn } from '../../pipeline/pricing/calendar.ts';
import { randomFor } from '../fleet/random.ts';
import { HOUSE, MARKET, STREET, ZONE, type MonthGarage } from './month-garages.ts';
import type { MonthPlates } from './month-plates.ts';
import type { Slice } from './slices.ts';

/** As in a permits file; times UTC ms. */
export interface MonthPermit {
  readonly permitId: string;
  readonly kind: string;
  readonly country: string;
  readonly plate: string;
  readonly garageId: string;
  readonly from: number;
  readonly to: number | null;
  readonly contractId: string;
  readonly places: number;
}

export interface PermitsOptions {
  readonly seed: string;
  readonly prefix: string;
  readonly garages: readonly MonthGarage[];
  readonly plates: MonthPlates;
  readonly vehicles: number;
  readonly slices: readonly Slice[];
}

/** Most electric cars are listed, some only from the middle of the month; nights by contract; staff. */
export function monthPermits({ seed, prefix, garages, plates, vehicles, slices }: PermitsOptions): MonthPermit[] {
  const permits: MonthPermit[] = [];
  const middle = instantOn(slices[Math.floor(slices.length / 3)]!.billingDay, '00:00', ZONE);
  const shared = [`${prefix}-c1`, `${prefix}-c2`];
  for (let vehicle = 0; vehicle < vehicles; vehicle++) {
    const { country, plate } = plates.plate(vehicle);
    const random = randomFor(seed, PERMITS, vehicle);
    const add = (kind: string, garage: number, changes: Partial<MonthPermit> = {}): void => {
      const permitId = `${prefix}-p${permits.length}`;
      const { garageId } = garages[garage]!;
      permits.push({
        permitId, kind, country, plate, garageId, from: 0, to: null, contractId: '', places: 0, ...changes,
      });
    };
    if (/^E[LKVBCDEFH]\d/.test(plate) && random.chance(0.7)) {
      add('electric', STREET, random.chance(0.2) ? { from: middle } : {});
    }
    if (vehicle % (garages.length - 1) === HOUSE - 1) {
      if (random.chance(0.05)) add('night_contract', HOUSE, random.chance(0.3) ? { to: middle } : {});
      else if (random.chance(0.04)) add('night_contract', HOUSE, { contractId: random.pick(shared), places: 2 });
    }
    if (random.chance(0.02)) add('staff', MARKET);
  }
  return permits;
}

const PERMITS = 51;
