import { directionAt } from '../../garages/direction.ts';
import type { CameraRead, Direction, ReadTiming } from '../../records/records.ts';
import { badId, checkRead, isId, MAX_CANDIDATES, type Refusal } from '../check-read.ts';
import { normalisePlate } from '../../records/plate.ts';
import type { CameraEvent } from '../formats/format.ts';
import type { CameraPlace } from './camera-index.ts';
import { instantOf } from './camera-time.ts';
import { eventIdOf } from './event-id.ts';

/** Further ahead of ours a camera's clock is wrong: nothing is seen before it happens. */
const AHEAD_MAX_MS = 2 * 60_000;
/** Further behind it is a clock that was never set, unless the camera says that it kept the event. */
const BEHIND_MAX_MS = 48 * 3_600_000;

/**
 * An event at its place, or why it can't be a read. A camera that is not configured yet stands in no garage, in UTC.
 */
export function readOfEvent(
  event: CameraEvent, place: CameraPlace | null, format: string, receivedAt: number,
): CameraRead | Refusal {
  if (!isId(event.serial)) return badId('serial', event.serial);
  const told = instantOf(event.capturedAt, place?.garage.timezone ?? 'UTC', receivedAt);
  if (told === null) return { field: 'capturedAt', reason: 'is no time' };
  const timing = timingOf(told, receivedAt, event.isBackfill);
  const read = checkRead({
    readId: eventIdOf(event),
    garageId: place?.garage.garageId ?? NOWHERE,
    laneId: place?.laneId ?? NOWHERE,
    cameraId: place?.camera.cameraId ?? NOWHERE,
    direction: place === null ? 'unknown' : contractWord[directionAt(place.camera, event.direction)],
    plate: event.plate,
    country: event.country,
    confidence: event.confidence,
    candidates: event.candidates.filter(({ plate }) => 'plate' in normalisePlate(plate)).slice(0, MAX_CANDIDATES),
    capturedAt: new Date(timing === 'clock_off' ? receivedAt : told).toISOString(),
  }, receivedAt, format);
  return 'reason' in read ? read : { ...read, timing };
}

const NOWHERE = 'unknown';
const contractWord: Record<Direction, string> = { IN: 'in', OUT: 'out', UNKNOWN: 'unknown' };

function timingOf(capturedAt: number, receivedAt: number, isBackfill: boolean): ReadTiming {
  if (capturedAt > receivedAt + AHEAD_MAX_MS) return 'clock_off';
  if (isBackfill) return 'backfill';
  return capturedAt < receivedAt - BEHIND_MAX_MS ? 'clock_off' : '';
}
