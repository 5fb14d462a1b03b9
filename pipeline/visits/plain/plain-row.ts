import type { Direction, VisitStatus } from '../../records/records.ts';
import type { JudgedRead } from '../learned/confidence-worth.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import type { PassageDirection, PassageRead, PlateKey } from '../passages/passages.ts';
import { readIdHashOf, readIdHashOfBytes } from '../passages/read-hashes.ts';
import {
  readByte, readCount, readFrom, readPosition, readShare, readSharedText, readText, readTime, skipShare, skipText,
} from '../state/packed-values.ts';
import { directions, readEvidence, skipEvidence, statuses, stayCodec } from '../state/stay-codec.ts';
import {
  CAME_BACK, DIRECTION_BITS, HAS_CANDIDATES, HAS_ENTRY, HAS_ENTRY_READ, HAS_EXIT, HAS_IRREGULARITIES, HAS_OTHER_PLATE, HAS_VISIT,
  IS_AS_SEEN, IS_REAR, IS_SINGLE, LONG, OTHER_LANE, OTHER_PLATE, SAID_OTHERWISE,
} from '../state/stay-format.ts';

/**
 * A plain stay at rest, read where its bytes are, with no Stay made of it: nearly all stays are
 * looked at twice after they opened, when they end and when they leave the state. What is odd in any way is for the codec,
 * whose format this is; what they become is written by `plain-writing.ts`.
 */

/** An open stay, as far as its exit needs to know. */
export interface OpenStay {
  /** Of the entry passage. */
  readonly direction: PassageDirection;
  readonly evidence: PlateEvidence;
  readonly reads: readonly EntryRead[];
  readonly lastHereAt: number | null;
  /** Of the visit as it was told last. */
  readonly revision: number;
  readonly firstSeenAt: number;
}

/** A read of it, as far as that. */
type EntryRead = Omit<PassageRead, 'cameraId' | 'isRear' | 'said'>;

/** The same of one at rest, and where in its row the stay's plate ends, the entry, and the id of the entry's last read stands. */
export interface OpenRow extends OpenStay {
  readonly plateEnd: number;
  readonly entryEnd: number;
  readonly lastIdAt: number;
}

/**
 * Reads an open stay, plain as `isPlainlyOpen` says.
 * @param start where the row's value begins
 * @returns null: for the codec
 */
export function readOpenRow(bytes: Buffer, start: number, stay: PlateKey): OpenRow | null {
  if (bytes[start] !== stayCodec.formatVersion) return null;
  readFrom(bytes, start + 1);
  const has = readByte();
  if ((has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT)) return null;
  skipText();
  skipText();
  skipText();
  const plateEnd = readPosition();
  readTime();
  const passageHas = readByte();
  const isSingle = (passageHas & IS_SINGLE) !== 0;
  if ((passageHas & (2 ** DIRECTION_BITS - 1) & ~IS_SINGLE) !== 0) return null;
  const laneId = readSharedText();
  const count = isSingle ? 1 : readByte();
  const vote = isSingle ? null : readEvidence(readByte(), stay);
  const first = readEntryRead(laneId, stay);
  const reads = [first];
  for (let i = 1; i < count; i++) reads.push(readEntryRead(laneId, stay));
  const entryEnd = readPosition();
  const lastHereAt = has & CAME_BACK ? readTime() : null;
  const visitHas = readByte();
  const asSeen = (visitHas & IS_AS_SEEN) !== 0;
  if ((visitHas & ~IS_AS_SEEN) !== HAS_ENTRY_READ || readByte() !== OPEN) return null;
  const revision = readCount();
  skipShare();
  const firstSeenAt = asSeen ? first.at : readTime();
  // Told anew it would have to say when it was seen first.
  if (firstSeenAt !== first.at) return null;
  return {
    direction: directions[passageHas >> DIRECTION_BITS]!, evidence: vote ?? first, reads, lastHereAt, revision, firstSeenAt,
    plateEnd, entryEnd, lastIdAt,
  };
}

/** Where the id stands of the read that was read last. */
let lastIdAt = 0;

function readEntryRead(passageLane: string, stay: PlateKey): EntryRead {
  const parts = readByte();
  lastIdAt = readPosition();
  const readId = readText();
  skipText();
  const at = readTime();
  const words = readByte();
  const laneId = parts & OTHER_LANE ? readSharedText() : passageLane;
  const { plate, country, confidence, candidates } = readEvidence(parts, stay);
  if (parts & SAID_OTHERWISE) skipShare();
  return {
    plate, country, confidence, candidates, readId, laneId, at, word: directions[words & 15] as Direction,
    laneDirection: directions[words >> 4] as Direction,
  };
}

