import {
  CAME_BACK, DIRECTION_BITS, HAS_ENTRY, HAS_ENTRY_READ, HAS_EXIT, HAS_EXIT_READ, HAS_IRREGULARITIES, HAS_VISIT, IS_AS_SEEN, IS_SINGLE,
  LONG, STAY_FORMAT,
} from '../../state/stay-format';
import { AT, CAMERA_ID, COUNTRY, GARAGE_ID, IS_WIDE, LANE_ID, OPERATOR_ID, PLATE, READ_ID } from '../read-parts';
import { DRIVE_THROUGH } from '../../stays/drive-through';
import { HEADER_BYTES } from '../../../records/framing';
import { afterCount, afterShare, afterText, afterTime, countAt, timeAt } from '../../state/wasm/packed-values.as';
import { afterPassage, firstOfPassage, lastIdOfPassage, lastOfPassage } from '../../state/wasm/stay-parts.as';
import { FIRST_AT, LAST_AT } from '../growth-parts';
import { ENTERED_AT, ENTRY_AT, ENTRY_END, FIRST_SEEN_AT, LAST_ID_AT, PLATE_END, REVISION_AT } from '../open-row-parts';
import { bodyOfShort, jsonOfShort } from './drive-through.as';
import { grown, growRow, isPlainPassage, tell } from './growth.as';
import { found, foundAt, openRow, readRow } from './open-row.as';
import {
  putByte, putBytes, putCount, putDecimal, putFloat, putLong, putShare, putString, putStringOf, putText, putTextOfWord, putTime, writeFrom,
  writtenTo,
} from './pen.as';
import { counts, findTexts, lengthOf, letters, LETTERS_BYTES, numberOf, numbers, takeText, textOf, texts } from './read-at-hand.as';
import { putRead, putTextOf } from './read-writing.as';
import { CLOSED, IN, OPEN, OUT } from './row-numbers.as';
import { MOST_BYTES, name, NAME_BYTES, nameText, text } from './visit-name.as';

/**
 * The rows of plain stays, and what is told of them, out of the read at hand: byte for byte what `../../state/stay-codec.ts` and
 * `../../../records/visit-encoder.ts` make of them. Each text of the read is there once, and written up to eight times.
 */

/**
 * What is written: a stay's row behind its visit's name, and the Avro body of the visit, behind the garage's id and room for the header
 * that frames it. The texts at hand and an open row, each of them twice, are less.
 */
const OUT_BYTES: i32 = 12288;
const row: usize = memory.data(OUT_BYTES, 16);
const visit: usize = memory.data(OUT_BYTES, 16);
/** The irregularity of a short stay: its Avro body likewise, and its JSON, which the row has. */
const irregularity: usize = memory.data(OUT_BYTES, 16);
/** Of the row, the visit and the irregularity where the value begins, and where it ends: a word each. */
const places: usize = memory.data(4 * 6, 8);
const json: usize = memory.data(OUT_BYTES, 16);
/** Where the caller puts the name and the row of the stay that the read ends. */
const OPEN_BYTES: i32 = 2048;
const open: usize = memory.data(OPEN_BYTES + 16, 16);

export { findTexts };

export function textsAt(): usize {
  return texts;
}

export function numbersAt(): usize {
  return numbers;
}

export function countsAt(): usize {
  return counts;
}

export function lettersAt(): usize {
  return letters;
}

export function lettersBytes(): i32 {
  return LETTERS_BYTES;
}

export function outBytes(): i32 {
  return OUT_BYTES;
}

export function nameAt(): usize {
  return name;
}

export function nameBytes(): i32 {
  return NAME_BYTES;
}

export function rowAt(): usize {
  return row;
}

export function visitAt(): usize {
  return visit;
}

export function openAt(): usize {
  return open;
}

export function openBytes(): i32 {
  return OPEN_BYTES;
}

export function irregularityAt(): usize {
  return irregularity;
}

export function placesAt(): usize {
  return places;
}

/** Ends what was written from `start` on. @param which of the three */
function endAt(which: usize, start: usize, valueAt: usize): void {
  store<u32>(places + 8 * which, u32(valueAt - start));
  store<u32>(places + 8 * which, u32(writtenTo() - start), 4);
}

/** Begins what is told at an address. @returns where its value begins */
function tellAt(at: usize): usize {
  writeFrom(at);
  putBytes(textOf(GARAGE_ID), bytesOf(GARAGE_ID));
  const valueAt = writtenTo();
  writeFrom(valueAt + HEADER_BYTES);
  return valueAt;
}

/**
 * Opens a stay: writes its visit's name, its row, and its visit's first revision.
 * @param lastHereAt ms UTC; less than 0: it has none
 * @returns false: the name is of too much
 */
