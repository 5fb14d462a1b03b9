import { noCandidates } from '../../records/no-candidates.ts';
import type { Direction, VisitStatus } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import {
  noRuling, ruledEvidence, type ExitDecision, type Passage, type PassageDirection, type PassageRead, type PlateKey, type Ruling,
} from '../passages/passages.ts';
import type { EmittedVisit } from '../stays/emitted-visit.ts';
import { noFlags } from '../stays/flags.ts';
import { noIrregularities } from '../stays/irregularities.ts';
import type { WhyVoid } from '../stays/timeline.ts';
import { readByte, readFrom, readNumber, readText } from './packed-values.ts';
import type { Stay } from './stay.ts';

/** Stays as the release before wrote them: format 2, whose times and shares are numbers, and which says all of them. */
export function decodeStayOfFormat2(from: Buffer, start: number): Stay {
  readFrom(from, start);
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
    lastHereAt: null,
    visit: has & HAS_VISIT ? readVisit(key) : null,
    why: has & IS_VOID ? whys[readByte()]! : null,
    irregularities: has & HAS_IRREGULARITIES ? JSON.parse(readText()) : noIrregularities,
  };
}

const HAS_ENTRY = 1;
const HAS_EXIT = 2;
const HAS_FOLLOWED = 4;
const HAS_VISIT = 8;
const HAS_IRREGULARITIES = 16;
const IS_VOID = 32;
const HAS_TURNED = 64;

/** By their number in the changelog. */
const directions: readonly PassageDirection[] = ['IN', 'OUT', 'UNKNOWN', 'NONE'];
const whys: readonly WhyVoid[] = ['reversed', 'aaba', 'double_exit', 'ghost_read'];
const statuses: readonly VisitStatus[] = ['open', 'closed', 'unclosed', 'review', 'withdrawn'];

const IS_SINGLE = 1;
const IS_DECIDED = 2;
const IS_GIVEN = 4;
const IS_RULED = 8;

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
    decision = { given, probability, rivals: Array.from({ length: readByte() }, readText), amongAlike: false };
  }
  return { laneId, direction, evidence, reads, decision, ruling };
}

const OTHER_PLATE = 1;
const OTHER_COUNTRY = 2;
const HAS_CANDIDATES = 4;
const IS_REAR = 8;
const OTHER_LANE = 16;

function readEvidence(parts: number, stay: PlateKey): PlateEvidence {
  return {
    plate: parts & OTHER_PLATE ? readText() : stay.plate,
    country: parts & OTHER_COUNTRY ? readText() : stay.country,
    confidence: readNumber(),
    candidates: parts & HAS_CANDIDATES ? Array.from({ length: readByte() }, readCandidate) : noCandidates,
  };
}

const readCandidate = () => ({ plate: readText(), confidence: readNumber() });

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
    said: evidence.confidence,
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
