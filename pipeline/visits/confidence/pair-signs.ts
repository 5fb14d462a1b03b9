import type { PlateEvidence } from '../matching/evidence.ts';
import { sameVehicle, sameVehicleOnce } from '../matching/same-vehicle.ts';
import { directionOf, type Passage, type PassageRead } from '../passages/passages.ts';
import type { Taught } from './taught.ts';

/** Who else was inside when a vehicle left, by plates near its own. */
export interface LookAlikes {
  /** Anybody: mostly cars of one company, whose plates are in a row, so that one read wrong is read as another. */
  readonly areInside: boolean;
  /**
   * One came in after it and is so like it that it may be the same vehicle, which had left unread and was then read wrong; or it
   * had turned round at the entry first.
   */
  readonly cameLater: boolean;
}

/** The same as it is found. */
export interface FoundLookAlikes extends LookAlikes {
  /** One came in after it, like it or not: as other readings of the exit have it, it may be. */
  readonly anyLater: boolean;
}

/** A visit of two passages: what there is to see of whether they are one vehicle's, once in and once out. */
export interface Pair {
  readonly entry: Pick<Passage, 'direction'>;
  readonly exit: Passage;
  /** The reads that the visit names: as which the vehicle was seen last at its entry, and first at its exit. */
  readonly enteredBy: SeenAt;
  readonly leftBy: SeenAt;
  /** These were made at one lane: asked of those alone that `mayBeSoonAgain`. */
  readonly isByOneLane: boolean;
  /** The two passages were read as one plate. */
  readonly isOfOnePlate: boolean;
  readonly lengthMs: number;
  /** When the vehicle was last seen here before, ms UTC, if it came back soon; else null. */
  readonly lastHereAt: number | null;
  /** It is thought to have turned round at the entry first: it may have come in at once, and passed the entry again. */
  readonly isSecondTry: boolean;
  readonly lookAlikes: LookAlikes;
  /** As in `PairSigns`. */
  readonly unlikeness: number | null;
  /** Nats by which its own stays of the last day make two stays of this one (`own-stays.ts`). */
  readonly likelierTwo: number;
  /** One of its passages has a read so unlike its plate that it may be of another vehicle. */
  readonly holdsAnother: boolean;
}

type SeenAt = Pick<PassageRead, 'word' | 'laneDirection'>;

/** What the reads of a passage say of its plate. */
interface ReadAs {
  readonly evidence: Pick<PlateEvidence, 'plate'>;
  readonly reads: readonly PlateEvidence[];
}

/**
 * What of a pair makes it more or less sure. A visit that was told is judged anew only when its times, reads or flags change, or who else was
 * inside: what the garage has taught since (`logMissed`, `logStitched`) is no reason.
 */
export interface PairSigns {
  /** What there is or is not, bit by bit: see `SIGNS`. Mostly nothing. */
  readonly shown: number;
  /** How much more than usual goes by unread these days, nats: a pair has then more often something else seen in the stead of an end. */
  readonly logMissed: number;
  /**
   * A vehicle of a plate near its own was inside: nats by which the two readings speak less for one vehicle than readings of a
   * plate mostly do; 0 of two plates, which pairing has weighed. Null: none was.
   */
  readonly unlikeness: number | null;
  /** What pairing left it at, 0 to 1. */
  readonly decided: number;
  readonly likelierTwo: number;
  /** Log odds, nats, of a stay of that length to be two, as the garage's lengths of stay and its missed passages say. */
  readonly logStitched: number;
}

export const SIGNS = {
  /** Nobody told which way it went: whether it was inside decided, and that may be wrong. */
  isUndirected: 1 << 0,
  /** Nobody told which way it went, and it is thought to have left by a lane that only lets in: it may have come in there once more. */
  isByEntry: 1 << 1,
  /** It had left within hours (deliveries, company cars, residents): it has had more chances to go by unread within this stay. */
  cameBack: 1 << 2,
  /** Nothing but the cameras' words tells entries from exits at the entry's lane; */
  isTwoWay: 1 << 3,
  /** and one that is seen there again within minutes may be seen once more, or have turned round. */
  isSoonAgain: 1 << 4,
  /** A look-alike was inside, and the two were read as different plates: one of them may be that vehicle's. */
  isReadOtherwise: 1 << 5,
  /** One so like it came in after it that it may have been the vehicle itself. */
  cameLater: 1 << 6,
  /** And pairing gave the exit to none of them: it stands under the plate that was read, and so ends the stay of that. */
  isUngiven: 1 << 7,
  isSecondTry: 1 << 8,
  /** The camera's word on the direction was thought wrong, for it would mean two passages unread. */
  isAgainstWord: 1 << 9,
  /** What pairing left to others is another vehicle's, or the same one's as it was seen another time; not that its entry was missed. */
  isRivalled: 1 << 10,
  /** One of its passages has a read so unlike its plate that it may be of another vehicle. */
  holdsAnother: 1 << 11,
} as const;

