import { noCandidates } from '../records/no-candidates.ts';
import type { CameraRead, Candidate, Direction } from '../records/records.ts';
import { normalisePlate } from '../records/plate.ts';
import { parseInstant } from './time.ts';

/** A read as a format found it: the fields of the contract, none of them checked. */
export interface UncheckedRead {
  readonly readId?: unknown;
  readonly garageId?: unknown;
  readonly cameraId?: unknown;
  readonly laneId?: unknown;
  readonly direction?: unknown;
  readonly plate?: unknown;
  readonly country?: unknown;
  readonly confidence?: unknown;
  readonly candidates?: unknown;
  /** RFC 3339 with an offset. */
  readonly capturedAt?: unknown;
  /** The same; it may be left out. */
  readonly receivedAt?: unknown;
}

/** Why a read is not taken. Never holds what stood in the field: it may be a plate. */
export interface Refusal {
  readonly field: string;
  readonly reason: string;
}

export const MAX_CANDIDATES = 20;
export const MAX_ID_LENGTH = 128;

/**
 * A camera whose zone is set wrong is up to 14 h ahead; such reads must come through to be found out
 * as clock skew. What is further ahead is no time at all.
 */
export const MAX_AHEAD_MS = 24 * 3_600_000;

/** Checks every field and brings plate, country and direction to the form of `parking.reads`. Any age is accepted. */
export function checkRead(read: UncheckedRead, receivedAt: number, source: string): CameraRead | Refusal {
  const { readId, garageId, cameraId, laneId, direction, plate, country, confidence, candidates } = read;
  if (!isId(readId)) return badId('readId', readId);
  if (!isId(garageId)) return badId('garageId', garageId);
  if (!isId(cameraId)) return badId('cameraId', cameraId);
  if (!isId(laneId)) return badId('laneId', laneId);

  const seenDirection = directionOf(direction);
  if (seenDirection === null) return { field: 'direction', reason: 'must be "in", "out" or "unknown"' };

  const checkedPlate = checkPlate('plate', plate);
  if (typeof checkedPlate !== 'string') return checkedPlate;

  if (typeof country !== 'string' || !COUNTRY.test(country)) {
    return { field: 'country', reason: 'must be two letters (ISO 3166-1), XX when unknown' };
  }
  if (!isConfidence(confidence)) return { field: 'confidence', reason: CONFIDENCE_RANGE };

  const checkedCandidates = checkCandidates(candidates);
  if ('field' in checkedCandidates) return checkedCandidates;

  const capturedAt = instantIn(read.capturedAt);
  if (capturedAt === null) {
    return { field: 'capturedAt', reason: NO_TIME };
  }
  if (capturedAt > receivedAt + MAX_AHEAD_MS) {
    return { field: 'capturedAt', reason: 'is more than 24 hours ahead of when the read came in' };
  }

  return {
    readId, garageId, cameraId, laneId, direction: seenDirection, plate: checkedPlate, country: country.toUpperCase(),
    confidence, candidates: checkedCandidates, capturedAt, receivedAt, source, timing: '',
  };
}

/** A time of a read, ms UTC; null: it is none. */
export function instantIn(time: unknown): number | null {
  const at = typeof time === 'string' ? parseInstant(time) : null;
  return at === null || at <= 0 ? null : at;
}

export const NO_TIME = 'must be an RFC 3339 time with an offset, such as 2026-05-17T08:30:00.000Z';
const COUNTRY = /^[A-Za-z]{2}$/;
const CONFIDENCE_RANGE = 'must be a number from 0 to 1';

const PRINTABLE_ASCII = /^[\x20-\x7e]{1,128}$/;
/** Control characters, lone surrogates, unassigned ones, and what stands for bytes that were no UTF-8. */
const UNPRINTABLE = /[\p{C}\ufffd]/u;

/** Of a garage, lane, camera or read, and what a camera calls itself. */
export function isId(id: unknown): id is string {
  if (typeof id !== 'string') return false;
  return PRINTABLE_ASCII.test(id) || (id.length > 0 && id.length <= MAX_ID_LENGTH && !UNPRINTABLE.test(id));
}

export function badId(field: string, id: unknown): Refusal {
  if (id === undefined) return { field, reason: 'is missing' };
  return { field, reason: `must be a string of 1 to ${MAX_ID_LENGTH} printable characters` };
}

function directionOf(direction: unknown): Direction | null {
  switch (direction) {
    case 'in': return 'IN';
    case 'out': return 'OUT';
    case 'unknown': return 'UNKNOWN';
    default: return null;
  }
}

function checkPlate(field: string, plate: unknown): string | Refusal {
  if (typeof plate !== 'string') return { field, reason: 'must be a string, empty for a vehicle without a plate' };
  const normal = normalisePlate(plate);
  if ('plate' in normal) return normal.plate;
  return { field, reason: normal.fault === 'too long' ? 'is longer than 16 characters' : 'must be letters and digits' };
}

export function isConfidence(confidence: unknown): confidence is number {
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 1;
}

function checkCandidates(candidates: unknown): readonly Candidate[] | Refusal {
  if (candidates === undefined) return noCandidates;
  if (!Array.isArray(candidates)) return { field: 'candidates', reason: 'must be an array' };
  if (candidates.length > MAX_CANDIDATES) {
    return { field: 'candidates', reason: `has more than ${MAX_CANDIDATES} items` };
  }
  const checked: Candidate[] = [];
  for (let i = 0; i < candidates.length; i++) {
    const candidate: unknown = candidates[i];
    if (typeof candidate !== 'object' || candidate === null) {
      return { field: `candidates[${i}]`, reason: 'must be an object with plate and confidence' };
    }
    const { plate, confidence } = candidate as { plate?: unknown; confidence?: unknown };
    const checkedPlate = checkPlate(`candidates[${i}].plate`, plate);
    if (typeof checkedPlate !== 'string') return checkedPlate;
    if (!isConfidence(confidence)) return { field: `candidates[${i}].confidence`, reason: CONFIDENCE_RANGE };
    checked.push({ plate: checkedPlate, confidence });
  }
  return checked;
}
