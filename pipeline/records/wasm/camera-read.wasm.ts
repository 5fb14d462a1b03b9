import { PartNumbers } from './part-numbers.as';

/**
 * A CameraRead's Avro body, written with the schema as it is now, taken apart where it stands: the caller puts it to `bodyAt`.
 * Texts are told by where they begin and end.
 */

const MOST_BYTES: i32 = 65536;
/** Words of the last bytes may reach into what stands behind. */
const body: usize = memory.data(65536 + 16, 16);
/** What was found, see `wordsAt` and `numbersAt`. */
const words: usize = memory.data(4 * 21, 16);
const numbers: usize = memory.data(8 * 3, 8);

/** Three words each: the part's number, where it begins, where it ends. */
const ORIGIN: usize = 0;
const COUNTRY: usize = 12;
const WAY: usize = 24;
/** Two words each: where it begins and ends. */
const READ_ID: usize = 36;
const PLATE: usize = 44;
/** A word each. */
const DIRECTION: usize = 52;
const CANDIDATES: usize = 56;
const IS_ASCII: usize = 60;
/** Four words. */
const PACKED_PLATE: usize = 64;
/** A word. */
const READ_ID_HASH: usize = 80;
/** Doubles. */
const CONFIDENCE: usize = 0;
const CAPTURED_AT: usize = 8;
const RECEIVED_AT: usize = 16;

/** Where reads were made: three fields that stand side by side. */
const origins = new PartNumbers();
const countries = new PartNumbers();
/** How they came: the last two. */
const ways = new PartNumbers();

export function bodyAt(): usize {
  return body;
}

/** A longer one is for avsc. */
export function mostBytes(): i32 {
  return MOST_BYTES;
}

/**
 * Twenty-one words, places being told from the start of the body. Of each of its parts that reads repeat (where it was made, its country, the
 * way it came) the number, as `PartNumbers.of` gives it, and where it begins and ends; where its readId begins and ends, and its plate; its
 * direction, as the schema counts; where its candidates begin, 0 if there are none; 1 if readId and plate are ASCII. Then its plate in four
 * words, the length and the letters with 0 behind them (255 and 0 of one that is too long), and the FNV-1a hash of its readId.
 */
export function wordsAt(): usize {
  return words;
}

/** Three doubles: its confidence, when it was made, and when it was received. */
export function numbersAt(): usize {
  return numbers;
}

/**
 * Takes the body of so many bytes apart.
 * @returns 0 when it is anything but a plain record: avsc says what it is, and what is wrong with it. 2: one of its parts is new, and memory
 * may have grown; else 1
 */
export function takeApart(bytes: i32): i32 {
  const end = body + usize(bytes);
  const readIdEnd = textEnd(body);
  const laneEnd = textEnd(textEnd(textEnd(readIdEnd)));
  if (laneEnd >= end) return 0;
  const direction = load<u8>(laneEnd);
  if ((direction & 1) != 0 || direction > 4) return 0;
  const plateAt = laneEnd + 1;
  const plateEnd = textEnd(plateAt);
  const countryEnd = textEnd(plateEnd);
  const candidatesAt = countryEnd + 4;
  if (candidatesAt >= end) return 0;
  const hasCandidates = load<u8>(candidatesAt) != 0;
  const capturedAt = hasCandidates ? behindCandidates(candidatesAt, end) : candidatesAt + 1;
  if (capturedAt >= end) return 0;
  const captured = longAt(capturedAt, end);
  if (longEnd >= end) return 0;
  const received = longAt(longEnd, end);
  const receivedEnd = longEnd;
  // No length is negative: where the last field ends rightly, all others stand before it.
  if (receivedEnd >= end || textEnd(textEnd(receivedEnd)) != end) return 0;
  const isNew = tellPart(ORIGIN, origins, readIdEnd, laneEnd) | tellPart(COUNTRY, countries, plateEnd, countryEnd) |
    tellPart(WAY, ways, receivedEnd, end);
  const readId = textStart(body);
  const plate = textStart(plateAt);
  tellText(READ_ID, readId, readIdEnd);
  tellText(PLATE, plate, plateEnd);
  store<i32>(words, i32(direction) >> 1, DIRECTION);
  store<i32>(words, hasCandidates ? i32(candidatesAt - body) : 0, CANDIDATES);
  store<i32>(words, i32(isAscii(readId, readIdEnd) && isAscii(plate, plateEnd)), IS_ASCII);
  packPlate(plate, plateEnd);
  store<i32>(words, hashOf(readId, readIdEnd), READ_ID_HASH);
  store<f64>(numbers, f64(load<f32>(countryEnd)), CONFIDENCE);
  store<f64>(numbers, f64(captured), CAPTURED_AT);
  store<f64>(numbers, f64(received), RECEIVED_AT);
  return isNew ? 2 : 1;
}

