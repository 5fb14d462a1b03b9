import { hash } from 'node:crypto';
import type { CameraRead } from '../../records/records.ts';
import { textOfBytes } from '../../records/text-of-bytes.ts';
import { holdTexts, plainRows } from '../plain/read-at-hand.ts';

/** Under which a read that stands in no passage is remembered. */
export function keyOf({ garageId, cameraId, readId }: CameraRead): string {
  return `${garageId} ${cameraId} ${readId}`;
}

/** Named after the read that made the stay known; the plate is not in it. That of a plain entry is written with its row (`../plain/`). */
export function visitIdOf(read: CameraRead, nth = 0): string {
  const { garageId, cameraId, readId, capturedAt } = read;
  return holdTexts(read) && plainRows.nameRead(nth) !== 0
    ? textOfBytes(name, 0, NAME_BYTES)
    : nameOf(`${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`);
}

/** A visitId of what will never be said again. */
export function nameOf(what: string): string {
  return `v${hash('sha1', what, 'base64url').slice(0, 16)}`;
}

const NAME_BYTES = 17;
/** What `visitIdOf` makes in half the time that the runtime's own hash takes. */
const name = Buffer.from(plainRows.memory.buffer, plainRows.nameAt(), NAME_BYTES);
