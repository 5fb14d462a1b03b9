import type { CameraRead, Direction } from '../../pipeline/records/records.ts';
import { profiles, type FaultRates } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { ReadJson } from '../fleet/passage.ts';

/** A well-read fleet, one car in ten read again and again. */
const READ_WELL: FaultRates = { ...profiles.none, duplicate: 0.1 };
const GARAGES = 40;
const VEHICLES = 60_000;
const STAYS_A_DAY_AT_LEAST = 20_000;

/**
 * The first `count` reads of the benchmark's fleet, in the order of delivery. Lanes have one camera here: a peer
 * that removes duplicates per camera then does the same work.
 */
export function* benchReads(count: number, faults = READ_WELL): Generator<CameraRead> {
  const fleet = generateFleet({
    seed: 'bench',
    garages: GARAGES,
    vehicles: VEHICLES,
    // Days enough for any count.
    days: Math.ceil(count / STAYS_A_DAY_AT_LEAST),
    from: '2026-01-05',
    faults,
    idPrefix: 'bench',
  });
  const firstCameras = new Set(fleet.garages.flatMap(({ lanes }) => lanes.map(({ cameras }) => cameras[0]!.cameraId)));
  let made = 0;
  for (const event of fleet.events()) {
    if (made === count) return;
    if (event.kind !== 'read' || !firstCameras.has(event.read.cameraId)) continue;
    made += 1;
    yield cameraRead(event.read, event.deliverAt);
  }
}

function cameraRead(read: ReadJson, receivedAt: number): CameraRead {
  return {
    ...read,
    direction: read.direction.toUpperCase() as Direction,
    capturedAt: Date.parse(read.capturedAt),
    receivedAt,
    source: 'bench',
    timing: '',
  };
}
