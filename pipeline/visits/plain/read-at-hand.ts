import { copyTextsOf } from '../../records/camera-read-decoder.ts';
import type { CameraRead } from '../../records/records.ts';
import { viewOf } from '../../records/slab.ts';
import { instantiate } from '../../webassembly/instantiate.ts';
import { MOST_CANDIDATES } from '../matching/shared-numbers.ts';
import type { PassageRead } from '../passages/passages.ts';
import { numberOf } from '../state/stay-codec.ts';
import {
  AT, CAMERA_ID, CANDIDATE_CONFIDENCES, CANDIDATES, CONFIDENCE, COUNTRY, GARAGE_ID, IS_WIDE, LANE_ID, NUMBERS, OPERATOR_ID,
  PLATE, READ_ID, SAID, TEXTS,
} from './read-parts.ts';

/**
 * The read at hand, put once where the plain rows are written (`wasm/`): its texts as bytes, which the row of its stay, the visit
 * and the visit's name have several times. Mostly they come straight from the bytes that the read was decoded from. What is there holds
 * until another is put there, or a visit is named.
 */

/** Whose visits they are. */
export interface GarageNames {
  readonly garageId: string;
  readonly operatorId: string;
}

/** What `wasm/plain-rows.wasm.ts` exports; addresses are in its memory, which does not grow. */
interface PlainRows {
  textsAt(): number;
  numbersAt(): number;
  countsAt(): number;
  lettersAt(): number;
  lettersBytes(): number;
  outBytes(): number;
  nameAt(): number;
  nameBytes(): number;
  rowAt(): number;
  visitAt(): number;
  irregularityAt(): number;
  placesAt(): number;
  openAt(): number;
  openBytes(): number;
  findTexts(bytes: number): number;
  nameRead(nth: number): number;
  openStay(dueAt: number, lastHereAt: number, rulesVersion: number): number;
  readOpen(value: number): number;
  openRowAt(): number;
  closeStay(value: number, dueAt: number, matchConfidence: number, isShort: boolean, rulesVersion: number): number;
  growStay(value: number, end: number, dueAt: number, hasLeft: boolean): number;
  tellStay(value: number, end: number, dueAfterMs: number, rulesVersion: number): number;
  grownAt(): number;
}

export const plainRows = instantiate<PlainRows>(new URL('./wasm/plain-rows.wasm', import.meta.url));

const { buffer } = plainRows.memory;
/** The visit's name that was made last, ASCII: until another visit is named. */
export const madeName = Buffer.from(buffer, plainRows.nameAt(), plainRows.nameBytes());
/** Where each text begins, and how many bytes it has. */
const places = new Int32Array(buffer, plainRows.textsAt(), 2 * TEXTS);
const numbers = new Float64Array(buffer, plainRows.numbersAt(), NUMBERS);
/** Of candidates; and the two words. */
const counts = new Int32Array(buffer, plainRows.countsAt(), 2);
const lettersAt = plainRows.lettersAt();
const letters = Buffer.from(buffer, lettersAt, plainRows.lettersBytes());
const room = viewOf(letters);

/**
 * Puts the read there, with its garage and what its passage has of it.
 * @returns false: it is not plain, seen from behind or with more letters than a read has; what stands there is nobody's then
 */
export function holdRead({ operatorId }: GarageNames, read: CameraRead, passed: PassageRead): boolean {
  const { candidates } = passed;
  if (passed.isRear || candidates.length > MOST_CANDIDATES || !holdTexts(read)) return false;
  numbers[CONFIDENCE] = passed.confidence;
  numbers[SAID] = passed.said;
  counts[0] = candidates.length;
  counts[1] = numberOf(passed.word) | (numberOf(passed.laneDirection) << 4);
  return putOperator(operatorId) && (candidates.length === 0 || putCandidates(candidates));
}

/** Puts only its garage's operator there: what else is told stands in a row. @returns false: there is no room for it */
export function holdOperator({ operatorId }: GarageNames): boolean {
  return putOperator(operatorId);
}

/**
 * Puts only its texts there, and its time: as much as a name is made of. Of one that was decoded last they are copied as bytes.
 * @returns as `holdRead` does
 */
export function holdTexts(read: CameraRead): boolean {
  const { capturedAt } = read;
  if (!(capturedAt >= 0 && Number.isSafeInteger(capturedAt))) return false;
  numbers[AT] = capturedAt;
  end = copyTextsOf(read, room, letters.length / 2);
  return (end >= LEAST_BYTES && plainRows.findTexts(end) !== 0) || putTexts(read);
}

/** So far the letters are written. */
let end = 0;
/** A text is looked through by so many bytes at once. */
const LEAST_BYTES = 16;

function putTexts({ garageId, country, plate, laneId, cameraId, readId }: CameraRead): boolean {
  end = 0;
  return putText(GARAGE_ID, garageId) && putText(COUNTRY, country) && putText(PLATE, plate) && putText(LANE_ID, laneId) &&
    putText(CAMERA_ID, cameraId) && putText(READ_ID, readId);
}

function putCandidates(candidates: PassageRead['candidates']): boolean {
  for (let i = 0; i < candidates.length; i++) {
    const { plate, confidence } = candidates[i]!;
    if (!putText(CANDIDATES + i, plate)) return false;
    numbers[CANDIDATE_CONFIDENCES + i] = confidence;
  }
  return true;
}

/** Mostly it is that of the read before: it stands behind all others, where it stays. */
function putOperator(operatorId: string): boolean {
  if (operatorId === operator) return true;
  const othersEnd = end;
  end = OTHERS_BYTES;
  const isHeld = putText(OPERATOR_ID, operatorId, letters.length);
  end = othersEnd;
  operator = isHeld ? operatorId : null;
  return isHeld;
}

/** Whose id stands there. */
let operator: string | null = null;
/** So many bytes the other texts have room for. */
const OTHERS_BYTES = letters.length - 256;

/** Letter by letter. @param most where its room ends @returns false: there is no room for it */
function putText(which: number, text: string, most = OTHERS_BYTES): boolean {
  const { length } = text;
  const start = end;
  if (start + UTF8_BYTES_MAX * length > most) return false;
  let codes = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    codes |= code;
    letters[start + i] = code;
  }
  const isWide = codes > LAST_ASCII;
  const bytes = isWide ? letters.write(text, start) : length;
  places[2 * which] = lettersAt + start;
  places[2 * which + 1] = isWide ? bytes | IS_WIDE : bytes;
  end = start + bytes;
  return true;
}

/** Of one UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;
