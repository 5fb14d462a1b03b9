import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import type { Passage } from './passages.ts';

/** True if the read, which may be known (`GarageIndex.look`), stands in a live passage: the same camera gave the same readId before. */
export function isRepeated(read: CameraRead, stays: Table<Stay>, garage: GarageIndex): boolean {
  // A read that is delivered again has its time again, or one that its camera's clock is off from it. One that has not is so rare that
  // all stays may be asked.
  const { trace } = garage.lane(read.laneId);
  return [1, CLOCKS_OFF_MS].some((withinMs) => holds(trace.near(read.capturedAt, withinMs, 1, read.plate), read, stays)) ||
    holds(garage.allSlots(), read, stays);
}

/** By so much clocks that are wrong are mostly wrong. */
const CLOCKS_OFF_MS = 600_000;

function holds(slots: Iterable<number>, read: CameraRead, stays: Table<Stay>): boolean {
  for (const slot of slots) {
    const stay = stays.at(slot);
    if (stay !== undefined && (standsIn(stay.entry, read) || standsIn(stay.exit, read))) return true;
  }
  return false;
}

function standsIn(passage: Passage | null, { cameraId, readId }: CameraRead): boolean {
  return passage !== null && passage.reads.some((known) => known.readId === readId && known.cameraId === cameraId);
}
