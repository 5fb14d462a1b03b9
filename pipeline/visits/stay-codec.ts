import type { StateCodec } from '../engine/state.ts';
import type { Direction, VisitStatus } from '../records/records.ts';
import type { Slab } from '../records/slab.ts';
import type { EmittedVisit } from './emission.ts';
import { noFlags, noIrregularities } from './irregularities.ts';
import type { Passage, PassageRead } from './passages.ts';
import type { Stay } from './state.ts';

/**
 * Stays as changelog values, format 1. Written by hand because one is written for nearly every read: twice as fast
 * as Avro. Layout: a byte that tells what is there, then the fields in the order of `encodeTo`; a text is its length
 * (one byte) and ASCII, or 255, its length in bytes (4) and UTF-8; times are doubles; all little-endian.
 */
export const stayCodec: StateCodec<Stay> = {
  formatVersion: 1,

  encodeTo(stay, slab) {
    const { entry, exit, followsId, visit, irregularities } = stay;
    target = slab;
    writeByte(
      (entry === null ? 0 : HAS_ENTRY) | (exit === null ? 0 : HAS_EXIT) | (followsId === null ? 0 : HAS_FOLLOWED) |
      (visit === null ? 0 : HAS_VISIT) | (irregularities.length === 0 ? 0 : HAS_IRREGULARITIES),
    );
    writeText(stay.visitId);
    writeText(stay.garageId);
    writeText(stay.country);
    writeText(stay.plate);
    writeNumber(stay.dueAt);
    if (entry !== null) writePassage(entry);
    if (exit !== null) writePassage(exit);
    if (followsId !== null) writeText(followsId);
    if (visit !== null) writeVisit(visit);
    if (irregularities.length > 0) writeText(JSON.stringify(irregularities));
  },

  decode(from, formatVersion) {
    if (formatVersion !== 1) throw new Error(`stays of format ${formatVersion} can't be read by this release`);
    source = from;
    at = 0;
    const has = readByte();
    return {
      visitId: readText(),
      garageId: readText(),
      country: readText(),
      plate: readText(),
      dueAt: readNumber(),
      entry: has & HAS_ENTRY ? readPassage() : null,
      exit: has & HAS_EXIT ? readPassage() : null,
      followsId: has & HAS_FOLLOWED ? readText() : null,
      visit: has & HAS_VISIT ? readVisit() : null,
      irregularities: has & HAS_IRREGULARITIES ? JSON.parse(readText()) : noIrregularities,
    };
  },

  /** Most stays in the state have ended and wait for the horizon. */
  rests: ({ exit }) => exit !== null,
};

const HAS_ENTRY = 1;
const HAS_EXIT = 2;
const HAS_FOLLOWED = 4;
const HAS_VISIT = 8;
const HAS_IRREGULARITIES = 16;

/** By their number in the changelog: only ever add at the end. */
const directions: readonly Direction[] = ['IN', 'OUT', 'UNKNOWN'];
const statuses: readonly VisitStatus[] = ['open', 'closed', 'unclosed', 'review', 'withdrawn'];

function writePassage({ laneId, direction, reads }: Passage): void {
  writeText(laneId);
  writeByte(directions.indexOf(direction));
  writeByte(reads.length);
  for (let i = 0; i < reads.length; i++) {
    const read = reads[i]!;
    writeText(read.readId);
    writeText(read.cameraId);
    writeNumber(read.at);
  }
}

function readPassage(): Passage {
  const laneId = readText();
  const direction = directions[readByte()]!;
  const reads: PassageRead[] = new Array(readByte());
  for (let i = 0; i < reads.length; i++) reads[i] = { readId: readText(), cameraId: readText(), at: readNumber() };
  return { laneId, direction, reads };
}

const HAS_ENTRY_READ = 1;
const HAS_EXIT_READ = 2;

/** A visit has both of an end (read and time) or none. */
function writeVisit(visit: EmittedVisit): void {
  const { entryReadId, exitReadId, enteredAt, exitedAt, flags } = visit;
  writeByte((entryReadId === null ? 0 : HAS_ENTRY_READ) | (exitReadId === null ? 0 : HAS_EXIT_READ));
  writeByte(statuses.indexOf(visit.status));
  writeNumber(visit.revision);
  writeNumber(visit.firstSeenAt);
  if (entryReadId !== null) {
    writeText(entryReadId);
    writeNumber(enteredAt!);
  }
  if (exitReadId !== null) {
    writeText(exitReadId);
    writeNumber(exitedAt!);
  }
  writeByte(flags.length);
  for (let i = 0; i < flags.length; i++) writeText(flags[i]!);
}

function readVisit(): EmittedVisit {
  const has = readByte();
  const status = statuses[readByte()]!;
  const revision = readNumber();
  const firstSeenAt = readNumber();
  const entryReadId = has & HAS_ENTRY_READ ? readText() : null;
  const enteredAt = has & HAS_ENTRY_READ ? readNumber() : null;
  const exitReadId = has & HAS_EXIT_READ ? readText() : null;
  const exitedAt = has & HAS_EXIT_READ ? readNumber() : null;
  const flagCount = readByte();
  const flags = flagCount === 0 ? noFlags : Array.from({ length: flagCount }, readText);
  return { revision, status, entryReadId, exitReadId, firstSeenAt, enteredAt, exitedAt, flags };
}

/** Where `encodeTo` writes. */
let target: Slab;

function writeByte(value: number): void {
  target.appendByte(value);
}

function writeNumber(value: number): void {
  target.reserve(8);
  target.end = target.bytes.writeDoubleLE(value, target.end);
}

const LONG_TEXT = 255;

function writeText(text: string): void {
  const { length } = text;
  target.reserve(5 + 3 * length);
  const { bytes, end } = target;
  if (length < LONG_TEXT) {
    let i = 0;
    for (let to = end + 1; i < length; i++, to++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) break;
      bytes[to] = code;
    }
    if (i === length) {
      bytes[end] = length;
      target.end = end + 1 + length;
      return;
    }
  }
  const written = bytes.write(text, end + 5, 'utf8');
  bytes[end] = LONG_TEXT;
  bytes.writeUInt32LE(written, end + 1);
  target.end = end + 5 + written;
}

/** What `decode` reads, and how far it has come. */
let source: Buffer;
let at = 0;

function readByte(): number {
  return source[at++]!;
}

function readNumber(): number {
  const value = source.readDoubleLE(at);
  at += 8;
  return value;
}

function readText(): string {
  const length = source[at++]!;
  if (length < LONG_TEXT) {
    at += length;
    return source.toString('latin1', at - length, at);
  }
  const written = source.readUInt32LE(at);
  at += 4 + written;
  return source.toString('utf8', at - written, at);
}
