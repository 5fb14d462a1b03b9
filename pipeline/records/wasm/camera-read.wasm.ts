import { FIRST_HASH } from '../../engine/hashes';
import {
  CANDIDATES, CAPTURED_AT, CONFIDENCE, COUNTRY, DIRECTION, IS_ASCII, NUMBERS, ORIGIN, PACKED_BYTES, PACKED_LONG, PACKED_PLATE, PLATE, READ_ID,
  READ_ID_HASH, RECEIVED_AT, WAY, WORDS,
} from '../read-words';
import { hashOfBytes } from './hash-of-bytes.as';
import { PartNumbers } from './part-numbers.as';
import { firstOf } from './sixteen-bytes.as';

/**
 * A CameraRead's Avro body, written with the schema as it is now, taken apart where it stands: the caller puts it to `bodiesAt`, with
 * others. What is found stands at `wordsAt` and `numbersAt`, as `../read-words.ts` says.
 */

const MOST_BYTES: i32 = 65536;
/** What looks at the last bytes may reach into what stands behind. */
const bodies: usize = memory.data(65536 + 16, 16);
const words: usize = memory.data(4 * WORDS, 16);
const numbers: usize = memory.data(8 * NUMBERS, 8);

/** Where reads were made: three fields that stand side by side. */
const origins = new PartNumbers();
const countries = new PartNumbers();
/** How they came: the last two. */
const ways = new PartNumbers();

export function bodiesAt(): usize {
  return bodies;
}

/** There is room for so many; a longer body is for avsc. */
export function mostBytes(): i32 {
  return MOST_BYTES;
}

export function wordsAt(): usize {
  return words;
}

export function numbersAt(): usize {
  return numbers;
}

/**
 * Takes a body apart.
 * @param at where it begins there
 * @returns 0 when it is anything but a plain record: avsc says what it is, and what is wrong with it. 2: one of its parts is new, and memory
 * may have grown; else 1
 */
export function takeApart(at: i32, bytes: i32): i32 {
  const body = bodies + usize(at);
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
  putWord(DIRECTION, i32(direction) >> 1);
  putWord(CANDIDATES, hasCandidates ? i32(candidatesAt - bodies) : 0);
  putWord(IS_ASCII, i32(isAscii(readId, readIdEnd) && isAscii(plate, plateEnd)));
  packPlate(plate, plateEnd);
  putWord(READ_ID_HASH, i32(hashOfBytes(FIRST_HASH, readId, readIdEnd)));
  putNumber(CONFIDENCE, f64(load<f32>(countryEnd)));
  putNumber(CAPTURED_AT, f64(captured));
  putNumber(RECEIVED_AT, f64(received));
  return isNew ? 2 : 1;
}

/** @returns 1: it is new, or has no number */
function tellPart(word: i32, numbersOf: PartNumbers, from: usize, to: usize): i32 {
  const number = numbersOf.of(from, to);
  putWord(word, number);
  tellText(word + 1, from, to);
  return i32(number < 0);
}

@inline
function tellText(word: i32, from: usize, to: usize): void {
  putWord(word, i32(from - bodies));
  putWord(word + 1, i32(to - bodies));
}

@inline
function putWord(word: i32, value: i32): void {
  store<i32>(words + (usize(word) << 2), value);
}

@inline
function putNumber(which: i32, value: f64): void {
  store<f64>(numbers + (usize(which) << 3), value);
}

function packPlate(from: usize, to: usize): void {
  const packed = words + (usize(PACKED_PLATE) << 2);
  const length = to - from;
  if (length < usize(PACKED_BYTES)) {
    const letters = firstOf(v128.load(from), length);
    const behind = v128.shuffle<u8>(letters, letters, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    v128.store(packed, i8x16.replace_lane(behind, 0, i8(length)));
  } else {
    v128.store(packed, i8x16.replace_lane(i8x16.splat(0), 0, i8(PACKED_LONG)));
  }
}

function isAscii(from: usize, to: usize): bool {
  let codes = i8x16.splat(0);
  let at = from;
  for (; at + 16 < to; at += 16) codes = v128.or(codes, v128.load(at));
  return i8x16.bitmask(v128.or(codes, firstOf(v128.load(at), to - at))) == 0;
}

/** The end of a text whose length, of one byte or two, stands at `at`; beyond all bytes if none does. */
function textEnd(at: usize): usize {
  // What lies behind the body is another's: whatever it says is beyond its end.
  if (at > bodies + MOST_BYTES) return NOWHERE;
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

/** Zigzag, seven bits a byte: of all that it has, the high bits are taken out at once. */
function longAt(from: usize, end: usize): i64 {
  const eight = load<u64>(from);
  const bits = ctz(~eight & 0x8080808080808080) + 1;
  longEnd = from + usize(bits >>> 3);
  if (bits > 8 * LONGEST_LONG || longEnd > end) {
    longEnd = NOWHERE;
    return 0;
  }
  let value = eight & ((u64(1) << bits) - 1) & 0x7f7f7f7f7f7f7f7f;
  value = (value & 0x007f007f007f007f) | ((value & 0x7f007f007f007f00) >>> 1);
  value = (value & 0x00003fff00003fff) | ((value & 0x3fff00003fff0000) >>> 2);
  value = (value & 0x0fffffff) | ((value & 0x0fffffff00000000) >>> 4);
  return i64(value >>> 1) ^ -i64(value & 1);
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
