import { randomFor } from '../fleet/random.ts';
import type { MonthPlates } from './month-plates.ts';

export interface MonthOwner {
  readonly country: string;
  readonly plate: string;
  readonly ownerRef: string;
}

/** Who is registered as the owner of each vehicle of an account: most are known, and some own several. */
export function monthOwners(seed: string, prefix: string, plates: MonthPlates, vehicles: number): MonthOwner[] {
  return Array.from({ length: vehicles }, (_, vehicle) => vehicle).flatMap((vehicle): MonthOwner[] => {
    const random = randomFor(seed, OWNERS, vehicle);
    if (random.chance(0.1)) return [];
    return [{
      ...plates.plate(vehicle),
      ownerRef: `${prefix}-o${random.chance(0.3) ? Math.max(0, vehicle - 1) : vehicle}`,
    }];
  });
}

const OWNERS = 81;
