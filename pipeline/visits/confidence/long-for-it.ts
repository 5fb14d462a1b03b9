import type { Table } from '../../engine/state.ts';
import { lastRead, type PlateKey } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import type { Stay } from '../state/stay.ts';

/**
 * Whether a vehicle that comes and goes (a delivery van) stayed far longer than each time it was here in the last day: then it more
 * likely left unread and came again unread.
 *
 * @param own the timeline of the stay; @param enteredAt and what of it is asked, ms UTC
 */
export function isLongForIt(
  own: PlateKey, enteredAt: number, lengthMs: number, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  // Of a shorter one the allowed lateness may hide what was before it.
  if (lengthMs < SHORTEST_MS) return false;
  const { plates, settings } = garage;
  const plate = garage.plateOf(own.country, own.plate);
  if (plate === NO_PLATE) return false;
  // Those leave the state a horizon after they ended, and the visit may be judged anew till then.
  const from = enteredAt - settings.horizonMs / 2;
  let earlier = 0;
  for (let slot = plates.firstSlot(plate); slot !== NO_SLOT; slot = plates.nextSlot(slot)) {
    const leftAt = garage.leftAt(slot);
    if (leftAt === 0 || leftAt > enteredAt || leftAt < from) continue;
    const { entry, why } = stays.at(slot)!;
    if (entry === null || why !== null) continue;
    if (TIMES_LONGER * (leftAt - lastRead(entry).at) > lengthMs) return false;
    earlier++;
  }
  return earlier >= FEWEST;
}

const SHORTEST_MS = 30 * 60_000;
const TIMES_LONGER = 2;
const FEWEST = 2;
