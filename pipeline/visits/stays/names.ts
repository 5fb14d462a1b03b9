import { hash } from 'node:crypto';
import type { CameraRead } from '../../records/records.ts';
import { textOfBytes } from '../../records/text-of-bytes.ts';
import { holdTexts, madeName, plainRows } from '../plain/read-at-hand.ts';

/** Under which a read that stands in no passage is remembered. */
export function keyOf({ garageId, cameraId, readId }: CameraRead): string {
  return `${garageId} ${cameraId} ${readId}`;
}

/**
 * Named after the read that made the stay known; the plate is not in it. Made where plain rows are written (`../plain/`), in half the time that the
 * runtime's own hash takes; that of a plain entry is made with its row.
 */
export function visitIdOf(read: CameraRead, nth = 0): string {
  const { garageId, cameraId, readId, capturedAt } = read;
  return holdTexts(read) && plainRows.nameRead(nth) !== 0
    ? textOfBytes(madeName, 0, madeName.length)
    : nameOf(`${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`);
}

/** A visitId of what will never be said again. */
export function nameOf(what: string): string {
  return `v${hash('sha1', what, 'base64url').slice(0, 16)}`;
}