const OPEN = statuses.indexOf('open');

/** A closed stay, as far as must be known when it leaves the state. One for all: holds until the next is read. */
export interface ClosedRow {
  /** The last read of its entry, ms UTC. */
  enteredAt: number;
  /** Of the visit as it was told last: whether it says the stay's plate. */
  status: VisitStatus;
  matchConfidence: number;
  isOfOwnPlate: boolean;
}

const closed: ClosedRow = { enteredAt: 0, status: 'closed', matchConfidence: 0, isOfOwnPlate: true };

/**
 * Reads a stay that has entry and exit, none of them decided on or ruled, and that is neither void nor turned; it may have irregularities.
 * @param start where the row's value begins
 * @returns null: for the codec
 */
export function readClosedRow(bytes: Buffer, start: number): Readonly<ClosedRow> | null {
  found = 0;
  if (bytes[start] !== stayCodec.formatVersion) return null;
  readFrom(bytes, start + 1);
  const has = readByte();
  if ((has & ~(CAME_BACK | HAS_IRREGULARITIES)) !== (HAS_ENTRY | HAS_EXIT | HAS_VISIT)) return null;
  skipText();
  skipText();
  skipText();
  readTime();
  if (!readsOfPassage(bytes)) return null;
  entryReads = found;
  if (!readsOfPassage(bytes)) return null;
  if (has & CAME_BACK) readTime();
  const visitHas = readByte();
  if (visitHas & HAS_OTHER_PLATE) {
    skipText();
    skipText();
  }
  closed.enteredAt = times[entryReads - 1]!;
  closed.isOfOwnPlate = (visitHas & HAS_OTHER_PLATE) === 0;
  closed.status = statuses[readByte()]!;
  readCount();
  closed.matchConfidence = readShare();
  return closed;
}

/** A read that stands in a stay at rest, as far as its garage must forget it. */
export type ForgetRead = (laneId: string, cameraId: string, at: number, readIdHash: number) => void;

/** Tells the reads of the stay that was read last. */
export function readsOfClosedRow(forget: ForgetRead): void {
  for (let i = 0; i < found; i++) forget(laneIds[i]!, cameraIds[i]!, times[i]!, hashes[i]!);
}

/** What they say of confidences, of the entry's and then of the exit's: they are right if they are of the stay's plate. */
export function judgedReadsOfClosedRow(): [JudgedRead[], JudgedRead[]] {
  const passages: [JudgedRead[], JudgedRead[]] = [[], []];
  for (let i = 0; i < found; i++) {
    const parts = partsOf[i]!;
    passages[i < entryReads ? 0 : 1].push({
      said: saids[i]!, isRear: (parts & IS_REAR) !== 0, isRight: (parts & OTHER_PLATE) === 0, hasCandidates: (parts & HAS_CANDIDATES) !== 0,
    });
  }
  return passages;
}

/** What was found of its reads, and how many are of the entry. */
let found = 0;
let entryReads = 0;
const laneIds: string[] = [];
const cameraIds: string[] = [];
const times: number[] = [];
const hashes: number[] = [];
/** What else stands in a read, bit by bit, and the confidence that the camera gave. */
const partsOf: number[] = [];
const saids: number[] = [];

function readsOfPassage(bytes: Buffer): boolean {
  const has = readByte();
  const isSingle = (has & IS_SINGLE) !== 0;
  if ((has & (2 ** DIRECTION_BITS - 1) & ~IS_SINGLE) !== 0) return false;
  const passageLane = readSharedText();
  const count = isSingle ? 1 : readByte();
  if (!isSingle) skipEvidence(readByte());
  for (let i = 0; i < count; i++) {
    const parts = readByte();
    const idStart = readPosition() + 1;
    const isShort = bytes[idStart - 1]! < LONG;
    const readId = isShort ? '' : readText();
    if (isShort) skipText();
    const idEnd = readPosition();
    const cameraId = readSharedText();
    times[found] = readTime();
    readByte();
    laneIds[found] = parts & OTHER_LANE ? readSharedText() : passageLane;
    cameraIds[found] = cameraId;
    hashes[found] = isShort ? readIdHashOfBytes(bytes, idStart, idEnd) : readIdHashOf(readId);
    const confidence = skipEvidence(parts);
    partsOf[found] = parts;
    saids[found] = parts & SAID_OTHERWISE ? readShare() : confidence;
    found++;
  }
  return true;
}