export function openStay(dueAt: f64, lastHereAt: f64, rulesVersion: i32): bool {
  if (!nameRead(0)) return false;
  writeFrom(row);
  putBytes(name, NAME_BYTES);
  putByte(STAY_FORMAT);
  putByte(HAS_ENTRY | HAS_VISIT | (lastHereAt < 0 ? 0 : CAME_BACK));
  putTextOf(GARAGE_ID);
  putTextOf(COUNTRY);
  putTextOf(PLATE);
  putTime(dueAt);
  putPassage(IN);
  if (lastHereAt >= 0) putTime(lastHereAt);
  const at = numberOf(AT);
  tellOpen(name, NAME_BYTES, 1, at, at, rulesVersion);
  return true;
}

/**
 * Ends the row of an open stay with its visit, whose entry is as it was seen, and writes its visit.
 * @param enteredAt ms UTC, of the read that READ_ID names
 */
function tellOpen(visitId: usize, idBytes: i32, revision: f64, firstSeenAt: f64, enteredAt: f64, rulesVersion: i32): void {
  putByte(HAS_ENTRY_READ | IS_AS_SEEN);
  putByte(OPEN);
  putCount(revision);
  putShare(0);
  putByte(0);
  endAt(ROW, row, row + idBytes);
  const told = tellAt(visit);
  putVisitUpToPlate(visitId, idBytes, i64(revision), "open");
  putByte(IS_THERE);
  putStringAt(READ_ID);
  putByte(0);
  putLong(i64(firstSeenAt));
  putByte(IS_THERE);
  putLong(i64(enteredAt));
  putByte(0);
  putFloat(0);
  putByte(0);
  putLong(rulesVersion);
  endAt(VISIT, visit, told);
}

/**
 * Takes the row of an open stay at `openAt` apart, whose value begins there, behind its name: what is found stands at `openRowAt`.
 * @returns false: it is not plain
 */
export function readOpen(value: i32): bool {
  return readRow(open, open + value);
}

export function openRowAt(): usize {
  return openRow;
}

/**
 * Closes the stay at `openAt`, that was taken apart, by the read: writes its row, and its visit's next revision.
 * @param value as above @param isShort it has that flag, and that irregularity, which is written as well
 * @returns false: the irregularity is for the codec
 */
export function closeStay(value: i32, dueAt: f64, matchConfidence: f64, isShort: bool, rulesVersion: i32): bool {
  const start = open + value;
  const plateEnd = foundAt(open, PLATE_END);
  const entryStart = foundAt(open, ENTRY_AT);
  const afterEntry = foundAt(open, ENTRY_END);
  const has: i32 = load<u8>(start, 1);
  const visitStart = has & CAME_BACK ? afterTime(afterEntry) : afterEntry;
  const revision = countAt(foundAt(open, REVISION_AT)) + 1;
  const lastIdAt = foundAt(open, LAST_ID_AT);
  const short: u32 = load<u8>(lastIdAt);
  const isLong = short === u32(LONG);
  const entryId = lastIdAt + (isLong ? 5 : 1);
  const entryBytes = i32(isLong ? load<u32>(lastIdAt, 1) : short);
  const readId = textOf(READ_ID);
  const readBytes = bytesOf(READ_ID);
  let jsonBytes: u32 = 0;
  if (isShort) {
    jsonBytes = jsonOfShort(json, open, value, entryId, entryBytes, readId, readBytes);
    if (jsonBytes === 0) return false;
    const told = tellAt(irregularity);
    bodyOfShort(open, value, entryId, entryBytes, readId, readBytes);
    endAt(IRREGULARITY, irregularity, told);
  }
  writeFrom(row);
  putBytes(open, value);
  putByte(STAY_FORMAT);
  putByte(has | HAS_EXIT | (isShort ? HAS_IRREGULARITIES : 0));
  putBytes(start + 2, plateEnd - start - 2);
  putTime(dueAt);
  putBytes(entryStart, afterEntry - entryStart);
  putPassage(OUT);
  putBytes(afterEntry, visitStart - afterEntry);
  putByte(HAS_ENTRY_READ | HAS_EXIT_READ | IS_AS_SEEN);
  putByte(CLOSED);
  putCount(revision);
  putShare(matchConfidence);
  putByte(isShort ? 1 : 0);
  if (isShort) {
    putTextOfWord(DRIVE_THROUGH);
    putText(json, jsonBytes);
  }
  endAt(ROW, row, row + value);
  const told = tellAt(visit);
  putVisitUpToPlate(open, value, i64(revision), "closed");
  putByte(IS_THERE);
  putString(entryId, entryBytes);
  putByte(IS_THERE);
  putString(readId, readBytes);
  putLong(i64(found(FIRST_SEEN_AT)));
  putByte(IS_THERE);
  putLong(i64(found(ENTERED_AT)));
  putByte(IS_THERE);
  putLong(i64(numberOf(AT)));
  putFloat(f32(matchConfidence));
  if (isShort) {
    putLong(1);
    putStringOf(DRIVE_THROUGH);
  }
  putByte(0);
  putLong(rulesVersion);
  endAt(VISIT, visit, told);
  return true;
}

