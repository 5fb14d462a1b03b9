import type { Direction } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { sameAtLane, sameVehicle } from '../matching/same-vehicle.ts';
import { directionOf, type PassageRead } from './passages.ts';

/**
 * When two reads may be of one passage. Read by read and without regard to order, so that the same reads make the same
 * passages however they come in; `clusters.ts` then parts what is linked only through others.
 */

/** A car over the line between two lanes is read at both within so long. */
export const STRADDLE_MS = 5_000;

const LEAST_APART_MS = 2_000;

/** A trailer's plate, seen from behind, follows its car's by no more: ten metres at walking pace, and clocks of cameras differ by a second. */
export const TRAILER_MS = 4_000;

/** @param gapMs reads of one lane nearer than this can be one passage; reads of two must be of adjacent lanes */
export function areLinked(a: PassageRead, b: PassageRead, gapMs: number): boolean {
  if (!inOnePlace(a, b, gapMs)) return false;
  const apartMs = Math.abs(a.at - b.at);
  if (a.plate === b.plate || mayTow(a, b)) return true;
  const against = isOpposed(a, b) ? RARELY_OPPOSED : 0;
  // What is like at the lane is like enclosed as well: of one camera the second look alone tells.
  return a.cameraId === b.cameraId ? isLikeEnclosed(a, b, apartMs, against) : likeAtLane(a, b, apartMs, a.laneId !== b.laneId) > against;
}

/**
 * Whether a read of one camera that stands between two of a vehicle's, so long from the nearer, is rather the vehicle's too:
 * another would have had to be in the same place in between. Alone that does not do, for cameras see more than one vehicle.
 * @param against nats: what else speaks against it
 */
export function isLikeEnclosed(enclosed: PlateEvidence, vehicle: PlateEvidence, apartMs: number, against = 0): boolean {
  return sameAtLane(enclosed, vehicle, leastApart(apartMs)) - against > ENCLOSED;
}

/** How far apart two reads count as, ms: clocks of cameras differ, and vehicles are closer than they should be. */
export function leastApart(apartMs: number): number {
  return Math.max(apartMs, LEAST_APART_MS);
}

/** Nats. Most misreads of standing cars that are too unlike to be linked are above it, and hardly a vehicle of a fleet. */
export const ENCLOSED = -1.5;

/**
 * How much likelier one vehicle than two that follow each other, or came by two lanes at once, nats; not above 0 where two are likelier.
 * @param isStraddling they were seen at two lanes
 */
export function likeAtLane(a: PlateEvidence, b: PlateEvidence, apartMs: number, isStraddling: boolean): number {
  if (sameVehicle(a, b) <= 0) return -Infinity;
  return sameAtLane(a, b, leastApart(apartMs)) - (isStraddling ? RARELY_STRADDLING : 0);
}

/** Nats: of a hundred vehicles one drives on the line between two lanes, and is seen by both; a standing one is seen again by its own. */
const RARELY_STRADDLING = 3;

/** Nats: one vehicle is seldom seen coming and going at once. It turned round, or a camera erred; two vehicles pass both ways all day. */
export const RARELY_OPPOSED = 3;

/** One sees fronts, the other rears, and both saw something at once: a trailer's plate is like no other. */
export function mayTow(a: PassageRead, b: PassageRead): boolean {
  return a.isRear !== b.isRear && a.laneId === b.laneId && Math.abs(a.at - b.at) < TRAILER_MS;
}

/** By lane, time and direction alone. */
export function inOnePlace(a: PassageRead, b: PassageRead, gapMs: number): boolean {
  const apartMs = Math.abs(a.at - b.at);
  // Who goes the other way so soon at the same lane has not parked: it turned round, or a camera mistook its direction.
  if (a.laneId === b.laneId) return apartMs < gapMs;
  return apartMs < STRADDLE_MS && !isOpposed(a, b);
}

/** One says in, the other out. */
function isOpposed(a: PassageRead, b: PassageRead): boolean {
  const [one, other]: Direction[] = [directionOf(a), directionOf(b)];
  return one !== other && one !== 'UNKNOWN' && other !== 'UNKNOWN';
}
