import type { StateCodec } from '../../engine/state.ts';
import { noCandidates } from '../../records/no-candidates.ts';
import type { Candidate, Direction, VisitStatus } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import {
  firstRead, lastRead, noRuling, ruledEvidence, type ExitDecision, type Passage, type PassageDirection, type PassageRead, type PlateKey, type Ruling,
} from '../passages/passages.ts';
import type { EmittedVisit } from '../stays/emitted-visit.ts';
import { noFlags } from '../stays/flags.ts';
import { noIrregularities } from '../stays/irregularities.ts';
import type { WhyVoid } from '../stays/timeline.ts';
import {
  readByte, readCount, readFrom, readNumber, readShare, readSharedText, readText, readTime, skipShare, skipText, writeByte, writeCount,
  writeNumber, writeShare, writeText, writeTime, writeTo,
} from './packed-values.ts';
import type { Stay } from './stay.ts';
import {
  AMONG_ALIKE, CAME_BACK, DIRECTION_BITS, HAS_CANDIDATES, HAS_ENTRY, HAS_ENTRY_READ, HAS_EXIT, HAS_EXIT_READ, HAS_FOLLOWED,
  HAS_IRREGULARITIES, HAS_OTHER_PLATE, HAS_TURNED, HAS_VISIT, IS_AS_SEEN, IS_DECIDED, IS_GIVEN, IS_REAR, IS_RULED, IS_SINGLE, IS_VOID,
  OTHER_COUNTRY, OTHER_LANE, OTHER_PLATE, SAID_OTHERWISE, STAY_FORMAT,
} from './stay-format.ts';
import { decodeStayOfFormat2 } from './stay-codec-2.ts';

/**
 * Stays as changelog values, format 3. Written by hand because one is written for nearly every read: several times as fast
 * as Avro, and half as long. Layout: a byte that tells what is there, then the fields in the order of `encodeTo`, as
 * `packed-values.ts` writes them. What is known from elsewhere is not written again: the visitId is the key; a plate that
 * is the stay's, a lane that is the passage's, and a visit's reads and times that are its passages'.
 */
export const stayCodec: StateCodec<Stay> = {
  formatVersion: STAY_FORMAT,

  encodeTo(stay, slab) {
    const { entry, exit, followsId, visit, irregularities } = stay;
    writeTo(slab);
    writeByte(
      (entry === null ? 0 : HAS_ENTRY) | (exit === null ? 0 : HAS_EXIT) | (followsId === null ? 0 : HAS_FOLLOWED) |
      (visit === null ? 0 : HAS_VISIT) | (irregularities.length === 0 ? 0 : HAS_IRREGULARITIES) |
      (stay.why === null ? 0 : IS_VOID) | (stay.turnedId === null ? 0 : HAS_TURNED) | (stay.lastHereAt === null ? 0 : CAME_BACK),
    );
    writeText(stay.garageId);
    writeText(stay.country);
    writeText(stay.plate);
    writeTime(stay.dueAt);
    if (entry !== null) writePassage(entry, stay);
    if (exit !== null) writePassage(exit, stay);
    if (stay.turnedId !== null) writeText(stay.turnedId);
    if (followsId !== null) writeText(followsId);
    if (stay.lastHereAt !== null) writeTime(stay.lastHereAt);
    if (visit !== null) writeVisit(visit, stay);
    if (stay.why !== null) writeByte(whys.indexOf(stay.why));
    if (irregularities.length > 0) writeText(JSON.stringify(irregularities));
  },

  decode(from, formatVersion, key) {
    return this.decodeAt!(from, 0, formatVersion, key!);
  },

  decodeAt(from, start, formatVersion, key) {
    if (formatVersion === 2) return decodeStayOfFormat2(from, start);
    if (formatVersion !== STAY_FORMAT) throw new Error(`stays of format ${formatVersion} can't be read by this release`);
    readFrom(from, start);
    const has = readByte();
    const garageId = readSharedText();
    const country = readSharedText();
    const plate = readText();
    const plateKey: PlateKey = { country, plate };
    const dueAt = readTime();
    const entry = has & HAS_ENTRY ? readPassage(plateKey) : null;
    const exit = has & HAS_EXIT ? readPassage(plateKey) : null;
    const turnedId = has & HAS_TURNED ? readText() : null;
    const followsId = has & HAS_FOLLOWED ? readText() : null;
    const lastHereAt = has & CAME_BACK ? readTime() : null;
    const visit = has & HAS_VISIT ? readVisit(plateKey, entry, exit) : null;
    const why = has & IS_VOID ? whys[readByte()]! : null;
    const irregularities = has & HAS_IRREGULARITIES ? JSON.parse(readText()) : noIrregularities;
    return { visitId: key, garageId, country, plate, entry, exit, why, turnedId, followsId, lastHereAt, visit, irregularities, dueAt };
  },

  /** Each is looked at a few times in hours. */
  rests: () => true,
};

