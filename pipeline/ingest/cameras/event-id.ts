import { createHash } from 'node:crypto';
import { serialKey } from '../../garages/serial.ts';
import type { CameraEvent } from '../formats/format.ts';

const PLAIN = /^[\x21-\x7e]{1,100}$/;

/**
 * The readId of an event: the vendor's own id, else one that its content gives, so that an event sent again is the
 * same read. What changes from one sending to the next (counters, pictures' names) has no part in it.
 */
export function eventIdOf({ serial, eventId, capturedAt, plate, direction }: CameraEvent): string {
  if (PLAIN.test(eventId)) return eventId;
  const content = eventId === '' ? [serialKey(serial), capturedAt, plate, direction] : [serialKey(serial), eventId];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}
