import type { Table } from '../../engine/state.ts';
import type { Sink } from '../sink.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { likelyInside, type Occupancy } from './occupancy.ts';

/** How many are likely inside at this clock, if that is more or fewer beyond the open visits than was told last. */
export function tellOccupancy(garage: GarageIndex, clock: number, occupancies: Table<Occupancy>, sink: Sink): void {
  // What was told decides of nothing else.
  if (sink.occupancy === null) return;
  const { garageId, operatorId, openVisits } = garage;
  const inside = likelyInside(garage, clock);
  const toldBeyond = Math.round(inside - openVisits);
  const { countedAt } = garage.occupancy;
  if (toldBeyond === garage.occupancy.toldBeyond) return;
  occupancies.put(garageId, { ...garage.occupancy, toldBeyond });
  sink.occupancy({ garageId, operatorId, at: clock, inside, openVisits, countedAt: countedAt === 0 ? null : countedAt });
}
