import { sameVehicle } from './matching/same-vehicle.ts';
import type { LookAlikes } from './look-alikes.ts';
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
  readonly entry: Pick<Passage, 'direction' | 'reads' | 'evidence'>;
  readonly exit: Passage;
  /** The reads that the visit names: as which the vehicle was seen last at its entry, and first at its exit. */
  readonly enteredBy: PassageRead;
  readonly leftBy: PassageRead;
  readonly lengthMs: number;
  /** When the vehicle was last seen here before, ms UTC, if it came back soon; else null. */
  readonly lastHereAt: number | null;
  /** It is thought to have turned round at the entry first: it may have come in at once, and passed the entry again. */
  readonly isSecondTry: boolean;
  readonly lookAlikes: LookAlikes;
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
  const { entry, exit, enteredBy, leftBy, lengthMs, lastHereAt, isSecondTry, lookAlikes } = pair;
  let logRisk = BASE + MISSES * Math.log(missedLately / USUALLY_MISSED);
  if (entry.direction === 'UNKNOWN' || exit.direction === 'UNKNOWN') logRisk += UNDIRECTED;
  if (lastHereAt !== null) logRisk += CAME_BACK;
  if (isRearOnly(entry) !== isRearOnly(exit)) logRisk += SEEN_FROM_BEHIND;
  if (isContradicted(enteredBy)) logRisk += CONTRADICTED;
  if (enteredBy.laneDirection === 'UNKNOWN') {
    logRisk += TWO_WAY;
    if (enteredBy.laneId === leftBy.laneId && lengthMs < SOON_MS) logRisk += SOON_AGAIN;
  }
  // Each of these goes wrong by itself.
  let risk = Math.exp(logRisk);
  if (lookAlikes.areInside) risk += Math.exp(NEIGHBOUR + UNLIKE * unlikenessOf(entry, exit));
  if (lookAlikes.cameLater) risk += CAME_LATER;
  const right = decidedRight(decidedShare(exit)) * (1 - Math.min(MOST_RISK, risk));
  return right * (isSecondTry && !isRearOnly(entry) ? SECOND_TRY : 1) * (isAgainstWord(pair) ? AGAINST_WORD : 1);
}

/** The camera says that it goes the other way than its lane. */
function isContradicted({ word, laneDirection }: PassageRead): boolean {
  return word !== laneDirection && word !== 'UNKNOWN' && laneDirection !== 'UNKNOWN';
}

/** The camera's word on the direction was thought wrong, for it would mean two passages unread. */
function isAgainstWord({ entry, exit, enteredBy, leftBy }: Pair): boolean {
  return (entry.direction === 'OUT' && directionOf(enteredBy) === 'OUT') || (exit.direction === 'IN' && directionOf(leftBy) === 'IN');
}

/** Nats that two readings of one plate speak less for one vehicle than they might; of two plates pairing has weighed it. */
function unlikenessOf({ evidence: came }: Pair['entry'], { evidence: left }: Passage): number {
  if (came.plate !== left.plate) return 0;
  return Math.min(MOST_UNLIKE, Math.max(0, ALIKE - sameVehicle(came, left)));
}

/** How many of the pairs are right that pairing left at that share of the likelihood: more, for its null is a cautious one. */
function decidedRight(share: number): number {
  return share < SURE_FROM ? SELDOM_RIGHT + share * (1 - OVERCAUTION * (1 - SURE_FROM) - SELDOM_RIGHT) / SURE_FROM
    : 1 - OVERCAUTION * (1 - share);
}

/** What pairing left it at; of an exit of its own plate that nobody else could have made: for sure. */
export function decidedShare({ decision }: Passage): number {
  return decision?.given == null ? 1 : Math.min(1, decision.probability / MOST_DECIDED);
}

/** Surer than this no decision is. */
export const MOST_DECIDED = 0.999;

/**
 * Fitted (maximum likelihood of right and wrong pairs) to clean, typical and harsh worlds of the seeds for learning, with one garage
 * and with all four kinds; where the two say different things, between them. SOON_AGAIN and AGAINST_WORD come from the seeds for
 * tuning. The risk that one of the two passages is not what it is taken for is the exponential of the sum of those that apply:
 */
const BASE = -10;
/** A garage where more goes by unread has more pairs of which one end is something else, seen in its stead. */
const MISSES = 0.9;
const USUALLY_MISSED = 0.02;
/** Nobody told which way it went: whether it was inside decided, and that may be wrong. */
const UNDIRECTED = 2;
/**
 * It had left within hours: deliveries, company cars, residents. One that comes and goes all day has had more chances to go by
 * unread within this stay.
 */
const CAME_BACK = 1.3;
/** Seen only from behind at one end: the camera behind may, with a wrong clock, have seen the other end once more. */
const SEEN_FROM_BEHIND = 1;
/** The entry may have been an exit. */
const CONTRADICTED = 1;
/** Nothing but the cameras' words tells entries from exits at such a lane; */
const TWO_WAY = 1.2;
/** and one that is seen there again within minutes may be seen once more, or have turned round. */
const SOON_AGAIN = 2;
const SOON_MS = 3 * 60_000;
/**
 * A vehicle of a plate near its own was inside: likelier to have been read as this one for each nat, up to so many, by which the
 * two readings speak less for one vehicle than readings of a plate mostly do.
 */
const NEIGHBOUR = -9;
const UNLIKE = 1.5;
const ALIKE = 15;
const MOST_UNLIKE = 8;
/** One so like it came in after it that it may have been the vehicle itself. */
const CAME_LATER = 0.07;
const MOST_RISK = 0.3;
/** Unless it was seen only from behind then: such a camera, with a wrong clock, has seen the very passage once more. */
const SECOND_TRY = 0.81;
const AGAINST_WORD = 0.82;
/** Of the pairs that pairing took, from that share of the likelihood on, and of those that it had to leave for want of a better. */
const SURE_FROM = 0.75;
const OVERCAUTION = 0.25;
const SELDOM_RIGHT = 0.6;

/** In ten-thousandths; never 1, which only a person's word is. */
function rounded(confidence: number): number {
  return Math.min(MOST_SURE, Math.round(10_000 * confidence) / 10_000);
}

const MOST_SURE = 0.9999;
