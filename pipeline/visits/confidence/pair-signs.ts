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

/** A visit of two passages: what there is to see of whether they are one vehicle's, once in and once out. */
export interface Pair {
  readonly entry: Pick<Passage, 'direction' | 'evidence'>;
  readonly exit: Passage;
  /** The reads that the visit names: as which the vehicle was seen last at its entry, and first at its exit. */
  readonly enteredBy: SeenAt;
  readonly leftBy: SeenAt;
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

type SeenAt = Pick<PassageRead, 'word' | 'laneId' | 'laneDirection'>;

/** What the reads of a passage say of its plate. */
interface ReadAs {
  readonly evidence: PlateEvidence;
  readonly reads: readonly PlateEvidence[];
}

/**
 * What of a pair makes it more or less sure. A visit that was told is judged anew only when its times, reads or flags change, or who else was
 * inside: what the garage has taught since (`logMissed`, `logStitched`) is no reason.
 */
export interface PairSigns {
  /** How much more than usual goes by unread these days, nats: a pair has then more often something else seen in the stead of an end. */
  readonly logMissed: number;
  /** Nobody told which way it went: whether it was inside decided, and that may be wrong. */
  readonly isUndirected: boolean;
  /** Nobody told which way it went, and it is thought to have left by a lane that only lets in: it may have come in there once more. */
  readonly isByEntry: boolean;
  /** It had left within hours (deliveries, company cars, residents): it has had more chances to go by unread within this stay. */
  readonly cameBack: boolean;
  /** Nothing but the cameras' words tells entries from exits at the entry's lane; */
  readonly isTwoWay: boolean;
  /** and one that is seen there again within minutes may be seen once more, or have turned round. */
  readonly isSoonAgain: boolean;
  /**
   * A vehicle of a plate near its own was inside: nats by which the two readings speak less for one vehicle than readings of a
   * plate mostly do; 0 of two plates, which pairing has weighed. Null: none was.
   */
  readonly unlikeness: number | null;
  /** And the two were read as different plates: one of them may be that vehicle's. */
  readonly isReadOtherwise: boolean;
  /** One so like it came in after it that it may have been the vehicle itself. */
  readonly cameLater: boolean;
  /** And pairing gave the exit to none of them: it stands under the plate that was read, and so ends the stay of that. */
  readonly isUngiven: boolean;
  readonly isSecondTry: boolean;
  /** The camera's word on the direction was thought wrong, for it would mean two passages unread. */
  readonly isAgainstWord: boolean;
  /** What pairing left it at, 0 to 1. */
  readonly decided: number;
  /** What it left to others is another vehicle's, or the same one's as it was seen another time; not that its entry was missed. */
  readonly isRivalled: boolean;
  readonly likelierTwo: number;
  /** One of its passages has a read so unlike its plate that it may be of another vehicle. */
  readonly holdsAnother: boolean;
  /** Log odds, nats, of a stay of that length to be two, as the garage's lengths of stay and its missed passages say. */
  readonly logStitched: number;
}

export function signsOf(pair: Pair, taught: Taught): PairSigns {
  const { entry, exit, enteredBy, leftBy, lengthMs, lastHereAt, isSecondTry, lookAlikes, unlikeness, likelierTwo, holdsAnother } = pair;
  const isTwoWay = enteredBy.laneDirection === 'UNKNOWN';
  return {
    logMissed: taught.logMissed,
    isUndirected: entry.direction === 'UNKNOWN' || exit.direction === 'UNKNOWN',
    isByEntry: exit.direction === 'UNKNOWN' && leftBy.laneDirection === 'IN',
    cameBack: lastHereAt !== null,
    isTwoWay,
    isSoonAgain: isTwoWay && lengthMs < SOON_MS && enteredBy.laneId === leftBy.laneId,
    unlikeness,
    isReadOtherwise: lookAlikes.areInside && entry.evidence.plate !== exit.evidence.plate,
    cameLater: lookAlikes.cameLater,
    isUngiven: lookAlikes.cameLater && exit.decision !== null && exit.decision.given === null,
    isSecondTry,
    isAgainstWord: isAgainstWord(pair),
    decided: decidedShare(exit),
    isRivalled: isRivalled(exit),
    likelierTwo,
    holdsAnother,
    logStitched: logStitched(lengthMs, taught),
  };
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
