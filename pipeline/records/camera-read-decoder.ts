import type { Candidate, CameraRead, Direction, ReadTiming } from './records.ts';
import { SharedParts } from './shared-parts.ts';
import { sharedTexts } from './shared-texts.ts';
import { textOfBytes } from './text-of-bytes.ts';

/**
 * Decodes a CameraRead that was written with the schema as it is now: first where each field ends, then what they say. Reads
 * are most of what is ever decoded, and they repeat where they were made and what they came by: avsc makes each text anew.
 *
 * @param start where the Avro body begins
 * @param end where it must end
 * @returns null when it is anything but a plain record: avsc says what it is, and what is wrong with it
 */
export function decodeCameraRead(bytes: Buffer, start: number, end: number): CameraRead | null {
  const readIdEnd = textEnd(bytes, start);
  const laneEnd = textEnd(bytes, textEnd(bytes, textEnd(bytes, readIdEnd)));
  const plateStart = laneEnd + 1;
  const plateEnd = textEnd(bytes, plateStart);
  const countryEnd = textEnd(bytes, plateEnd);
  const candidatesStart = countryEnd + FLOAT_BYTES;
  const hasCandidates = bytes[candidatesStart] !== 0;
  const candidatesEnd = hasCandidates ? behindCandidates(bytes, candidatesStart, end) : candidatesStart + 1;
  const capturedEnd = longEnd(bytes, candidatesEnd);
  const receivedEnd = longEnd(bytes, capturedEnd);
  const direction = directions[bytes[laneEnd]!];
  // No length is negative: where the last field ends rightly, all others stand before it.
  if (direction === undefined || textEnd(bytes, textEnd(bytes, receivedEnd)) !== end) return null;
  if (bytes !== viewed) look(bytes);
  const { garageId, cameraId, laneId } = origins.read(view, readIdEnd, laneEnd);
  const { source, timing } = ways.read(view, receivedEnd, end);
  return {
    readId: textAt(bytes, start, readIdEnd),
    garageId,
    cameraId,
    laneId,
    direction,
    plate: textAt(bytes, plateStart, plateEnd),
    country: sharedTextAt(bytes, plateEnd, countryEnd),
    confidence: bytes.readFloatLE(countryEnd),
    candidates: hasCandidates ? candidatesAt(bytes, candidatesStart) : noCandidates,
    capturedAt: longAt(bytes, candidatesEnd, capturedEnd),
    receivedAt: longAt(bytes, capturedEnd, receivedEnd),
    source,
    timing,
  };
}

/** What was decoded from last, mostly a fetch of thousands of records. */
let viewed: Buffer;
let view: DataView;

function look(bytes: Buffer): void {
  viewed = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Where reads were made: three fields that stand side by side. */
const origins = new SharedParts((part) => {
  const garageEnd = textEnd(part, 0);
  const cameraEnd = textEnd(part, garageEnd);
  return {
    garageId: sharedTextAt(part, 0, garageEnd),
    cameraId: sharedTextAt(part, garageEnd, cameraEnd),
    laneId: sharedTextAt(part, cameraEnd, part.length),
  };
});

/** How they came: the last two. */
const ways = new SharedParts((part) => {
  const sourceEnd = textEnd(part, 0);
  return { source: sharedTextAt(part, 0, sourceEnd), timing: sharedTextAt(part, sourceEnd, part.length) as ReadTiming };
});

/** By their number in the schema, zigzag. */
const directions: readonly (Direction | undefined)[] = ['IN', undefined, 'OUT', undefined, 'UNKNOWN'];
const noCandidates: readonly Candidate[] = [];
const FLOAT_BYTES = 4;

/** The end of a text whose length, of one byte or two, stands at `at`; beyond all bytes if none does. */
function textEnd(bytes: Buffer, at: number): number {
  const byte = bytes[at]!;
  if ((byte & 1) !== 0) return NOWHERE;
  if (byte < 0x80) return at + 1 + (byte >>> 1);
  const next = bytes[at + 1]!;
  return next < 0x80 ? at + 2 + ((byte & 0x7f) >>> 1) + (next << 6) : NOWHERE;
}

const NOWHERE = 2 ** 30;

function textStart(bytes: Buffer, at: number): number {
  return bytes[at]! < 0x80 ? at + 1 : at + 2;
}

function textAt(bytes: Buffer, at: number, end: number): string {
  return textOfBytes(bytes, textStart(bytes, at), end);
}

function sharedTextAt(bytes: Buffer, at: number, end: number): string {
  return sharedTexts.read(bytes, textStart(bytes, at), end);
}

/** Beyond all bytes if it is longer than a number that is exact. */
function longEnd(bytes: Buffer, at: number): number {
  let last = at;
  while (bytes[last]! >= 0x80) last++;
  return last - at < LONGEST_LONG ? last + 1 : NOWHERE;
}

const LONGEST_LONG = 7;

/** Zigzag, seven bits a byte; times take six bytes, and only the first four fit the integers that shifts work on. */
function longAt(bytes: Buffer, at: number, end: number): number {
  let high = 0;
  let from = end - 1;
  for (; from >= at + 4; from--) high = 0x80 * high + (bytes[from]! & 0x7f);
  let low = 0;
  for (; from >= at; from--) low = (low << 7) | (bytes[from]! & 0x7f);
  const value = 2 ** 28 * high + low;
  return (low & 1) === 0 ? value / 2 : -(value + 1) / 2;
}

/** Blocks of candidates, each with its count before it; none ends them. */
function behindCandidates(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const countEnd = longEnd(bytes, at);
    let left = longAt(bytes, at, countEnd);
    at = countEnd;
    if (left === 0) return at;
    // A block with its size in bytes before it.
    if (left < 0) return NOWHERE;
    for (; left > 0 && at < end; left--) at = textEnd(bytes, at) + FLOAT_BYTES;
  }
  return NOWHERE;
}

function candidatesAt(bytes: Buffer, start: number): Candidate[] {
  const candidates: Candidate[] = [];
  let at = start;
  for (;;) {
    const countEnd = longEnd(bytes, at);
    let left = longAt(bytes, at, countEnd);
    at = countEnd;
    if (left === 0) return candidates;
    for (; left > 0; left--) {
      const plateEnd = textEnd(bytes, at);
      candidates.push({ plate: textAt(bytes, at, plateEnd), confidence: bytes.readFloatLE(plateEnd) });
      at = plateEnd + FLOAT_BYTES;
    }
  }
}
