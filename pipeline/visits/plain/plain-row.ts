import type { Direction, VisitStatus } from '../../records/records.ts';
import type { JudgedRead } from '../learned/confidence-worth.ts';
import { mayHoldAnother } from '../confidence/pair-signs.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import type { PassageDirection, PassageRead, PlateKey } from '../passages/passages.ts';
import { readIdHashOf, readIdHashOfBytes } from '../passages/read-hashes.ts';
import { afterShare, afterText, afterTime, timeAt } from '../state/packed-places.ts';
import {
  readByte, readCount, readFrom, readPosition, readShare, readSharedText, readText, readTime, skipShare, skipText,
} from '../state/packed-values.ts';
import { afterEvidence, directions, readEvidence, skipEvidence, statuses, stayCodec } from '../state/stay-codec.ts';
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
  /** One of its reads may be of another vehicle (`mayHoldAnother`). */
  readonly entryHoldsAnother: boolean;
  /** Its last read. */
  readonly enteredBy: EntryRead;
  readonly lastHereAt: number | null;
  /** Of the visit as it was told last. */
  readonly revision: number;
  readonly firstSeenAt: number;
}

/** A read of an entry, as far as that. */
type EntryRead = Pick<PassageRead, 'readId' | 'laneId' | 'at' | 'word' | 'laneDirection'>;

/**
 * One at rest: numbers, and places in its row. Texts and evidences are made of them when they are asked for, which of most only its
 * evidence is. They hold when the row is another already: its bytes are there until nothing can be undone any more.
 */
export class OpenRow implements OpenStay, EntryRead {
  /** Where the stay's plate ends, the entry, and where the id of the entry's last read stands. */
  plateEnd = 0;
  entryEnd = 0;
  lastIdAt = 0;
  lastHereAt: number | null = null;
  firstSeenAt = 0;
  /** Of the last read. */
  at = 0;
  readonly enteredBy = this;
  private revisionAt = 0;
  private laneAt = 0;
  private words = 0;
  private passageHas = 0;
  private count = 0;
  private readsAt = 0;
  /** The parts of the passage's evidence, that of its only read or of the vote; and where it stands. */
  private parts = 0;
  private evidenceAt = 0;
  /** Of all its reads. */
  private partsOfAll = 0;
  private made: PlateEvidence | null = null;
  private bytes: Buffer = noBytes;
  private stay = noPlate;

  get direction(): PassageDirection {
    return directions[this.passageHas >> DIRECTION_BITS]!;
  }

  get evidence(): PlateEvidence {
    if (this.made === null) {
      readFrom(this.bytes, this.evidenceAt);
      this.made = readEvidence(this.parts, this.stay);
    }
    return this.made;
  }

  get entryHoldsAnother(): boolean {
    // Mostly all are of the stay's plate.
    return ((this.parts | this.partsOfAll) & OTHER_PLATE) !== 0 && mayHoldAnother({ evidence: this.evidence, reads: this.readsAs() });
  }

  get revision(): number {
    readFrom(this.bytes, this.revisionAt);
    return readCount();
  }

  get readId(): string {
    readFrom(this.bytes, this.lastIdAt);
    return readText();
  }

  get laneId(): string {
    readFrom(this.bytes, this.laneAt);
    return readSharedText();
  }

  get word(): Direction {
    return directions[this.words & 15] as Direction;
  }

  get laneDirection(): Direction {
    return directions[this.words >> 4] as Direction;
  }

  /** @returns false: it is not plain */
  read(bytes: Buffer, start: number, stay: PlateKey): boolean {
    const has = bytes[start + 1]!;
    if (bytes[start] !== stayCodec.formatVersion || (has & ~CAME_BACK) !== (HAS_ENTRY | HAS_VISIT)) return false;
    this.plateEnd = afterText(bytes, afterText(bytes, afterText(bytes, start + 2)));
    const entryStart = afterTime(bytes, this.plateEnd);
    const passageHas = bytes[entryStart]!;
    if ((passageHas & (2 ** DIRECTION_BITS - 1) & ~IS_SINGLE) !== 0) return false;
    this.bytes = bytes;
    this.stay = stay;
    this.made = null;
    this.passageHas = passageHas;
    const entryEnd = this.readEntry(bytes, entryStart + 1);
    this.entryEnd = entryEnd;
    this.lastHereAt = has & CAME_BACK ? timeAt(bytes, entryEnd) : null;
    const visitAt = has & CAME_BACK ? afterTime(bytes, entryEnd) : entryEnd;
    const visitHas = bytes[visitAt]!;
    if ((visitHas & ~IS_AS_SEEN) !== HAS_ENTRY_READ || bytes[visitAt + 1] !== OPEN) return false;
    this.revisionAt = visitAt + 2;
    if (visitHas & IS_AS_SEEN) return true;
    readFrom(bytes, visitAt + 2);
    readCount();
    skipShare();
    // Told anew it would have to say when it was seen first.
    return readTime() === this.firstSeenAt;
  }

  /** @returns where it ends */
  private readEntry(bytes: Buffer, start: number): number {
    let end = afterText(bytes, start);
    this.count = 1;
    if ((this.passageHas & IS_SINGLE) === 0) {
      this.count = bytes[end]!;
      this.parts = bytes[end + 1]!;
      this.evidenceAt = end + 2;
      end = afterEvidence(bytes, end + 2, this.parts);
    }
    this.readsAt = end;
    this.partsOfAll = 0;
    for (let i = 0; i < this.count; i++) {
      const parts = bytes[end]!;
      const timeStart = afterText(bytes, afterText(bytes, end + 1));
      const wordsAt = afterTime(bytes, timeStart);
      const evidenceAt = parts & OTHER_LANE ? afterText(bytes, wordsAt + 1) : wordsAt + 1;
      this.partsOfAll |= parts;
      if (i === 0) this.firstSeenAt = timeAt(bytes, timeStart);
      if (i === this.count - 1) {
        this.lastIdAt = end + 1;
        this.laneAt = parts & OTHER_LANE ? wordsAt + 1 : start;
        this.at = i === 0 ? this.firstSeenAt : timeAt(bytes, timeStart);
        this.words = bytes[wordsAt]!;
      }
      if (this.passageHas & IS_SINGLE) {
        this.parts = parts;
        this.evidenceAt = evidenceAt;
      }
      end = afterEvidence(bytes, evidenceAt, parts);
      if (parts & SAID_OTHERWISE) end = afterShare(bytes, end);
    }
    return end;
  }

  /** As what each of its reads was read. */
  private readsAs(): PlateEvidence[] {
    readFrom(this.bytes, this.readsAt);
    return Array.from({ length: this.count }, () => {
      const parts = readByte();
      skipText();
      skipText();
      readTime();
      readByte();
      if (parts & OTHER_LANE) skipText();
      const evidence = readEvidence(parts, this.stay);
      if (parts & SAID_OTHERWISE) skipShare();
      return evidence;
    });
  }
}

const noBytes = Buffer.alloc(0);
const noPlate: PlateKey = { country: '', plate: '' };
const openRow = new OpenRow();

/**
 * Reads an open stay, plain as `isPlainlyOpen` says.
 * @param start where the row's value begins
 * @param stay the plate that it stands under
 * @returns one for all: holds until the next is read; null: for the codec
 */
export function readOpenRow(bytes: Buffer, start: number, stay: PlateKey): OpenRow | null {
  return openRow.read(bytes, start, stay) ? openRow : null;
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