export function signsOf(pair: Pair, taught: Taught): PairSigns {
  const { exit, lengthMs, unlikeness, likelierTwo } = pair;
  return {
    shown: shownBy(pair), logMissed: taught.logMissed, unlikeness, decided: decidedShare(exit), likelierTwo,
    logStitched: logStitched(lengthMs, taught),
  };
}

function shownBy(pair: Pair): number {
  const { entry, exit, enteredBy, leftBy, lengthMs, lookAlikes } = pair;
  let shown = 0;
  if (entry.direction === 'UNKNOWN') shown = SIGNS.isUndirected;
  if (exit.direction === 'UNKNOWN') shown = leftBy.laneDirection === 'IN' ? SIGNS.isUndirected | SIGNS.isByEntry : SIGNS.isUndirected;
  if (pair.lastHereAt !== null) shown |= SIGNS.cameBack;
  if (enteredBy.laneDirection === 'UNKNOWN') {
    shown |= SIGNS.isTwoWay;
    if (mayBeSoonAgain(enteredBy, lengthMs) && pair.isByOneLane) shown |= SIGNS.isSoonAgain;
  }
  if (lookAlikes.areInside && !pair.isOfOnePlate) shown |= SIGNS.isReadOtherwise;
  if (lookAlikes.cameLater) shown |= SIGNS.cameLater;
  if (pair.isSecondTry) shown |= SIGNS.isSecondTry;
  if (pair.holdsAnother) shown |= SIGNS.holdsAnother;
  if (lookAlikes.cameLater && exit.decision !== null && exit.decision.given === null) shown |= SIGNS.isUngiven;
  if (isRivalled(exit)) shown |= SIGNS.isRivalled;
  if (isAgainstWord(pair)) shown |= SIGNS.isAgainstWord;
  return shown;
}

/** Seen so soon after, at the same two-way lane it may be seen once more, or have turned round. */
export function mayBeSoonAgain({ laneDirection }: SeenAt, lengthMs: number): boolean {
  return laneDirection === 'UNKNOWN' && lengthMs < SOON_MS;
}

/** Log odds, nats, that a stay of this length is two, for an exit and an entry went by unread. */
export function logStitched(lengthMs: number, { stayTimes, logBothMissed }: Taught): number {
  const stitched = stayTimes.stitchedShare(lengthMs);
  return Math.log(stitched / (1 - stitched)) + logBothMissed;
}

/** What pairing left it at; of an exit of its own plate that nobody else could have made: for sure. */
export function decidedShare({ decision }: Passage): number {
  return decision?.given == null ? 1 : Math.min(1, decision.probability / MOST_DECIDED);
}

/** Surer than this no decision is. */
export const MOST_DECIDED = 0.999;

/** Whether another stay has some of the likelihood. */
export function isRivalled({ decision }: Passage): boolean {
  return decision?.given != null && decision.rivals.length > 1;
}

function isAgainstWord({ entry, exit, enteredBy, leftBy }: Pair): boolean {
  return (entry.direction === 'OUT' && directionOf(enteredBy) === 'OUT') || (exit.direction === 'IN' && directionOf(leftBy) === 'IN');
}

/** Null: no look-alike was inside. */
export function unlikenessAmong({ areInside }: LookAlikes, entry: Pick<Passage, 'evidence'>, exit: Passage): number | null {
  return areInside ? unlikenessOf(entry, exit) : null;
}

/** Nats by which the readings at both ends speak less for one vehicle than readings of a plate mostly do; 0 of two plates. */
export function unlikenessOf({ evidence: came }: Pick<Passage, 'evidence'>, { evidence: left }: Passage): number {
  return came.plate === left.plate ? unlikenessBy(sameVehicleOnce(came, left)) : 0;
}

/** The same by how much two readings of one plate speak for it, nats. */
export function unlikenessBy(likeness: number): number {
  return Math.min(MOST_UNLIKE, Math.max(0, ALIKE - likeness));
}

/** A trailer's plate, or another that was taken for the vehicle's all the same, is more unlike still. */
export function mayHoldAnother({ reads, evidence: { plate } }: ReadAs): boolean {
  // As nearly all are.
  if (reads.length === 1) return false;
  const right = reads.find((read) => read.plate === plate);
  if (right === undefined) return false;
  return reads.some((read) => {
    if (read.plate === plate || read.plate === '') return false;
    const likeness = sameVehicle(read, right);
    return likeness > -DOUBTFULLY_LIKE && likeness < DOUBTFULLY_LIKE;
  });
}

/** Nats */
const DOUBTFULLY_LIKE = 3;
const SOON_MS = 8 * 60_000;
const ALIKE = 15;
const MOST_UNLIKE = 8;
