import type { Table } from '../../engine/state.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import type { Stay } from '../state/stay.ts';

/**
 * Whether the vehicle that the exit was read as came in and left between another entry and this exit. No vehicle comes in while it is
 * inside: so that entry, however alike its plate is, was another's, or one of a stay of it that ended before. Known of stays that were
 * read as the exit's plate at both ends.
 */
export function hasComeAndLeftSince(entry: Passage, exit: Passage, stays: Table<Stay>, garage: GarageIndex): boolean {
  const { evidence } = exit;
  const { plates } = garage;
  const plate = garage.plateOf(evidence.country, evidence.plate);
  const entered = lastRead(entry).at;
  // Most were not here before, or not since.
  if (plate === NO_PLATE || (plates.arePlain(plate) && plates.endedAt(plate) <= entered)) return false;
  const { at } = firstRead(exit);
  for (let slot = plates.firstSlot(plate); slot !== NO_SLOT; slot = plates.nextSlot(slot)) {
    const leftAt = garage.leftAt(slot);
    if (leftAt <= entered || leftAt >= at) continue;
    const { entry: came, exit: left, why } = stays.at(slot)!;
    if (why !== null || came === null || firstRead(came).at <= entered) continue;
    if (came.evidence.plate === evidence.plate && left?.evidence.plate === evidence.plate) return true;
  }
  return false;
}