/** By their number in the changelog: only ever add at the end. */
export const directions: readonly PassageDirection[] = ['IN', 'OUT', 'UNKNOWN', 'NONE'];
/** Its place among them: written for each read, three times, so without a search. */
export function numberOf(direction: PassageDirection): number {
  return direction === 'IN' ? 0 : direction === 'OUT' ? 1 : direction === 'UNKNOWN' ? 2 : 3;
}
const whys: readonly WhyVoid[] = ['reversed', 'aaba', 'double_exit', 'ghost_read'];
export const statuses: readonly VisitStatus[] = ['open', 'closed', 'unclosed', 'review', 'withdrawn'];

function writePassage({ laneId, direction, evidence, reads, decision, ruling }: Passage, stay: PlateKey): void {
  const isSingle = reads.length === 1;
  writeByte(
    (isSingle ? IS_SINGLE : 0) | (decision === null ? 0 : IS_DECIDED) | (decision?.given == null ? 0 : IS_GIVEN) |
    (ruling === null ? 0 : IS_RULED) | (numberOf(direction) << DIRECTION_BITS),
  );
  writeText(laneId);
  if (!isSingle) {
    writeByte(reads.length);
    writeEvidence(evidence, stay);
  }
  for (let i = 0; i < reads.length; i++) writeRead(reads[i]!, laneId, stay);
  if (ruling !== null) writeText(JSON.stringify(ruling));
  if (decision === null) return;
  const { given, probability, rivals, amongAlike } = decision;
  if (given !== null) {
    writeText(given.country);
    writeText(given.plate);
  }
  writeNumber(probability);
  writeByte(rivals.length | (amongAlike ? AMONG_ALIKE : 0));
  for (const visitId of rivals) writeText(visitId);
}

/** The passage that stands there. @param stay the plate that its stay stands under */
export function passageAt(bytes: Buffer, at: number, stay: PlateKey): Passage {
  readFrom(bytes, at);
  return readPassage(stay);
}

function readPassage(stay: PlateKey): Passage {
  const has = readByte();
  const isSingle = (has & IS_SINGLE) !== 0;
  const laneId = readSharedText();
  const direction = directions[has >> DIRECTION_BITS]!;
  const count = isSingle ? 1 : readByte();
  const vote = isSingle ? null : readEvidence(readByte(), stay);
  const reads: PassageRead[] = [];
  for (let i = 0; i < count; i++) reads.push(readRead(laneId, stay));
  const ruling: Ruling | null = has & IS_RULED ? { ...noRuling, ...JSON.parse(readText()) } : null;
  const evidence = ruling?.plate == null ? vote ?? reads[0]! : ruledEvidence(ruling.plate);
  let decision: ExitDecision | null = null;
  if (has & IS_DECIDED) {
    const given = has & IS_GIVEN ? { country: readText(), plate: readText() } : null;
    const probability = readNumber();
    const among = readByte();
    const rivals = Array.from({ length: among & ~AMONG_ALIKE }, readText);
    decision = { given, probability, rivals, amongAlike: (among & AMONG_ALIKE) !== 0 };
  }
  return { laneId, direction, evidence, reads, decision, ruling };
}

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
  writeShare(confidence);
  if (!(parts & HAS_CANDIDATES)) return;
  writeByte(candidates.length);
  for (const candidate of candidates) {
    writeText(candidate.plate);
    writeShare(candidate.confidence);
  }
}

export function readEvidence(parts: number, stay: PlateKey): PlateEvidence {
  return {
    plate: parts & OTHER_PLATE ? readText() : stay.plate,
    country: parts & OTHER_COUNTRY ? readSharedText() : stay.country,
    confidence: readShare(),
    candidates: parts & HAS_CANDIDATES ? readCandidates() : noCandidates,
  };
}

function readCandidates(): PlateEvidence['candidates'] {
  const candidates: Candidate[] = [];
  for (let left = readByte(); left > 0; left--) candidates.push({ plate: readText(), confidence: readShare() });
  return candidates;
}

/** @returns its confidence */
export function skipEvidence(parts: number): number {
  if (parts & OTHER_PLATE) skipText();
  if (parts & OTHER_COUNTRY) skipText();
  const confidence = readShare();
  if (!(parts & HAS_CANDIDATES)) return confidence;
  for (let left = readByte(); left > 0; left--) {
    skipText();
    skipShare();
  }
  return confidence;
}

