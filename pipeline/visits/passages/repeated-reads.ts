import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import { Slab } from '../../records/slab.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { writeText, writeTo } from '../state/packed-values.ts';
import { stayCodec } from '../state/stay-codec.ts';
import type { Stay } from '../state/stay.ts';
import type { Passage } from './passages.ts';

/** True if the read, which may be known (`GarageIndex.look`), stands in a live passage: the same camera gave the same readId before. */
export function isRepeated(read: CameraRead, stays: Table<Stay>, garage: GarageIndex): boolean {
  // A read that is delivered again has its time again, or one that its camera's clock is off from it. One that has not is so rare that
  // all stays may be asked; a new one too, whose hash another has.
  const { trace } = garage.lane(read.laneId);
  const ids = idsOf(read);
  return [1, CLOCKS_OFF_MS].some((withinMs) => holds(trace.near(read.capturedAt, withinMs, 1, read.plate), read, ids, stays)) ||
    holds(garage.allSlots(), read, ids, stays);
}

/** By so much clocks that are wrong are mostly wrong. */
const CLOCKS_OFF_MS = 600_000;

function holds(slots: Iterable<number>, read: CameraRead, ids: Buffer, stays: Table<Stay>): boolean {
  for (const slot of slots) {
    if (!mayHold(slot, ids, stays)) continue;
    const stay = stays.at(slot);
    if (stay !== undefined && (standsIn(stay.entry, read) || standsIn(stay.exit, read))) return true;
  }
  return false;
}

function standsIn(passage: Passage | null, { cameraId, readId }: CameraRead): boolean {
  return passage !== null && passage.reads.some((known) => known.readId === readId && known.cameraId === cameraId);
}

/** Of the stays at rest only those are decoded whose bytes have both ids, one behind the other: to look for them is a fifth of the work. */
function mayHold(slot: number, ids: Buffer, stays: Table<Stay>): boolean {
  const row = stays.rowAt(slot);
  if (row < 0) return true;
  const bytes = stays.rows.valueOf(row);
  return bytes[0] !== stayCodec.formatVersion || bytes.includes(ids);
}

/** As each read has them in its stay's bytes (`stayCodec`). */
function idsOf({ readId, cameraId }: CameraRead): Buffer {
  slab.end = 0;
  writeTo(slab);
  writeText(readId);
  writeText(cameraId);
  return slab.bytes.subarray(0, slab.end);
}

const slab = new Slab(256);
