import type { Irregularity, Visit } from './records.ts';
import type { Slab } from './slab.ts';

/**
 * Writes a Visit's Avro body where the slab ends, field by field as they stand in the schema: visits are told by
 * the million, and avsc takes three times as long. Those of plain entries and exits, nearly all, are written with their rows (`../visits/plain/`).
 */
export function encodeVisit(visit: Visit, slab: Slab): void {
  const { visitId, status, operatorId, garageId, plate, country, entryReadId, exitReadId, enteredAt, exitedAt, flags } = visit;
  slab.reserve(
    textRoom(visitId) + textRoom(status) + textRoom(operatorId) + textRoom(garageId) + textRoom(plate) + textRoom(country) +
    (entryReadId === null ? 1 : textRoom(entryReadId)) + (exitReadId === null ? 1 : textRoom(exitReadId)) + textsRoom(flags) + OTHERS_BYTES_MAX,
  );
  target = slab.bytes;
  at = slab.end;
  text(visitId);
  long(visit.revision);
  text(status);
  text(operatorId);
  text(garageId);
  text(plate);
  text(country);
  target[at++] = visit.plateRead ? 1 : 0;
  if (isThere(entryReadId)) text(entryReadId);
  if (isThere(exitReadId)) text(exitReadId);
  long(visit.firstSeenAt);
  if (isThere(enteredAt)) long(enteredAt);
  if (isThere(exitedAt)) long(exitedAt);
  at = target.writeFloatLE(visit.matchConfidence, at);
  texts(flags);
  long(visit.rulesVersion);
  slab.end = at;
}

/** The same of an irregularity. */
export function encodeIrregularity(told: Irregularity, slab: Slab): void {
  const { irregularityId, status, type, operatorId, garageId, cameraId, readIds, visitIds, severity, action } = told;
  slab.reserve(
    textRoom(irregularityId) + textRoom(status) + textRoom(type) + textRoom(operatorId) + textRoom(garageId) +
    (cameraId === null ? 1 : textRoom(cameraId)) + textsRoom(readIds) + textsRoom(visitIds) + textRoom(severity) + textRoom(action) + OTHERS_BYTES_MAX,
  );
  target = slab.bytes;
  at = slab.end;
  text(irregularityId);
  long(told.revision);
  text(status);
  text(type);
  text(operatorId);
  text(garageId);
  long(told.at);
  if (isThere(cameraId)) text(cameraId);
  texts(readIds);
  texts(visitIds);
  text(severity);
  text(action);
  slab.end = at;
}

/** Where it writes, and how far it has come: there is room for all of it. */
let target: Buffer;
let at = 0;

const LONG_BYTES_MAX = 10;
/** Of one UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;
/** Of what is no text: numbers, branches of unions, the confidence, the ends of lists. */
const OTHERS_BYTES_MAX = 6 * LONG_BYTES_MAX + 16;

function textRoom({ length }: string): number {
  return LONG_BYTES_MAX + UTF8_BYTES_MAX * length;
}

function textsRoom(values: readonly string[]): number {
  let room = LONG_BYTES_MAX;
  for (let i = 0; i < values.length; i++) room += textRoom(values[i]!);
  return room;
}

/** The branch of a union with null. */
function isThere<T>(value: T | null): value is T {
  target[at++] = value === null ? 0 : 2;
  return value !== null;
}

/** Zigzag, seven bits a byte. */
function long(value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  if (rest >= 2 ** 31) {
    // Divided as doubles once, which is dear, and not for each byte.
    const high = Math.floor(rest / 2 ** 28);
    const low = rest - 2 ** 28 * high;
    target[at] = (low & 0x7f) | 0x80;
    target[at + 1] = ((low >>> 7) & 0x7f) | 0x80;
    target[at + 2] = ((low >>> 14) & 0x7f) | 0x80;
    target[at + 3] = (low >>> 21) | 0x80;
    at += 4;
    rest = high;
  }
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
}

/** One block of all, then the end. */
function texts(values: readonly string[]): void {
  if (values.length > 0) {
    long(values.length);
    for (let i = 0; i < values.length; i++) text(values[i]!);
  }
  target[at++] = 0;
}

/** Its length in bytes stands before it: that of ASCII, as nearly all are, in one byte. */
function text(value: string): void {
  const { length } = value;
  const bytes = target;
  const start = at + 1;
  let i = 0;
  if (length <= LONGEST_OF_A_BYTE) {
    for (; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > LAST_ASCII) break;
      bytes[start + i] = code;
    }
    if (i === length) {
      bytes[at] = 2 * length;
      at = start + length;
      return;
    }
  }
  long(Buffer.byteLength(value));
  at += bytes.write(value, at);
}

/** Whose length, zigzag, is one byte. */
const LONGEST_OF_A_BYTE = 63;
const LAST_ASCII = 0x7f;