/** What is written, in the order of their places. */
const ROW: usize = 0;
const VISIT: usize = 1;
const IRREGULARITY: usize = 2;
/** The branch of an Avro union that is not null. */
const IS_THERE: i32 = 2;

/**
 * The stay at `openAt`, whose passage the read goes on with: writes its row. What else is found of it stands at `grownAt`.
 * @param value where its row's value begins, behind the name, and where it ends @param hasLeft its exit grows, else its entry
 * @returns false: something of it is not alike, or not plain
 */
export function growStay(value: i32, end: i32, dueAt: f64, hasLeft: bool): bool {
  if (!growRow(open, open + value, open + end, row, dueAt, hasLeft)) return false;
  endAt(ROW, row, row + value);
  return true;
}

/**
 * The open stay at `openAt`, whose entry grew after it was told: writes its row, and its visit's next revision. Its texts take the places
 * of the read's at hand; the times of its entry stand at `grownAt`.
 * @param value as above @param dueAfterMs from its last read on
 * @returns false: it is told as it is, or for the codec
 */
export function tellStay(value: i32, end: i32, dueAfterMs: f64, rulesVersion: i32): bool {
  const start = open + value;
  const has: i32 = load<u8>(start, 1);
  if (i32(load<u8>(start)) !== STAY_FORMAT || (has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT)) return false;
  const countryAt = afterText(start + 2);
  const plateAt = afterText(countryAt);
  const dueStart = afterText(plateAt);
  const entryAt = afterTime(dueStart);
  if (!isPlainPassage(load<u8>(entryAt), IN)) return false;
  const entryEnd = afterPassage(entryAt);
  const firstAt = firstOfPassage();
  const lastAt = lastOfPassage();
  const visitAt = has & CAME_BACK ? afterTime(entryEnd) : entryEnd;
  // It says so itself when it was seen first, and by which read it came in then; and has no flags.
  if (i32(load<u8>(visitAt)) !== HAS_ENTRY_READ || i32(load<u8>(visitAt, 1)) !== OPEN) return false;
  const firstSeenAt = afterShare(afterCount(visitAt + 2));
  const flagsAt = afterTime(afterText(afterTime(firstSeenAt)));
  if (timeAt(firstSeenAt) !== firstAt || load<u8>(flagsAt) !== 0 || flagsAt + 1 !== open + end) return false;
  const areShort = takeText(GARAGE_ID, start + 2) && takeText(COUNTRY, countryAt) && takeText(PLATE, plateAt) &&
    takeText(READ_ID, lastIdOfPassage());
  if (!areShort) return false;
  tell(FIRST_AT, firstAt);
  tell(LAST_AT, lastAt);
  writeFrom(row);
  putBytes(open, dueStart - open);
  putTime(lastAt + dueAfterMs);
  putBytes(entryAt, visitAt - entryAt);
  tellOpen(open, value, countAt(visitAt + 2) + 1, firstAt, lastAt, rulesVersion);
  return true;
}

export function grownAt(): usize {
  return grown;
}

/** Names a visit after the read at hand, the `nth` that is. @returns false: its ids are too long */
export function nameRead(nth: i32): bool {
  const bytes = bytesOf(GARAGE_ID) + bytesOf(CAMERA_ID) + bytesOf(READ_ID) + MOST_OTHERS;
  if (bytes > MOST_BYTES) return false;
  writeFrom(text);
  putId(GARAGE_ID);
  putId(CAMERA_ID);
  putId(READ_ID);
  putDecimal(u64(numberOf(AT)));
  putByte(SPACE);
  putDecimal(nth);
  nameText(i32(writtenTo() - text));
  return true;
}

/** What else is named: four spaces, a time of up to sixteen digits, a number of up to ten. */
const MOST_OTHERS: i32 = 4 + 16 + 10;
const SPACE: i32 = 0x20;

function bytesOf(which: i32): i32 {
  return lengthOf(which) & ~IS_WIDE;
}

function putId(which: i32): void {
  putBytes(textOf(which), bytesOf(which));
  putByte(SPACE);
}

function putStringAt(which: i32): void {
  putString(textOf(which), lengthOf(which));
}

/** That of the read at hand alone, whose plate is the stay's. */
function putPassage(direction: i32): void {
  putByte(IS_SINGLE | (direction << DIRECTION_BITS));
  putTextOf(LANE_ID);
  putRead();
}

/** All of a visit up to whether its plate was read. */
function putVisitUpToPlate(visitId: usize, idBytes: i32, revision: i64, status: string): void {
  putString(visitId, idBytes);
  putLong(revision);
  putStringOf(status);
  putStringAt(OPERATOR_ID);
  putStringAt(GARAGE_ID);
  putStringAt(PLATE);
  putStringAt(COUNTRY);
  putByte(1);
}
