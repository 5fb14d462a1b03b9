import { DRIVE_THROUGH, DRIVE_THROUGH_ACTION, DRIVE_THROUGH_SEVERITY } from '../../stays/drive-through';
import { AT, CAMERA_ID, GARAGE_ID, IS_WIDE, OPERATOR_ID } from '../read-parts';
import { putByte, putBytes, putDecimal, putLong, putString, putStringOf, putWord, writeFrom, writtenTo } from './pen.as';
import { lengthOf, numberOf, textOf } from './read-at-hand.as';

/**
 * The irregularity of a stay that the read at hand ended a few minutes after it began, as `shortStay` of
 * `../../stays/irregularities.ts` says it: nothing else can be irregular of a plain stay. Its row has it as JSON, in a list; told is the
 * Avro body.
 */

/** Of what was written since they were set back: JSON writes a letter otherwise; not all is ASCII. */
let needsEscapes: bool = false;
let isWide: bool = false;

/**
 * Writes the JSON to `at`.
 * @param visitId of the stay @param entryId of the last read of its entry, and so on: where they stand, and their bytes
 * @returns its length, with a mark if it is not ASCII; 0: there are letters that JSON writes otherwise
 */
export function jsonOfShort(
  at: usize, visitId: usize, idBytes: i32, entryId: usize, entryBytes: i32, readId: usize, readBytes: i32,
): u32 {
  needsEscapes = false;
  isWide = false;
  writeFrom(at);
  putWord('[{"irregularityId":"');
  putWord(DRIVE_THROUGH);
  putByte(HYPHEN);
  putLetters(visitId, idBytes);
  putWord('","revision":1,"status":"open","type":"');
  putWord(DRIVE_THROUGH);
  putWord('","operatorId":"');
  putLettersOf(OPERATOR_ID);
  putWord('","garageId":"');
  putLettersOf(GARAGE_ID);
  putWord('","at":');
  putDecimal(u64(numberOf(AT)));
  putWord(',"cameraId":"');
  putLettersOf(CAMERA_ID);
  putWord('","readIds":["');
  putLetters(entryId, entryBytes);
  putWord('","');
  putLetters(readId, readBytes);
  putWord('"],"visitIds":["');
  putLetters(visitId, idBytes);
  putWord('"],"severity":"');
  putWord(DRIVE_THROUGH_SEVERITY);
  putWord('","action":"');
  putWord(DRIVE_THROUGH_ACTION);
  putWord('"}]');
  if (needsEscapes) return 0;
  const length = u32(writtenTo() - at);
  return isWide ? length | IS_WIDE : length;
}

/** Whether that is all that a row's JSON has, from `at` up to `end`, and it is open. @returns false: it is for the codec, too */
export function isOpenShort(at: usize, end: usize): bool {
  next = at;
  if (!isNext('[{"irregularityId":"')) return false;
  skipTo(QUOTE, end);
  if (!isNext('","revision":')) return false;
  skipTo(COMMA, end);
  if (!isNext(',"status":"open","type":"') || !isNext(DRIVE_THROUGH) || !isNext('"')) return false;
  // A second one would have braces of its own.
  skipTo(BRACE, end);
  return next === end;
}

/** How far the JSON is read. */
let next: usize = 0;

/** Passes over the word, if it stands there. */
function isNext(word: string): bool {
  for (let i = 0; i < word.length; i++) if (i32(load<u8>(next + i)) !== word.charCodeAt(i)) return false;
  next += word.length;
  return true;
}

function skipTo(letter: i32, end: usize): void {
  while (next < end && i32(load<u8>(next)) !== letter) next++;
}

const COMMA: i32 = 0x2c;
const BRACE: i32 = 0x7b;

/** Writes the Avro body; its parts as above. */
export function bodyOfShort(
  visitId: usize, idBytes: i32, entryId: usize, entryBytes: i32, readId: usize, readBytes: i32,
): void {
  putLong(DRIVE_THROUGH.length + 1 + idBytes);
  putWord(DRIVE_THROUGH);
  putByte(HYPHEN);
  putBytes(visitId, idBytes);
  putLong(1);
  putStringOf("open");
  putStringOf(DRIVE_THROUGH);
  putString(textOf(OPERATOR_ID), lengthOf(OPERATOR_ID));
  putString(textOf(GARAGE_ID), lengthOf(GARAGE_ID));
  putLong(i64(numberOf(AT)));
  // The branch of the union that is not null.
  putByte(2);
  putString(textOf(CAMERA_ID), lengthOf(CAMERA_ID));
  putLong(2);
  putString(entryId, entryBytes);
  putString(readId, readBytes);
  putByte(0);
  putLong(1);
  putString(visitId, idBytes);
  putByte(0);
  putStringOf(DRIVE_THROUGH_SEVERITY);
  putStringOf(DRIVE_THROUGH_ACTION);
}

const HYPHEN: i32 = 0x2d;

function putLettersOf(which: i32): void {
  putLetters(textOf(which), lengthOf(which) & ~IS_WIDE);
}

/** As they are in a text of JSON. */
function putLetters(from: usize, bytes: i32): void {
  for (let at = from, end = from + usize(bytes); at < end; at++) {
    const byte = i32(load<u8>(at));
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) needsEscapes = true;
    if (byte > 0x7f) isWide = true;
  }
  putBytes(from, bytes);
}

const QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;
