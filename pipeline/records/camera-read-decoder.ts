import { instantiate } from '../webassembly/instantiate.ts';
import {
  CANDIDATES, CAPTURED_AT, CONFIDENCE, COUNTRY, DIRECTION, IS_ASCII, NUMBERS, ORIGIN, PLATE, READ_ID, RECEIVED_AT, WAY, WORDS,
} from './read-words.ts';
import type { Candidate, CameraRead, Direction, ReadTiming } from './records.ts';
import { sharedTexts } from './shared-texts.ts';
import { copyBytes, viewOf } from './slab.ts';
import { textOfAscii, textOfBytes } from './text-of-bytes.ts';

/**
 * Decodes a CameraRead that was written with the schema as it is now. Reads are most of what is ever decoded, and they repeat where they
 * were made and what they came by: avsc makes each text anew. A module takes the bytes apart, and knows the parts that were met before.
 *
 * @param start where the Avro body begins
 * @param end where it must end
 * @returns null when it is anything but a plain record: avsc says what it is, and what is wrong with it
 */
export function decodeCameraRead(bytes: Buffer, start: number, end: number): CameraRead | null {
  if (end - start > MOST_BYTES) return null;
  last = null;
  putBody(bytes, start, end);
  const found = cameraReads.takeApart(end - start);
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

/** The read that was decoded last: its body stands there yet. */
let last: CameraRead | null = null;

/**
 * Where the texts of the read stand as bytes, if it was decoded last: its body up to its country, which begins there.
 * @returns how many bytes; 0: it was not
 */
export function textBytesOf(read: CameraRead): number {
  return read === last ? words[COUNTRY + 2]! : 0;
}

/** Where that body begins; another view after one that was decoded. */
export function textsOfLast(): DataView {
  return bodyView;
}

/**
 * The words (`read-words.ts`) that were found of the read, if it was decoded last and its readId and plate are ASCII. Packed and hashed letter
 * by letter out of texts, these take several times as long.
 */
export function foundOf(read: CameraRead): Int32Array | null {
  return read === last && words[IS_ASCII] === 1 ? words : null;
}

/** What `wasm/camera-read.wasm.ts` exports; addresses are in its memory. */
interface CameraReads {
  bodyAt(): number;
  mostBytes(): number;
  wordsAt(): number;
  numbersAt(): number;
  takeApart(bytes: number): number;
}

const cameraReads = instantiate<CameraReads>(new URL('./wasm/camera-read.wasm', import.meta.url));
const MOST_BYTES = cameraReads.mostBytes();
const NOT_PLAIN = 0;
const NEW_PARTS = 2;

/** Where a body is put. */
let body: Buffer;
let bodyView: DataView;
/** What was found of it, as `read-words.ts` says. */
let words: Int32Array;
let numbers: Float64Array;

function useMemory(): void {
  const { buffer } = cameraReads.memory;
  // Another one after it has grown.
  if (body?.buffer === buffer) return;
  body = Buffer.from(buffer, cameraReads.bodyAt(), MOST_BYTES);
  bodyView = viewOf(body);
  words = new Int32Array(buffer, cameraReads.wordsAt(), WORDS);
  numbers = new Float64Array(buffer, cameraReads.numbersAt(), NUMBERS);
}

/** What was read last, mostly a fetch of thousands of records. */
let viewed: Buffer | null = null;
let view: DataView;

function putBody(bytes: Buffer, start: number, end: number): void {
  if (bytes !== viewed) {
    viewed = bytes;
    view = viewOf(bytes);
  }
  copyBytes(view, start, end, bodyView, 0);
}

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
const noCandidates: readonly Candidate[] = [];
const FLOAT_BYTES = 4;

function textAt(word: number, isAscii: boolean): string {
  const start = words[word]!;
  const end = words[word + 1]!;
  return isAscii ? textOfAscii(body, start, end) : body.toString('utf8', start, end);
}

/** The end of a text whose length, of one byte or two, stands at `at`. */
function textEnd(at: number): number {
  const byte = body[at]!;
  return byte < 0x80 ? at + 1 + (byte >>> 1) : at + 2 + ((byte & 0x7f) >>> 1) + (body[at + 1]! << 6);
}

function textStart(at: number): number {
  return body[at]! < 0x80 ? at + 1 : at + 2;
}

function sharedText(at: number, end: number): string {
  return sharedTexts.read(body, textStart(at), end);
}

/** Blocks of them, each with its count before it; none ends them. */
function candidatesAt(start: number): Candidate[] {
  const candidates: Candidate[] = [];
  let at = start;
  for (;;) {
    let left = 0;
    let shift = 0;
    for (; body[at]! >= 0x80; at++, shift += 7) left |= (body[at]! & 0x7f) << shift;
    // Zigzag; one that fits the body is short.
    left = (left | (body[at++]! << shift)) >>> 1;
    if (left === 0) return candidates;
    for (; left > 0; left--) {
      const plateEnd = textEnd(at);
      candidates.push({ plate: textOfBytes(body, textStart(at), plateEnd), confidence: body.readFloatLE(plateEnd) });
      at = plateEnd + FLOAT_BYTES;
    }
  }
}

useMemory();
