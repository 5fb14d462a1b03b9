import { hash } from 'node:crypto';
import type { CameraRead } from '../../records/records.ts';

/** Under which a read that stands in no passage is remembered. */
export function keyOf({ garageId, cameraId, readId }: CameraRead): string {
  return `${garageId} ${cameraId} ${readId}`;
}

/** Named after the read that made the stay known; the plate is not in it. */
export function visitIdOf(read: CameraRead, nth = 0): string {
  const { garageId, cameraId, readId, capturedAt } = read;
  return nameOf(`${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`);
}

/** A visitId of what will never be said again. */
export function nameOf(what: string): string {
  return `v${hash('sha1', what, 'base64url').slice(0, 16)}`;
}
