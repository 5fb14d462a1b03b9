import type { CameraRead, Direction } from '../records/records.ts';

/**
 * One vehicle passing one lane once: the reads of one lane, plate, country and direction, each nearer than the
 * passage gap to another of them. Which order the reads came in makes no difference: they are kept sorted.
 */
export interface Passage {
  readonly laneId: string;
  /** UNKNOWN: neither the reads nor the lane tell; the timeline decides. */
  readonly direction: Direction;
  /** By time, then readId, then camera; never empty, at most MOST_READS. */
  readonly reads: readonly PassageRead[];
}

export interface PassageRead {
  readonly readId: string;
  readonly cameraId: string;
  /** ms UTC, the camera's clock */
  readonly at: number;
}

/** More reads than this (a car parked before the camera) are dropped from the passage's middle. */
export const MOST_READS = 64;

/** The direction of a read: the camera's word, else the lane's if it serves one direction only. */
export function directionOf(read: CameraRead, laneDirection: Direction): Direction {
  return read.direction === 'UNKNOWN' ? laneDirection : read.direction;
}

/** @param shared gives the one copy of a text that a garage's reads repeat */
export function passageOf(read: CameraRead, direction: Direction, shared: (text: string) => string): Passage {
  return {
    laneId: shared(read.laneId),
    direction,
    reads: [{ readId: read.readId, cameraId: shared(read.cameraId), at: read.capturedAt }],
  };
}

/** True if the two are one passage: same lane and direction, and nearer than the gap (ms) to each other. */
export function belongTogether(a: Passage, b: Passage, gapMs: number): boolean {
  return (
    a.laneId === b.laneId &&
    a.direction === b.direction &&
    firstRead(a).at < lastRead(b).at + gapMs &&
    firstRead(b).at < lastRead(a).at + gapMs
  );
}

/** One passage of the reads of both. */
export function joined(a: Passage, b: Passage): Passage {
  const reads = [...a.reads, ...b.reads].sort(compareReads);
  if (reads.length > MOST_READS) {
    reads.splice(MOST_READS / 2, reads.length - MOST_READS);
  }
  return { laneId: a.laneId, direction: a.direction, reads };
}

export function firstRead(passage: Passage): PassageRead {
  return passage.reads[0]!;
}

export function lastRead(passage: Passage): PassageRead {
  return passage.reads[passage.reads.length - 1]!;
}

/** Order in a plate's timeline: by first read. Ties are broken by ids, so that arrival decides nothing. */
export function comparePassages(a: Passage, b: Passage): number {
  return (
    compareReads(firstRead(a), firstRead(b)) ||
    compareText(a.laneId, b.laneId) ||
    compareText(a.direction, b.direction)
  );
}

function compareReads(a: PassageRead, b: PassageRead): number {
  return a.at - b.at || compareText(a.readId, b.readId) || compareText(a.cameraId, b.cameraId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