function writeRead(read: PassageRead, laneId: string, stay: PlateKey): void {
  const parts = partsOf(read, stay) | (read.isRear ? IS_REAR : 0) | (read.laneId === laneId ? 0 : OTHER_LANE) |
    (read.said === read.confidence ? 0 : SAID_OTHERWISE);
  writeByte(parts);
  writeText(read.readId);
  writeText(read.cameraId);
  writeTime(read.at);
  // Two words of two bits.
  writeByte(numberOf(read.word) | (numberOf(read.laneDirection) << 4));
  if (parts & OTHER_LANE) writeText(read.laneId);
  writeEvidenceParts(read, parts);
  if (parts & SAID_OTHERWISE) writeShare(read.said);
}

function readRead(passageLane: string, stay: PlateKey): PassageRead {
  const parts = readByte();
  const readId = readText();
  const cameraId = readSharedText();
  const at = readTime();
  const words = readByte();
  const laneId = parts & OTHER_LANE ? readSharedText() : passageLane;
  const { plate, country, confidence, candidates } = readEvidence(parts, stay);
  return {
    plate,
    country,
    confidence,
    candidates,
    isRear: (parts & IS_REAR) !== 0,
    said: parts & SAID_OTHERWISE ? readShare() : confidence,
    readId,
    cameraId,
    laneId,
    at,
    word: directions[words & 15] as Direction,
    laneDirection: directions[words >> 4] as Direction,
  };
}

/** A visit has both of an end (read and time) or none. */
function writeVisit(visit: EmittedVisit, stay: Stay): void {
  const { plate, country, entryReadId, exitReadId, enteredAt, exitedAt, flags } = visit;
  const isOther = plate !== stay.plate || country !== stay.country;
  const asSeen = isAsSeen(visit, stay.entry, stay.exit);
  writeByte(
    (entryReadId === null ? 0 : HAS_ENTRY_READ) | (exitReadId === null ? 0 : HAS_EXIT_READ) |
    (isOther ? HAS_OTHER_PLATE : 0) | (asSeen ? IS_AS_SEEN : 0),
  );
  if (isOther) {
    writeText(country);
    writeText(plate);
  }
  writeByte(statuses.indexOf(visit.status));
  writeCount(visit.revision);
  writeShare(visit.matchConfidence);
  if (!asSeen) {
    writeTime(visit.firstSeenAt);
    if (entryReadId !== null) {
      writeText(entryReadId);
      writeTime(enteredAt!);
    }
    if (exitReadId !== null) {
      writeText(exitReadId);
      writeTime(exitedAt!);
    }
  }
  writeByte(flags.length);
  for (let i = 0; i < flags.length; i++) writeText(flags[i]!);
}

/** Its reads and times are those that the passages say: the entry's last read, the exit's first. */
function isAsSeen(visit: EmittedVisit, entry: Passage | null, exit: Passage | null): boolean {
  const enteredBy = entry === null ? null : lastRead(entry);
  const leftBy = exit === null ? null : firstRead(exit);
  const seenFirst = entry === null ? leftBy : firstRead(entry);
  return seenFirst !== null && visit.firstSeenAt === seenFirst.at &&
    visit.entryReadId === (enteredBy === null ? null : enteredBy.readId) &&
    visit.exitReadId === (leftBy === null ? null : leftBy.readId) &&
    visit.enteredAt === (enteredBy === null ? null : enteredBy.at) &&
    visit.exitedAt === (leftBy === null ? null : leftBy.at);
}

function readVisit(stay: PlateKey, entry: Passage | null, exit: Passage | null): EmittedVisit {
  const has = readByte();
  const asSeen = (has & IS_AS_SEEN) !== 0;
  const country = has & HAS_OTHER_PLATE ? readText() : stay.country;
  const plate = has & HAS_OTHER_PLATE ? readText() : stay.plate;
  const status = statuses[readByte()]!;
  const revision = readCount();
  const matchConfidence = readShare();
  const firstSeenAt = asSeen ? firstRead((entry ?? exit)!).at : readTime();
  let entryReadId: string | null = null;
  let enteredAt: number | null = null;
  if (has & HAS_ENTRY_READ) {
    entryReadId = asSeen ? lastRead(entry!).readId : readText();
    enteredAt = asSeen ? lastRead(entry!).at : readTime();
  }
  let exitReadId: string | null = null;
  let exitedAt: number | null = null;
  if (has & HAS_EXIT_READ) {
    exitReadId = asSeen ? firstRead(exit!).readId : readText();
    exitedAt = asSeen ? firstRead(exit!).at : readTime();
  }
  const flagCount = readByte();
  const flags = flagCount === 0 ? noFlags : Array.from({ length: flagCount }, readText);
  return {
    revision, status, plate, country, entryReadId, exitReadId, firstSeenAt, enteredAt, exitedAt, matchConfidence, flags,
  };
}
