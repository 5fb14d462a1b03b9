import type { Visit } from './records.ts';
import type { Slab } from './slab.ts';

/**
 * Writes a Visit's Avro body where the slab ends, field by field as they stand in the schema: a visit is told at nearly
 * every read, and avsc takes three times as long.
 */
export function encodeVisit(visit: Visit, slab: Slab): void {
  const { entryReadId, exitReadId, enteredAt, exitedAt, flags } = visit;
  target = slab;
  text(visit.visitId);
  long(visit.revision);
  text(visit.status);
  text(visit.operatorId);
  text(visit.garageId);
  text(visit.plate);
  text(visit.country);
  slab.appendByte(visit.plateRead ? 1 : 0);
  if (isThere(entryReadId)) text(entryReadId);
  if (isThere(exitReadId)) text(exitReadId);
  long(visit.firstSeenAt);
  if (isThere(enteredAt)) long(enteredAt);
  if (isThere(exitedAt)) long(exitedAt);
  slab.reserve(4);
  slab.end = slab.bytes.writeFloatLE(visit.matchConfidence, slab.end);
  if (flags.length > 0) {
    long(flags.length);
    for (const flag of flags) text(flag);
  }
  slab.appendByte(0);
  long(visit.rulesVersion);
}

let target: Slab;

/** The branch of a union with null. */
function isThere<T>(value: T | null): value is T {
  target.appendByte(value === null ? 0 : 2);
  return value !== null;
}

const LONG_BYTES_MAX = 10;

/** Zigzag, seven bits a byte. */
function long(value: number): void {
  target.reserve(LONG_BYTES_MAX);
  const { bytes } = target;
  let { end } = target;
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 2 ** 31; rest = Math.floor(rest / 0x80)) bytes[end++] = (rest % 0x80) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80;
  bytes[end++] = rest;
  target.end = end;
}

/** Its length in bytes is known once it is written: that of ASCII, if it is no other. */
function text(value: string): void {
  const lengthAt = target.end;
  long(value.length);
  const start = target.end;
  target.appendText(value);
  if (target.end - start === value.length) return;
  target.end = lengthAt;
  long(Buffer.byteLength(value));
  target.appendText(value);
}
