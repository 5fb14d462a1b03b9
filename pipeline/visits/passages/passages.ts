import { noCandidates } from '../../records/no-candidates.ts';
import type { CameraRead, Candidate, Direction } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { MOST_CANDIDATES } from '../matching/shared-numbers.ts';
import { voted, type VotingRead } from '../matching/vote.ts';
import { sortShort } from '../lists/short-sort.ts';
import { MOST_READS } from './shared-numbers.ts';
import { hasTurned } from './turning.ts';

/**
 * One vehicle passing one lane (or straddling two) once: the reads of it, each linked to another of them. Which order
 * the reads came in makes no difference: they are kept sorted.
 */
export interface Passage {
  /** Of its first read. */
  readonly laneId: string;
  readonly direction: PassageDirection;
  /** Its plate: the vote of its reads. */
  readonly evidence: PlateEvidence;
  /** By time, then readId, then camera; never empty, at most MOST_READS. */
  readonly reads: readonly PassageRead[];
  /** What pairing made of it, if it left and its own plate did not settle it; null: nothing yet. */
  readonly decision: ExitDecision | null;
  /** What a person said of it; null: nothing. */
  readonly ruling: Ruling | null;
}

/** UNKNOWN: neither the reads nor the lane tell; the timeline decides. NONE: it backed out again. */
export type PassageDirection = Direction | 'NONE';

export interface PassageRead extends VotingRead {
  /** The confidence as the camera gave it; `confidence` is what that is worth in this garage. */
  readonly said: number;
  readonly readId: string;
  readonly cameraId: string;
  readonly laneId: string;
  /** ms UTC, the camera's clock */
  readonly at: number;
  /** What the camera said. */
  readonly word: Direction;
  /** What the lane serves; UNKNOWN: both directions, or not configured. */
  readonly laneDirection: Direction;
}

/** Whose exit a passage is, by evidence. */
export interface ExitDecision {
  /** The timeline that it was given to, its own plate's too; null: none, it stands under its own plate. */
  readonly given: PlateKey | null;
  /** How sure the decision is, 0 to 1, 0: not decided yet; of a passage given to none: how likely its entry was missed. */
  readonly probability: number;
  /** visitIds of stays that it may have been the exit of as well: it is looked at again when one of them ends. */
  readonly rivals: readonly string[];
  /** Vehicles of near-identical plates were inside, at least two of them at most one character from what was read. */
  readonly amongAlike: boolean;
}

/** A person's word on a passage: no later read overturns it. */
export interface Ruling {
  /** Of an entry: the time (ms UTC) at which a count did not find its vehicle inside; null: none said so. */
  readonly goneAt: number | null;
  /** The last time (ms UTC) at which a count named its vehicle as inside; null: none did. */
  readonly seenAt: number | null;
  /** Its plate, whatever was read; null: none was told. */
  readonly plate: PlateKey | null;
  /** Of an exit: the first read of the entry that it belongs to, or does not belong to; null: neither was told. */
  readonly pairedWith: string | null;
  readonly apartFrom: string | null;
}

export const noRuling: Ruling = { goneAt: null, seenAt: null, plate: null, pairedWith: null, apartFrom: null };

/** By which a ruling names a passage: that of its first read. */
export function readKey({ cameraId, readId }: PassageRead): string {
  return `${cameraId} ${readId}`;
}

/** A person said that the exit belongs to that entry. */
export function isRuledTogether({ ruling }: Passage, entry: Passage): boolean {
  return ruling?.pairedWith != null && entry.reads.some((read) => readKey(read) === ruling.pairedWith);
}

/** A person said that the exit does not belong to that entry. */
export function isRuledApart({ ruling }: Passage, entry: Passage): boolean {
  return ruling?.apartFrom != null && entry.reads.some((read) => readKey(read) === ruling.apartFrom);
}

/** What speaks for a plate that a person told: nothing else does. */
export function ruledEvidence({ country, plate }: PlateKey): PlateEvidence {
  return { country, plate, confidence: 1, candidates: noCandidates };
}

export interface PlateKey {
  readonly country: string;
  readonly plate: string;
}

/** The decision on an exit of the plate's own stay that others may have made as well: not made yet. */
export function pendingDecision({ country, plate }: PlateKey): ExitDecision {
  return { given: { country, plate }, probability: 0, rivals: [], amongAlike: false };
}

/** The decision on an exit that a person has made; null: it is left to its own plate. */
export function settledDecision(given: PlateKey | null): ExitDecision {
  return { given, probability: 1, rivals: [], amongAlike: false };
}

/** Whether the timeline is that of the plate that was read. */
export function isOwn(given: PlateKey, { evidence }: Pick<Passage, 'evidence'>): boolean {
  return given.plate === evidence.plate && given.country === evidence.country;
}

/** True of an exit that pairing must look at before it is told. */
export function isPending({ decision }: Passage): boolean {
  return decision !== null && decision.given !== null && decision.probability === 0;
}

/** Of a vehicle that is inside it is the exit. */
export function leadsOut({ direction, reads }: Passage): boolean {
  return direction === 'OUT' || (direction === 'UNKNOWN' && reads[0]!.laneDirection !== 'IN');
}

/** Pairing has looked at it. */
export function isDecided(passage: Passage): boolean {
  return passage.decision !== null && !isPending(passage);
}

/** What the confidences of a garage's cameras mean. */
interface ConfidenceScale {
  /** The confidence that is mostly worth what this one is there. */
  of(confidence: number, hasCandidates: boolean): number;
}

