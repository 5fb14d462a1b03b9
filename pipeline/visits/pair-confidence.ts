import { sameVehicle } from './matching/same-vehicle.ts';
import { TRULY_MISSED } from './occupancy.ts';
import { directionOf, isRearOnly, type Passage, type PassageRead } from './passages.ts';
import type { StayTimes } from './stay-times.ts';

/**
 * How sure a visit of two passages is one vehicle's, once in and once out. Two things can be wrong with it: the two are
 * of different stays of the vehicle, for an exit and an entry in between went by unread (`stitchedShare`: by how long it
 * lasted); or one of them is not what it is taken for. The second is rare where a plate was read alike at both ends, but
 * some signs make it many times as likely.
 */
export interface Pair {
  readonly entry: Pick<Passage, 'direction' | 'reads'>;
  readonly exit: Passage;
  /** The reads that the visit names: as which the vehicle was seen last at its entry, and first at its exit. */
  readonly enteredBy: PassageRead;
  readonly leftBy: PassageRead;
  readonly lengthMs: number;
  /** When the vehicle was last seen here before, ms UTC, if it came back soon; else null. */
  readonly lastHereAt: number | null;
  /** It is thought to have turned round at the entry first: it may have come in at once, and passed the entry again. */
  readonly isSecondTry: boolean;
}

/** What the garage has taught. */
export interface Taught {
  readonly stayTimes: StayTimes;
  /** Share of passages that go by unread these days. */
  readonly missedLately: number;
}

/** 0 to 1, in ten-thousandths. */
export function pairConfidence(pair: Pair, taught: Taught): number {
  return rounded(pairedShare(pair, taught) * (1 - stitchedLately(pair.lengthMs, taught)));
}

/** How likely a stay of this length is two, for an exit and an entry went by unread. */
export function stitchedLately(lengthMs: number, { stayTimes, missedLately }: Taught): number {
  const stitched = stayTimes.stitchedShare(lengthMs);
  const odds = (stitched / (1 - stitched)) * ((TRULY_MISSED * missedLately) / stayTimes.missedShare) ** 2;
  return odds / (1 + odds);
}

/**
 * How sure both passages are what they are taken for, were it one stay; 0 to 1. By what does not change without a change of
 * the visit's times, reads or flags, so that a visit that was told need not be judged anew.
 */
export function pairedShare(pair: Pair, { missedLately }: Taught): number {
  const { entry, exit, enteredBy, leftBy, lengthMs, lastHereAt, isSecondTry } = pair;
  let logRisk = BASE + MISSES * Math.log(missedLately / USUALLY_MISSED) + UNLIKE * unlikenessOf(pair);
  if (entry.direction === 'UNKNOWN' || exit.direction === 'UNKNOWN') logRisk += UNDIRECTED;
  if (lastHereAt !== null) logRisk += CAME_BACK;
  if (isRearOnly(entry) !== isRearOnly(exit)) logRisk += SEEN_FROM_BEHIND;
  if (isContradicted(enteredBy)) logRisk += CONTRADICTED;
  if (enteredBy.laneDirection === 'UNKNOWN') {
    logRisk += TWO_WAY;
    if (enteredBy.laneId === leftBy.laneId && lengthMs < SOON_MS) logRisk += SOON_AGAIN;
  }
  const right = decidedShare(exit) * (1 - Math.min(MOST_RISK, Math.exp(logRisk)));
  return right * (isSecondTry ? SECOND_TRY : 1) * (isAgainstWord(pair) ? AGAINST_WORD : 1);
}

/** The camera says that it goes the other way than its lane. */
function isContradicted({ word, laneDirection }: PassageRead): boolean {
  return word !== laneDirection && word !== 'UNKNOWN' && laneDirection !== 'UNKNOWN';
}

/** The camera's word on the direction was thought wrong, for it would mean two passages unread. */
function isAgainstWord({ entry, exit, enteredBy, leftBy }: Pair): boolean {
  return (entry.direction === 'OUT' && directionOf(enteredBy) === 'OUT') || (exit.direction === 'IN' && directionOf(leftBy) === 'IN');
}

/** Nats that two reads of one plate speak less for one vehicle than they might; a plate without a second thought needs no weighing. */
function unlikenessOf({ enteredBy, leftBy }: Pair): number {
  if (enteredBy.candidates.length === 0 && leftBy.candidates.length === 0) return 0;
  if (enteredBy.plate !== leftBy.plate || enteredBy.country !== leftBy.country) return 0;
  return Math.min(MOST_UNLIKE, Math.max(0, ALIKE - sameVehicle(enteredBy, leftBy)));
}

/** What pairing left it at; of an exit of its own plate that nobody else could have made: for sure. */
export function decidedShare({ decision }: Passage): number {
  return decision?.given == null ? 1 : Math.min(1, decision.probability / MOST_DECIDED);
}

/** Surer than this no decision is. */
export const MOST_DECIDED = 0.999;

/**
 * The risk that a pair is wrong is the exponential of their sum. Fitted (maximum likelihood of right and wrong pairs) to all four
 * profiles of the seeds for learning; UNDIRECTED, UNLIKE, SECOND_TRY and TRULY_MISSED were then moved a little on those for tuning;
 * SEEN_FROM_BEHIND to SOON_AGAIN, and AGAINST_WORD, come from all four kinds of garages of those for tuning, rounded.
 */
const BASE = -9.1;
/** A garage where more goes by unread has more pairs of which one end is something else, seen in its stead. */
const MISSES = 0.8;
const USUALLY_MISSED = 0.02;
/** Nobody told which way it went: whether it was inside decided, and that may be wrong. */
const UNDIRECTED = 1.8;
/**
 * It had left within hours: deliveries, company cars, residents. One that comes and goes all day has had more chances to go by
 * unread within this stay; and a company's next car is easily taken for it.
 */
const CAME_BACK = 1.9;
/** Seen only from behind at one end: the camera behind may, with a wrong clock, have seen the other end once more. */
const SEEN_FROM_BEHIND = 1.6;
/** The entry may have been an exit. */
const CONTRADICTED = 1.6;
/** Nothing but the cameras' words tells entries from exits at such a lane; */
const TWO_WAY = 0.5;
/** and one that is seen there again within minutes may be seen once more, or have turned round. */
const SOON_AGAIN = 2.5;
const SOON_MS = 3 * 60_000;
/**
 * For each nat by which the reads speak less for one vehicle than reads of a plate mostly do, up to so many: the next
 * number of a company's cars among the candidates, a plate that many may have.
 */
const UNLIKE = 0.45;
const ALIKE = 14;
const MOST_UNLIKE = 6;
const MOST_RISK = 0.3;
const SECOND_TRY = 0.94;
const AGAINST_WORD = 0.82;

function rounded(confidence: number): number {
  return Math.round(10_000 * confidence) / 10_000;
}
