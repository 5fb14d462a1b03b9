import { hash } from 'node:crypto';
import type { CameraRead } from '../../records/records.ts';
import { textOfBytes } from '../../records/text-of-bytes.ts';
import { instantiate } from '../../webassembly/instantiate.ts';

/** Under which a read that stands in no passage is remembered. */
export function keyOf({ garageId, cameraId, readId }: CameraRead): string {
  return `${garageId} ${cameraId} ${readId}`;
}

/** Named after the read that made the stay known; the plate is not in it. That of a plain entry is written with its row (`../plain/`). */
export function visitIdOf(read: CameraRead, nth = 0): string {
  const { garageId, cameraId, readId, capturedAt } = read;
  const isPlain = capturedAt >= FIRST_OF_13_DIGITS && capturedAt < 10 * FIRST_OF_13_DIGITS && Number.isInteger(capturedAt) && nth < 10 &&
    garageId.length + cameraId.length + readId.length <= MOST_OF_IDS;
  end = 0;
  if (isPlain && writeId(garageId) && writeId(cameraId) && writeId(readId)) {
    const thousands = Math.floor(capturedAt / 1000);
    const tens = (thousands / 10) | 0;
    writeDigits(tens, 9);
    writeDigits(thousands - 10 * tens, 1);
    writeDigits(capturedAt - 1000 * thousands, 3);
    text[end] = SPACE;
    text[end + 1] = ZERO + nth;
    visitNames.nameText(end + 2);
    return textOfBytes(name, 0, NAME_BYTES);
  }
  return nameOf(`${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`);
}

/** A visitId of what will never be said again. */
export function nameOf(what: string): string {
  return `v${hash('sha1', what, 'base64url').slice(0, 16)}`;
}

/** What `wasm/visit-name.wasm.ts` exports; addresses are in its memory. */
interface VisitNames {
  textAt(): number;
  mostBytes(): number;
  nameAt(): number;
  nameText(length: number): void;
}

const visitNames = instantiate<VisitNames>(new URL('./wasm/visit-name.wasm', import.meta.url));
/** What is named, and how far it has been written. */
const text = new Uint8Array(visitNames.memory.buffer, visitNames.textAt(), visitNames.mostBytes());
let end = 0;
const NAME_BYTES = 17;
const name = Buffer.from(visitNames.memory.buffer, visitNames.nameAt(), NAME_BYTES);

const FIRST_OF_13_DIGITS = 1e12;
/** What else is named: four spaces, the time, a digit. */
const MOST_OF_IDS = text.length - 4 - 13 - 1;
const LAST_ASCII = 0x7f;
const SPACE = 0x20;
const ZERO = 0x30;

/** With a space behind it. @returns false: it is not ASCII */
function writeId(id: string): boolean {
  const { length } = id;
  let codes = 0;
  for (let i = 0; i < length; i++) {
    const code = id.charCodeAt(i);
    codes |= code;
    text[end + i] = code;
  }
  end += length;
  text[end++] = SPACE;
  return codes <= LAST_ASCII;
}

/** @param value an integer of no more than so many digits */
function writeDigits(value: number, digits: number): void {
  let left = value | 0;
  for (let at = end + digits - 1; at >= end; at--) {
    const tenth = (left / 10) | 0;
    text[at] = ZERO + left - 10 * tenth;
    left = tenth;
  }
  end += digits;
}
