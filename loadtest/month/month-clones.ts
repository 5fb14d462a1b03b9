import { randomFor } from '../fleet/random.ts';
import type { UnnumberedStay } from './scripted-stay.ts';
import type { Outage } from './month-outages.ts';
import type { MonthStay } from './month-stays.ts';
import { sliceAt, type Slice } from './slices.ts';

/** A stay whose plate was read as another account's, until somebody corrects it on the next day. */
export interface Clone extends MonthStay {
  readonly readAs: number;
}

export interface ClonesOptions {
  readonly seed: string;
  readonly stays: readonly MonthStay[];
  readonly slices: readonly Slice[];
  /** Vehicles of accounts. */
  readonly vehicles: number;
  readonly garages: number;
  readonly outages: readonly Outage[];
  readonly count: number;
}

/** Neither vehicle is anywhere else around that time. */
export function clonePlates({ seed, stays, slices, vehicles, garages, outages, count }: ClonesOptions): Clone[] {
  const byVehicle = Map.groupBy(stays, ({ vehicle }) => vehicle);
  const random = randomFor(seed, CLONES);
  const taken = new Set<number>();
  const found: Clone[] = [];
  for (let tries = 0; found.length < count && tries < 200 * count; tries++) {
    const slice = slices[random.whole(0, slices.length - 2)]!;
    // In the afternoon: at the end of the next slice its visit must still be open to correction.
    const enteredAt = slice.to - random.whole(13 * HOUR_MS, 18 * HOUR_MS);
    const exitedAt = enteredAt + random.whole(HOUR_MS, 5 * HOUR_MS);
    const stay = { vehicle: random.whole(0, vehicles - 1), garage: random.whole(0, garages - 1), enteredAt, exitedAt };
    const readAs = random.whole(0, vehicles - 1);
    const isElsewhere = [stay.vehicle, readAs].every((vehicle) =>
      !taken.has(vehicle) && !(byVehicle.get(vehicle) ?? []).some(
        (other) => other.enteredAt < exitedAt + AROUND_MS && other.exitedAt > enteredAt - AROUND_MS));
    if (readAs === stay.vehicle || !isElsewhere || outages.some((outage) => outage.hides(stay))) continue;
    taken.add(stay.vehicle).add(readAs);
    found.push({ ...stay, readAs });
  }
  return found;
}

export function misreadStays(clones: readonly Clone[], slices: readonly Slice[]): UnnumberedStay[] {
  return clones.map(({ readAs, ...stay }) => {
    const { vehicle, enteredAt, exitedAt } = stay;
    const seen = sliceAt(slices, exitedAt);
    return {
      ...stay, readAs, toldLate: () => null, correctedIn: seen + 1,
      versions: [
        { slice: seen, vehicle: readAs, enteredAt, exitedAt },
        { slice: seen + 1, vehicle, enteredAt, exitedAt },
      ],
    };
  });
}

const CLONES = 41;
const HOUR_MS = 3_600_000;
const AROUND_MS = 30 * HOUR_MS;
