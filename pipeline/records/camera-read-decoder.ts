import { instantiate } from '../webassembly/instantiate.ts';
import {
  CANDIDATES, CAPTURED_AT, CONFIDENCE, COUNTRY, DIRECTION, IS_ASCII, NUMBERS, ORIGIN, PLATE, READ_ID, RECEIVED_AT, WAY, WORDS,
} from './read-words.ts';
import { noCandidates } from './no-candidates.ts';
import type { Candidate, CameraRead, Direction, ReadTiming } from './records.ts';
import { sharedTexts } from './shared-texts.ts';
import { copyBytes, viewOf } from './slab.ts';
import { textOfAscii, textOfBytes } from './text-of-bytes.ts';

/**
 * Decodes a CameraRead that was written with the schema as it is now. Reads are most of what is ever decoded, and they repeat where they
 * were made and what they came by: avsc makes each text anew. A module takes the bytes apart, and knows the parts that were met before.
 *
 * @param bytes that do not change any more if others follow: these may be looked at as well @param start where the Avro body begins
 * @param end where it must end
 * @returns null when it is anything but a plain record: avsc says what it is, and what is wrong with it
 */
export function decodeCameraRead(bytes: Buffer, start: number, end: number): CameraRead | null {
  if (end - start > MOST_BYTES) return null;
  last = null;
  lastAt = placeOf(bytes, start, end);
  const found = cameraReads.takeApart(lastAt, end - start);
  if (found === NOT_PLAIN) return null;
  if (found === NEW_PARTS) useMemory();
  const { garageId, cameraId, laneId } = origins.at(ORIGIN);
  const { source, timing } = ways.at(WAY);
  const isAscii = words[IS_ASCII] === 1;
  last = {
    readId: textAt(READ_ID, isAscii),
    garageId,
    cameraId,
    laneId,
    direction: directions[words[DIRECTION]!]!,
    plate: textAt(PLATE, isAscii),
    country: countries.at(COUNTRY),
    confidence: numbers[CONFIDENCE]!,
    candidates: words[CANDIDATES] === 0 ? noCandidates : candidatesAt(words[CANDIDATES]!),
    capturedAt: numbers[CAPTURED_AT]!,
    receivedAt: numbers[RECEIVED_AT]!,
    source,
    timing,
  };
  return last;
}

/** The read that was decoded last, and where its body stands. */
let last: CameraRead | null = null;
let lastAt = 0;

/**
 * Copies the texts of the read as bytes, if it was decoded last: its body up to its country.
 * @param most so many bytes have room there, from the start
 * @returns how many bytes; 0: it was another, or they are more
 */
export function copyTextsOf(read: CameraRead, to: DataView, most: number): number {
  if (read !== last) return 0;
  const start = lastAt;
  const end = words[COUNTRY + 2]!;
  if (end - start > most) return 0;
  copyBytes(bodiesView, start, end, to, 0);
  return end - start;
}

/**
 * The words (`read-words.ts`) that were found of the read, if it was decoded last and its readId and plate are ASCII. Packed and hashed letter
 * by letter out of texts, these take several times as long.
 */
export function foundOf(read: CameraRead): Int32Array | null {
  return read === last && words[IS_ASCII] === 1 ? words : null;
}

/** The number of where it was made (garage, camera and lane), if it was decoded last: the same for all made there. Less than 0: none yet. */
export function originOf(read: CameraRead): number {
  return read === last ? words[ORIGIN]! : NO_ORIGIN;
}

const NO_ORIGIN = -1;

/** What `wasm/camera-read.wasm.ts` exports; addresses are in its memory. */
interface CameraReads {
  bodiesAt(): number;
  mostBytes(): number;
  wordsAt(): number;
  numbersAt(): number;
  takeApart(at: number, bytes: number): number;
}

const cameraReads = instantiate<CameraReads>(new URL('./wasm/camera-read.wasm', import.meta.url));
const MOST_BYTES = cameraReads.mostBytes();
const NOT_PLAIN = 0;
const NEW_PARTS = 2;

/** Where bodies are put. */
let bodies: Buffer;
let bodiesView: DataView;
/** What was found of one, as `read-words.ts` says. */
let words: Int32Array;
let numbers: Float64Array;

