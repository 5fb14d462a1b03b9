import type { Candidate, CameraRead, Direction, ReadTiming } from './records.ts';
import { sharedTexts } from './shared-texts.ts';
import { textOfBytes } from './text-of-bytes.ts';

/**
 * Decodes a CameraRead that was written with the schema as it is now, field by field as they stand in it. Reads are
 * most of what is ever decoded, and they repeat the names of garages, cameras and lanes: avsc makes each anew.
 *
 * @param start where the Avro body begins; it must fill the rest of `bytes`
 * @returns null when it is anything but a plain record: avsc says what it is, and what is wrong with it
 */
export function decodeCameraRead(bytes: Buffer, start: number): CameraRead | null {
  source = bytes;
  at = start;
  isPlain = true;
  const readId = text();
  const garageId = sharedText();
  const cameraId = sharedText();
  const laneId = sharedText();
  const direction = directions[long()];
  const plate = text();
  const country = sharedText();
  const confidence = float();
  const candidates = readCandidates();
  const capturedAt = long();
  const receivedAt = long();
  const origin = sharedText();
  const timing = sharedText() as ReadTiming;
  if (!isPlain || at !== bytes.length || direction === undefined) return null;
  return {
    readId, garageId, cameraId, laneId, direction, plate, country, confidence, candidates, capturedAt, receivedAt,
    source: origin, timing,
  };
}

/** What is decoded, how far it has come, and whether all was plain up to there. */
let source: Buffer;
let at = 0;
let isPlain = true;

/** By their number in the schema. */
const directions: readonly Direction[] = ['IN', 'OUT', 'UNKNOWN'];
const noCandidates: readonly Candidate[] = [];

/** Zigzag, seven bits a byte; times take six bytes. */
function long(): number {
  let byte = source[at++]!;
  let low = byte & 0x7f;
  for (let shift = 7; byte >= 0x80; shift += 7) {
    if (shift === 28) return longFrom(low);
    byte = source[at++]!;
    low |= (byte & 0x7f) << shift;
  }
  return (low >>> 1) ^ -(low & 1);
}

/** The bits above the first 28 are added as numbers: they don't fit the integers that shifts work on. */
function longFrom(low: number): number {
  let value = low;
  let factor = 2 ** 28;
  let byte: number;
  do {
    byte = source[at++]!;
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
  } while (byte >= 0x80 && factor < 2 ** 49);
  if (byte >= 0x80) isPlain = false;
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The end of a text that begins at `at`. */
function textEnd(): number {
  const length = long();
  if (length >= 0 && at + length <= source.length) return at + length;
  isPlain = false;
  return at;
}

function text(): string {
  const end = textEnd();
  const start = at;
  at = end;
  return textOfBytes(source, start, end);
}

function sharedText(): string {
  const end = textEnd();
  const start = at;
  at = end;
  return sharedTexts.read(source, start, end);
}

function float(): number {
  if (at + 4 > source.length) {
    isPlain = false;
    return 0;
  }
  at += 4;
  return source.readFloatLE(at - 4);
}

/** Blocks of them, each with its count before it; none ends them. */
function readCandidates(): readonly Candidate[] {
  let left = long();
  if (left === 0) return noCandidates;
  const candidates: Candidate[] = [];
  for (; left > 0 && isPlain; left = long()) {
    for (; left > 0 && isPlain; left--) candidates.push({ plate: text(), confidence: float() });
  }
  // A block with its size in bytes before it.
  if (left < 0) isPlain = false;
  return candidates;
}