/** @param worth what confidences mean here; null: what they mostly do */
export function passageOf(
  read: CameraRead, lane: { readonly laneId: string; readonly direction: Direction }, isRear: boolean,
  worth: ConfidenceScale | null = null,
): Passage {
  const { candidates } = read;
  const said = inThousandths(read.confidence);
  const only: PassageRead = {
    plate: read.plate,
    country: read.country,
    confidence: worth === null ? said : worth.of(said, candidates.length > 0),
    candidates: candidates.length === 0 ? noCandidates : keptCandidates(candidates),
    isRear,
    said,
    readId: read.readId,
    cameraId: read.cameraId,
    laneId: lane.laneId,
    at: read.capturedAt,
    word: read.direction,
    laneDirection: lane.direction,
  };
  return { laneId: only.laneId, direction: directionOf(only), evidence: only, reads: [only], decision: null, ruling: null };
}

/** One passage of reads of one vehicle. */
export function passageOfReads(
  of: readonly PassageRead[], decision: ExitDecision | null, ruling: Ruling | null,
): Passage {
  return passageOfSorted(sortShort([...of], compareReads), decision, ruling);
}

/** The same of reads that are sorted. */
export function passageOfSorted(of: readonly PassageRead[], decision: ExitDecision | null, ruling: Ruling | null): Passage {
  const reads = of.length <= MOST_READS ? of : of.toSpliced(MOST_READS / 2, of.length - MOST_READS);
  const evidence = ruling?.plate == null ? voted(reads) : ruledEvidence(ruling.plate);
  return { laneId: reads[0]!.laneId, direction: directionOfReads(reads), evidence, reads, decision, ruling };
}

export function firstRead(passage: Passage): PassageRead {
  return passage.reads[0]!;
}

export function lastRead<Read>(passage: { readonly reads: readonly Read[] }): Read {
  return passage.reads[passage.reads.length - 1]!;
}

/** Order in a plate's timeline: by first read. Ties are broken by ids, so that arrival decides nothing. */
export function comparePassages(a: Passage, b: Passage): number {
  return compareReads(firstRead(a), firstRead(b));
}

/** One that was at rest is another object each time it is looked at. */
export function isSamePassage(a: Passage, b: Passage): boolean {
  return a === b || comparePassages(a, b) === 0;
}

/** Only rear views: its plate may be a trailer's, or another's. */
export function isRearOnly({ reads }: Pick<Passage, 'reads'>): boolean {
  return reads.every(({ isRear }) => isRear);
}

/** Over the line: at two lanes at once. */
export function isStraddling({ reads, laneId }: Passage): boolean {
  return reads.some((read) => read.laneId !== laneId);
}

/** The direction of one read: the camera's word, else the lane's. Where they contradict each other nobody knows. */
export function directionOf({ word, laneDirection }: Pick<PassageRead, 'word' | 'laneDirection'>): Direction {
  if (word === laneDirection || laneDirection === 'UNKNOWN') return word;
  return word === 'UNKNOWN' ? laneDirection : 'UNKNOWN';
}

/**
 * The direction that most cameras' words speak for; a camera that told none says nothing where another told one. Where more words are
 * against the lane than with it nobody knows. One that came and went again has backed out (`turning.ts`).
 */
function directionOfReads(reads: readonly PassageRead[]): PassageDirection {
  if (hasTurned(reads)) return 'NONE';
  let ins = 0;
  let outs = 0;
  let against = 0;
  const isTold = reads.some(({ word }) => word !== 'UNKNOWN');
  for (const read of reads) {
    if (isTold && read.word === 'UNKNOWN') continue;
    const direction = directionOf(read);
    if (direction === 'IN') ins++;
    else if (direction === 'OUT') outs++;
    else if (isTold) against++;
  }
  if (against > ins + outs) return ins + outs === 0 ? againstLane(reads) : 'UNKNOWN';
  return ins > outs ? 'IN' : outs > ins ? 'OUT' : 'UNKNOWN';
}

/** One camera errs easily; two that agree have seen a vehicle go against its lane. */
function againstLane(reads: readonly PassageRead[]): Direction {
  const [first, ...others] = reads.filter(({ word }) => word !== 'UNKNOWN');
  const { word, cameraId } = first!;
  const agree = others.every((read) => read.word === word) && others.some((read) => read.cameraId !== cameraId);
  return agree ? word : 'UNKNOWN';
}

/** Confidences come as floats of any width: kept in thousandths they are the same after every way through a file. */
export function inThousandths(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}

/** The surest few. */
function keptCandidates(candidates: CameraRead['candidates']): PassageRead['candidates'] {
  const kept: Candidate[] = [];
  for (const { plate, confidence } of candidates) keepInOrder(kept, { plate, confidence: inThousandths(confidence) });
  return kept;
}

/** Where lists of other kinds are sorted too, by `sortShort`, the runtime would make these of their kind. */
function keepInOrder(kept: Candidate[], candidate: Candidate): void {
  let place = kept.push(candidate) - 1;
  for (; place > 0 && compareCandidates(kept[place - 1]!, candidate) > 0; place--) kept[place] = kept[place - 1]!;
  kept[place] = candidate;
  if (kept.length > MOST_CANDIDATES) kept.pop();
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return b.confidence - a.confidence || compareText(a.plate, b.plate);
}

/** By time, then readId, then camera. */
export function compareReads(a: PassageRead, b: PassageRead): number {
  return a.at - b.at || compareText(a.readId, b.readId) || compareText(a.cameraId, b.cameraId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
