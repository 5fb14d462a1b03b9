import type { StateCodec } from '../engine/state.ts';
import type { Direction, VisitStatus } from '../records/records.ts';
import type { Slab } from '../records/slab.ts';
import type { EmittedVisit } from './emission.ts';
import { noFlags } from './flags.ts';
import { noIrregularities } from './irregularities.ts';
import type { PlateEvidence } from './matching/evidence.ts';
import {
  noRuling, ruledEvidence, type ExitDecision, type Passage, type PassageDirection, type PassageRead, type PlateKey, type Ruling,
} from './passages.ts';
import type { Stay } from './state.ts';
import type { WhyVoid } from './timeline.ts';

/**
 * Stays as changelog values, format 2. Written by hand because one is written for nearly every read: twice as fast
 * as Avro. Layout: a byte that tells what is there, then the fields in the order of `encodeTo`; a text is its length
 * (one byte) and ASCII, or 255, its length in bytes (4) and UTF-8; times are doubles; all little-endian. A plate that
 * is the stay's, and a lane that is the passage's, are not written again.
 */
export const stayCodec: StateCodec<Stay> = {
  formatVersion: 2,

  encodeTo(stay, slab) {
    const { entry, exit, followsId, visit, irregularities } = stay;
    target = slab;
    writeByte(
      (entry === null ? 0 : HAS_ENTRY) | (exit === null ? 0 : HAS_EXIT) | (followsId === null ? 0 : HAS_FOLLOWED) |
      (visit === null ? 0 : HAS_VISIT) | (irregularities.length === 0 ? 0 : HAS_IRREGULARITIES) |
      (stay.why === null ? 0 : IS_VOID) | (stay.turnedId === null ? 0 : HAS_TURNED),
    );
    writeText(stay.visitId);
    writeText(stay.garageId);
    writeText(stay.country);
    writeText(stay.plate);
    writeNumber(stay.dueAt);
    if (entry !== null) writePassage(entry, stay);
    if (exit !== null) writePassage(exit, stay);
    if (stay.turnedId !== null) writeText(stay.turnedId);
    if (followsId !== null) writeText(followsId);
    if (visit !== null) writeVisit(visit, stay);
    if (stay.why !== null) writeByte(whys.indexOf(stay.why));
    if (irregularities.length > 0) writeText(JSON.stringify(irregularities));
  },

  decode(from, formatVersion) {
    if (formatVersion !== 2) throw new Error(`stays of format ${formatVersion} can't be read by this release`);
    source = from;
    at = 0;
    const has = readByte();
    const visitId = readText();
    const garageId = readText();
    const key: PlateKey = { country: readText(), plate: readText() };
    return {
      visitId,
      garageId,
      country: key.country,
      plate: key.plate,
      dueAt: readNumber(),
      entry: has & HAS_ENTRY ? readPassage(key) : null,
      exit: has & HAS_EXIT ? readPassage(key) : null,
      turnedId: has & HAS_TURNED ? readText() : null,
      followsId: has & HAS_FOLLOWED ? readText() : null,
      visit: has & HAS_VISIT ? readVisit(key) : null,
      why: has & IS_VOID ? whys[readByte()]! : null,
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
const IS_VOID = 32;
const HAS_TURNED = 64;

/** By their number in the changelog: only ever add at the end. */
const directions: readonly PassageDirection[] = ['IN', 'OUT', 'UNKNOWN', 'NONE'];
const whys: readonly WhyVoid[] = ['reversed', 'aaba', 'double_exit', 'ghost_read'];
const statuses: readonly VisitStatus[] = ['open', 'closed', 'unclosed', 'review', 'withdrawn'];

const IS_SINGLE = 1;
const IS_DECIDED = 2;
const IS_GIVEN = 4;
const IS_RULED = 8;

function writePassage({ laneId, direction, evidence, reads, decision, ruling }: Passage, stay: PlateKey): void {
  const isSingle = reads.length === 1;
  writeByte(
    (isSingle ? IS_SINGLE : 0) | (decision === null ? 0 : IS_DECIDED) | (decision?.given == null ? 0 : IS_GIVEN) |
    (ruling === null ? 0 : IS_RULED),
  );
  writeText(laneId);
  writeByte(directions.indexOf(direction));
  if (!isSingle) {
    writeByte(reads.length);
    writeEvidence(evidence, stay);
  }
  for (let i = 0; i < reads.length; i++) writeRead(reads[i]!, laneId, stay);
  if (ruling !== null) writeText(JSON.stringify(ruling));
  if (decision === null) return;
  const { given, probability, rivals } = decision;
  if (given !== null) {
    writeText(given.country);
    writeText(given.plate);
  }
  writeNumber(probability);
  writeByte(rivals.length);
  for (const visitId of rivals) writeText(visitId);
}

function readPassage(stay: PlateKey): Passage {
  const has = readByte();
  const isSingle = (has & IS_SINGLE) !== 0;
  const laneId = readText();
  const direction = directions[readByte()]!;
  const count = isSingle ? 1 : readByte();
  const vote = isSingle ? null : readEvidence(readByte(), stay);
  const reads: PassageRead[] = new Array(count);
  for (let i = 0; i < count; i++) reads[i] = readRead(laneId, stay);
  const ruling: Ruling | null = has & IS_RULED ? { ...noRuling, ...JSON.parse(readText()) } : null;
  const evidence = ruling?.plate == null ? vote ?? reads[0]! : ruledEvidence(ruling.plate);
  let decision: ExitDecision | null = null;
  if (has & IS_DECIDED) {
    const given = has & IS_GIVEN ? { country: readText(), plate: readText() } : null;
    const probability = readNumber();
    decision = { given, probability, rivals: Array.from({ length: readByte() }, readText) };
  }
  return { laneId, direction, evidence, reads, decision, ruling };
}

const OTHER_PLATE = 1;
const OTHER_COUNTRY = 2;
const HAS_CANDIDATES = 4;
const IS_REAR = 8;
const OTHER_LANE = 16;

function partsOf({ plate, country, candidates }: PlateEvidence, stay: PlateKey): number {
  return (plate === stay.plate ? 0 : OTHER_PLATE) | (country === stay.country ? 0 : OTHER_COUNTRY) |
    (candidates.length === 0 ? 0 : HAS_CANDIDATES);
}

function writeEvidence(evidence: PlateEvidence, stay: PlateKey): void {
  const parts = partsOf(evidence, stay);
  writeByte(parts);
  writeEvidenceParts(evidence, parts);
}

function writeEvidenceParts({ plate, country, confidence, candidates }: PlateEvidence, parts: number): void {
  if (parts & OTHER_PLATE) writeText(plate);
  if (parts & OTHER_COUNTRY) writeText(country);
  writeNumber(confidence);
  if (!(parts & HAS_CANDIDATES)) return;
  writeByte(candidates.length);
  for (const candidate of candidates) {
    writeText(candidate.plate);
    writeNumber(candidate.confidence);
  }
}

function readEvidence(parts: number, stay: PlateKey): PlateEvidence {
  return {
    plate: parts & OTHER_PLATE ? readText() : stay.plate,
    country: parts & OTHER_COUNTRY ? readText() : stay.country,
    confidence: readNumber(),
    candidates: parts & HAS_CANDIDATES ? Array.from({ length: readByte() }, readCandidate) : noCandidates,
  };
}

const noCandidates: PlateEvidence['candidates'] = [];
const readCandidate = () => ({ plate: readText(), confidence: readNumber() });

function writeRead(read: PassageRead, laneId: string, stay: PlateKey): void {
  const parts = partsOf(read, stay) | (read.isRear ? IS_REAR : 0) | (read.laneId === laneId ? 0 : OTHER_LANE);
  writeByte(parts);
  writeText(read.readId);
  writeText(read.cameraId);
  writeNumber(read.at);
  // Two words of two bits.
  writeByte(directions.indexOf(read.word) | (directions.indexOf(read.laneDirection) << 4));
  if (parts & OTHER_LANE) writeText(read.laneId);
  writeEvidenceParts(read, parts);
}

function readRead(passageLane: string, stay: PlateKey): PassageRead {
  const parts = readByte();
  const readId = readText();
  const cameraId = readText();
  const at = readNumber();
  const words = readByte();
  const laneId = parts & OTHER_LANE ? readText() : passageLane;
  const evidence = readEvidence(parts, stay);
  return {
    ...evidence,
    isRear: (parts & IS_REAR) !== 0,
    readId,
    cameraId,
    laneId,
    at,
    word: directions[words & 15] as Direction,
    laneDirection: directions[words >> 4] as Direction,
  };
}

const HAS_ENTRY_READ = 1;
const HAS_EXIT_READ = 2;
const HAS_OTHER_PLATE = 4;

/** A visit has both of an end (read and time) or none. */
function writeVisit(visit: EmittedVisit, stay: PlateKey): void {
  const { plate, country, entryReadId, exitReadId, enteredAt, exitedAt, flags } = visit;
  const isOther = plate !== stay.plate || country !== stay.country;
  writeByte(
    (entryReadId === null ? 0 : HAS_ENTRY_READ) | (exitReadId === null ? 0 : HAS_EXIT_READ) |
    (isOther ? HAS_OTHER_PLATE : 0),
  );
  if (isOther) {
    writeText(country);
    writeText(plate);
  }
  writeByte(statuses.indexOf(visit.status));
  writeNumber(visit.revision);
  writeNumber(visit.firstSeenAt);
  writeNumber(visit.matchConfidence);
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

function readVisit(stay: PlateKey): EmittedVisit {
  const has = readByte();
  const country = has & HAS_OTHER_PLATE ? readText() : stay.country;
  const plate = has & HAS_OTHER_PLATE ? readText() : stay.plate;
  const status = statuses[readByte()]!;
  const revision = readNumber();
  const firstSeenAt = readNumber();
  const matchConfidence = readNumber();
  const entryReadId = has & HAS_ENTRY_READ ? readText() : null;
  const enteredAt = has & HAS_ENTRY_READ ? readNumber() : null;
  const exitReadId = has & HAS_EXIT_READ ? readText() : null;
  const exitedAt = has & HAS_EXIT_READ ? readNumber() : null;
  const flagCount = readByte();
  const flags = flagCount === 0 ? noFlags : Array.from({ length: flagCount }, readText);
  return {
    revision, status, plate, country, entryReadId, exitReadId, firstSeenAt, enteredAt, exitedAt, matchConfidence, flags,
  };
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
