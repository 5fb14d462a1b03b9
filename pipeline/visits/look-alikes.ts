import type { Table } from '../engine/state.ts';
import type { GarageIndex } from './garage-index.ts';
import { sameVehicle } from './matching/same-vehicle.ts';
import { firstRead, lastRead, type Passage, type PlateKey } from './passages.ts';
import type { Stay } from './state.ts';

/** Who else was inside when a vehicle left, by plates near its own. */
export interface LookAlikes {
  /** Anybody: mostly cars of one company, whose plates are in a row, so that one read wrong is read as another. */
  readonly areInside: boolean;
  /**
   * One came in after it and is so like it that it may be the same vehicle, which had left unread and was then read wrong; or it
   * had turned round at the entry first.
   */
  readonly cameLater: boolean;
}

/**
 * Those that had come in by the allowed lateness before it left: of them all reads have come, in whatever order.
 * @param ownId visitId of its stay, which may stand in the table as it was told before, under another plate
 * @param own the timeline of its stay
 * @param entry by which it came in
 */
export function lookAlikesOf(
  ownId: string, own: PlateKey, entry: Pick<Passage, 'reads'>, exit: Passage, stays: Table<Stay>, garage: GarageIndex,
): LookAlikes {
  const near = garage.inside.near(exit.evidence, ownId);
  if (near.length === 0) return noLookAlikes;
  const { plates, settings } = garage;
  const ownPlate = garage.plateOf(own.country, own.plate);
  const before = firstRead(exit).at - settings.allowedLatenessMs;
  let areInside = false;
  for (const visitId of near) {
    const slot = stays.slotOf(visitId);
    const cameAt = garage.lastSeenAt(slot);
    if (cameAt > before || garage.leftAt(slot) !== 0 || plates.plateOf(slot) === ownPlate) continue;
    areInside = true;
    if (cameAt > lastRead(entry).at && isLike(stays.at(slot)!, exit)) return bothKinds;
  }
  return areInside ? othersInside : noLookAlikes;
}

function isLike({ entry, why }: Stay, exit: Passage): boolean {
  return why === null && sameVehicle(exit.evidence, entry!.evidence) >= ALIKE_FROM;
}

/** Nats: from here on two readings may well be of one vehicle. */
const ALIKE_FROM = 5;

export const noLookAlikes: LookAlikes = { areInside: false, cameLater: false };
const othersInside: LookAlikes = { areInside: true, cameLater: false };
const bothKinds: LookAlikes = { areInside: true, cameLater: true };