function useMemory(): void {
  const { buffer } = cameraReads.memory;
  // Another one after it has grown.
  if (bodies?.buffer === buffer) return;
  bodies = Buffer.from(buffer, cameraReads.bodiesAt(), MOST_BYTES);
  bodiesView = viewOf(bodies);
  words = new Int32Array(buffer, cameraReads.wordsAt(), WORDS);
  numbers = new Float64Array(buffer, cameraReads.numbersAt(), NUMBERS);
}

/** What was read last, mostly a fetch of thousands of records, and up to where. */
let fetched: Buffer | null = null;
let readTo = 0;
/** What of it stands there, from the start on. */
let heldFrom = 0;
let heldTo = 0;

/**
 * Where the body stands there. Who reads on in a fetch gets what follows put as well: one copy for a hundred reads, which has long been
 * written when they are taken apart.
 */
function placeOf(bytes: Buffer, start: number, end: number): number {
  const isNext = bytes === fetched && start >= readTo;
  if (!isNext || end > heldTo) {
    heldFrom = start;
    heldTo = isNext ? Math.max(end, Math.min(start + HELD_BYTES, bytes.length)) : end;
    bodies.set(bytes.subarray(start, heldTo));
    fetched = bytes;
  }
  readTo = end;
  return start - heldFrom;
}

const HELD_BYTES = 16 * 1024;

/** What the parts say that reads repeat, by their numbers: one copy of each. */
class Parts<T> {
  private readonly values: T[] = [];
  private readonly make: (start: number, end: number) => T;

  /** @param make what a part of the body says */
  constructor(make: (start: number, end: number) => T) {
    this.make = make;
  }

  /** What the part says whose number and place stand there among the words. */
  at(word: number): T {
    const number = words[word]!;
    return number >= 0 ? this.values[number]! : this.newAt(word, number);
  }

  private newAt(word: number, number: number): T {
    const value = this.make(words[word + 1]!, words[word + 2]!);
    if (number <= NEWEST) this.values[NEWEST - number] = value;
    return value;
  }
}

/** Less its number, of a part that has just been given one. */
const NEWEST = -2;

const origins = new Parts((start, end) => {
  const garageEnd = textEnd(start);
  const cameraEnd = textEnd(garageEnd);
  return { garageId: sharedText(start, garageEnd), cameraId: sharedText(garageEnd, cameraEnd), laneId: sharedText(cameraEnd, end) };
});
const countries = new Parts(sharedText);
const ways = new Parts((start, end) => {
  const sourceEnd = textEnd(start);
  return { source: sharedText(start, sourceEnd), timing: sharedText(sourceEnd, end) as ReadTiming };
});

/** By their number in the schema. */
const directions: readonly Direction[] = ['IN', 'OUT', 'UNKNOWN'];
const FLOAT_BYTES = 4;

function textAt(word: number, isAscii: boolean): string {
  const start = words[word]!;
  const end = words[word + 1]!;
  return isAscii ? textOfAscii(bodies, start, end) : bodies.toString('utf8', start, end);
}

/** The end of a text whose length, of one byte or two, stands at `at`. */
function textEnd(at: number): number {
  const byte = bodies[at]!;
  return byte < 0x80 ? at + 1 + (byte >>> 1) : at + 2 + ((byte & 0x7f) >>> 1) + (bodies[at + 1]! << 6);
}

function textStart(at: number): number {
  return bodies[at]! < 0x80 ? at + 1 : at + 2;
}

function sharedText(at: number, end: number): string {
  return sharedTexts.read(bodies, textStart(at), end);
}

/** Blocks of them, each with its count before it; none ends them. */
function candidatesAt(start: number): Candidate[] {
  const candidates: Candidate[] = [];
  let at = start;
  for (;;) {
    let left = 0;
    let shift = 0;
    for (; bodies[at]! >= 0x80; at++, shift += 7) left |= (bodies[at]! & 0x7f) << shift;
    // Zigzag; one that fits the body is short.
    left = (left | (bodies[at++]! << shift)) >>> 1;
    if (left === 0) return candidates;
    for (; left > 0; left--) {
      const plateEnd = textEnd(at);
      candidates.push({ plate: textOfBytes(bodies, textStart(at), plateEnd), confidence: bodies.readFloatLE(plateEnd) });
      at = plateEnd + FLOAT_BYTES;
    }
  }
}

useMemory();
