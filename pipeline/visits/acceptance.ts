import { RejectedError } from '../engine/stage.ts';
import { MAX_AHEAD_MS } from '../ingest/check-read.ts';
import type { CameraRead, Control } from '../records/records.ts';

/**
 * What Avro can't say of a read: whoever writes to the reads topic past ingest is held to the same.
 * @throws {RejectedError} without what stood in the read: it may be a plate
 */
export function checkRead(read: CameraRead): void {
  if (read.garageId === '' || read.cameraId === '' || read.laneId === '' || read.readId === '') {
    throw new RejectedError('empty_id', 'garageId, cameraId, laneId and readId must not be empty');
  }
  const { capturedAt, receivedAt } = read;
  if (!isInstant(capturedAt) || !isInstant(receivedAt)) {
    throw new RejectedError('impossible_time', 'capturedAt and receivedAt must be from 1970 to 9999');
  }
  if (capturedAt > receivedAt + MAX_AHEAD_MS) {
    throw new RejectedError('captured_in_future', 'capturedAt is more than 24 hours after receivedAt');
  }
}

const controlTypes: readonly string[] = ['clock_advance', 'hold', 'release', 'configuration', 'recount'];

/** @throws {RejectedError} the record lacks what its type needs, or its type is not known */
export function checkControl(control: Control): void {
  if (control.subject === '') throw new RejectedError('empty_id', 'subject must be a garageId');
  if (!controlTypes.includes(control.type)) {
    throw new RejectedError('unknown_control', `type must be one of ${controlTypes.join(', ')}`);
  }
  if (control.type === 'clock_advance' && (control.to === null || !isInstant(control.to))) {
    throw new RejectedError('impossible_time', 'a clock_advance needs `to`, from 1970 to 9999');
  }
  if (control.type === 'recount') {
    if (control.to === null || !isInstant(control.to)) {
      throw new RejectedError('impossible_time', 'a recount needs `to`, from 1970 to 9999');
    }
    if (control.count == null || control.count < 0) {
      throw new RejectedError('impossible_count', 'a recount needs `count`, 0 or more');
    }
  }
  if (control.type === 'configuration' && control.version === null) {
    throw new RejectedError('no_version', 'a configuration record needs `version`');
  }
}

const LAST_MS = Date.UTC(9999, 11, 31);

function isInstant(ms: number): boolean {
  return ms > 0 && ms <= LAST_MS;
}
