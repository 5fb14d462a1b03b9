import { instantiate } from '../../webassembly/instantiate.ts';
import type { PassageRead } from '../passages/passages.ts';
import { numberOf } from '../state/stay-codec.ts';
import type { GarageNames } from './plain-telling.ts';
import {
  AT, CANDIDATE_CONFIDENCES, CONFIDENCE, IS_WIDE, MOST_CANDIDATES, NUMBERS, SAID, TEXTS,
} from './read-parts.ts';

/**
 * The read at hand, put once where the plain rows are written (`wasm/`): its texts as bytes, which the row of its stay, the visit
 * and the visit's name have several times.
 */

/** What `wasm/plain-rows.wasm.ts` exports; addresses are in its memory, which does not grow. */
interface PlainRows {
  textsAt(): number;
  numbersAt(): number;
  countsAt(): number;
  lettersAt(): number;
  lettersBytes(): number;
  outBytes(): number;
  nameAt(): number;
  rowAt(): number;
  visitAt(): number;
  visitBytes(): number;
  openAt(): number;
  openBytes(): number;
  openStay(dueAt: number, lastHereAt: number, rulesVersion: number): number;
  closeStay(
    value: number, plateEnd: number, entryEnd: number, readIdAt: number, dueAt: number, firstSeenAt: number, enteredAt: number,
    matchConfidence: number, isShort: boolean, rulesVersion: number,
  ): number;
}

export const plainRows = instantiate<PlainRows>(new URL('./wasm/plain-rows.wasm', import.meta.url));

const { buffer } = plainRows.memory;
/** Where each text begins, and how many bytes it has. */
const places = new Int32Array(buffer, plainRows.textsAt(), 2 * TEXTS);
const numbers = new Float64Array(buffer, plainRows.numbersAt(), NUMBERS);
/** Of candidates; and the two words. */
const counts = new Int32Array(buffer, plainRows.countsAt(), 2);
const lettersAt = plainRows.lettersAt();
const letters = Buffer.from(buffer, lettersAt, plainRows.lettersBytes());

/**
 * Puts the read there, with its garage.
 * @returns false: it is not plain, seen from behind or with more letters than a read has; what stands there is nobody's then
 */
export function holdRead({ garageId, operatorId }: GarageNames, read: PassageRead): boolean {
  const { at, candidates } = read;
  if (read.isRear || candidates.length > MOST_CANDIDATES || !(at >= 0 && Number.isSafeInteger(at))) return false;
  // In the order of `read-parts.ts`. One loop for all: written out for each, it would be seven times the code.
  const texts = [garageId, operatorId, read.country, read.plate, read.laneId, read.cameraId, read.readId];
  for (let i = 0; i < candidates.length; i++) {
    texts.push(candidates[i]!.plate);
    numbers[CANDIDATE_CONFIDENCES + i] = candidates[i]!.confidence;
  }
  numbers[AT] = at;
  numbers[CONFIDENCE] = read.confidence;
  numbers[SAID] = read.said;
  counts[0] = candidates.length;
  counts[1] = numberOf(read.word) | (numberOf(read.laneDirection) << 4);
  return holdTexts(texts);
}

function holdTexts(texts: readonly string[]): boolean {
  let end = 0;
  for (let which = 0; which < texts.length; which++) {
    const text = texts[which]!;
    const { length } = text;
    if (end + UTF8_BYTES_MAX * length > letters.length) return false;
    let codes = 0;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      codes |= code;
      letters[end + i] = code;
    }
    const isWide = codes > LAST_ASCII;
    const bytes = isWide ? letters.write(text, end) : length;
    places[2 * which] = lettersAt + end;
    places[2 * which + 1] = isWide ? bytes | IS_WIDE : bytes;
    end += bytes;
  }
  return true;
}

/** Of one UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;
const LAST_ASCII = 0x7f;
