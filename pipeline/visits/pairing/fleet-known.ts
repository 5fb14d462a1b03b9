import type { Table } from '../../engine/state.ts';
import { fleetNeighbours, mayStandInRow } from '../matching/fleet-neighbours.ts';
import { firstRead, type Passage, type PlateKey } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';

/**
 * Whether others of a fleet were here of late whose plates stand in a row with those of the two passages, by what was read in half a horizon
 * up to the later of them; null: the two don't stand in a row. A fleet's vehicles mostly come and go every day; without one, two plates
 * in a row are one plate and its misread.
 */
export function isKnownInRow(one: Passage, other: Passage, stays: Table<Stay>, garage: GarageIndex): boolean | null {
  const [a, b] = [one.evidence, other.evidence];
  if (!mayStandInRow(a.plate, b.plate)) return null;
  const until = Math.max(firstRead(one).at, firstRead(other).at);
  return areOthersHere(a, b.plate, until, stays, garage) || areOthersHere(b, a.plate, until, stays, garage);
}

function areOthersHere({ country, plate }: PlateKey, but: string, until: number, stays: Table<Stay>, garage: GarageIndex): boolean {
  const from = until - garage.settings.horizonMs / 2;
  return fleetNeighbours(plate).some((neighbour) => neighbour !== but && wasHere({ country, plate: neighbour }, from, until, stays, garage));
}

function wasHere({ country, plate }: PlateKey, from: number, until: number, stays: Table<Stay>, garage: GarageIndex): boolean {
  for (const slot of garage.slotsOf(country, plate)) {
    if (garage.lastSeenAt(slot) < from) continue;
    const { entry, exit } = stays.at(slot)!;
    for (const passage of [entry, exit]) {
      if (passage !== null && firstRead(passage).at >= from && firstRead(passage).at < until) return true;
    }
  }
  return false;
}