/** @returns 1: it is new, or has no number */
function tellPart(at: usize, numbersOf: PartNumbers, from: usize, to: usize): i32 {
  const number = numbersOf.of(from, to);
  store<i32>(words + at, number);
  tellText(at + 4, from, to);
  return i32(number < 0);
}

@inline
function tellText(at: usize, from: usize, to: usize): void {
  store<i32>(words + at, i32(from - body));
  store<i32>(words + at, i32(to - body), 4);
}

function packPlate(from: usize, to: usize): void {
  const packed = words + PACKED_PLATE;
  const length = to - from;
  store<u64>(packed, length < 16 ? length : 255);
  store<u64>(packed, 0, 8);
  if (length < 16) for (let i: usize = 0; i < length; i++) store<u8>(packed + i, load<u8>(from + i), 1);
}

function hashOf(from: usize, to: usize): i32 {
  let hash: i32 = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = (hash ^ i32(load<u8>(at))) * 0x01000193;
  return hash;
}

function isAscii(from: usize, to: usize): bool {
  let codes: u32 = 0;
  for (let at = from; at < to; at++) codes |= load<u8>(at);
  return codes < 0x80;
}

/** The end of a text whose length, of one byte or two, stands at `at`; beyond all bytes if none does. */
function textEnd(at: usize): usize {
  // What lies behind the body was another's: whatever it says is beyond its end.
  if (at > body + MOST_BYTES) return NOWHERE;
  const byte = u32(load<u8>(at));
  if ((byte & 1) != 0) return NOWHERE;
  if (byte < 0x80) return at + 1 + usize(byte >>> 1);
  const next = u32(load<u8>(at, 1));
  return next < 0x80 ? at + 2 + usize(((byte & 0x7f) >>> 1) + (next << 6)) : NOWHERE;
}

const NOWHERE: usize = 0x40000000;

@inline
function textStart(at: usize): usize {
  return load<u8>(at) < 0x80 ? at + 1 : at + 2;
}

/** Where the long that was read last ends; beyond all bytes if it is longer than a number that is exact. */
let longEnd: usize = 0;

/** Zigzag, seven bits a byte. */
function longAt(from: usize, end: usize): i64 {
  let value: u64 = 0;
  let shift: u64 = 0;
  let at = from;
  for (; at < end && shift < 7 * LONGEST_LONG; at++) {
    const byte = u64(load<u8>(at));
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) {
      longEnd = at + 1;
      return i64(value >>> 1) ^ -i64(value & 1);
    }
  }
  longEnd = NOWHERE;
  return 0;
}

const LONGEST_LONG: u64 = 7;

/** Blocks of candidates, each with its count before it; none ends them. @returns where they end; beyond all bytes if they don't */
function behindCandidates(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    let left = longAt(at, end);
    at = longEnd;
    if (left == 0) return at;
    // A block with its size in bytes before it.
    if (left < 0) return NOWHERE;
    for (; left > 0 && at < end; left--) at = textEnd(at) + 4;
  }
  return NOWHERE;
}
