import type { Passage } from '../passages/passages.ts';
import { decidedShare, isRivalled, logStitched, SIGNS, signsOf, type Pair, type PairSigns } from './pair-signs.ts';
import type { Taught } from './taught.ts';

/**
 * How sure a visit of two passages is one vehicle's, once in and once out. Two things can be wrong with it: the two are
 * of different stays of the vehicle, for an exit and an entry in between went by unread (`stitchedLately`: by how long it
 * lasted); or one of them is not what it is taken for (`pairedShare`). The second is rare where a plate was read alike at both
 * ends, but some signs make it many times as likely.
 */

/** 0 to 1, in ten-thousandths. */
export function pairConfidence(pair: Pair, taught: Taught): number {
  return rounded(confidenceBy(signsOf(pair, taught), fittedWeights));
}

/** How likely a stay of this length is two, for an exit and an entry went by unread. */
export function stitchedLately(lengthMs: number, taught: Taught): number {
  return stitchedBy(logStitched(lengthMs, taught), fittedWeights);
}

/** How sure both passages are what they are taken for, were it one stay; 0 to 1. */
export function pairedShare(pair: Pair, taught: Taught): number {
  return pairedBy(signsOf(pair, taught), fittedWeights);
}

/** How many of the pairs that pairing left at what it left the exit at are right; 0 to 1. */
export function decidedRight(exit: Passage): number {
  return decidedBy(decidedShare(exit), isRivalled(exit), fittedWeights);
}

/** By weights that need not be those in force: to fit them. */
export function confidenceBy(signs: PairSigns, weights: PairWeights): number {
  const logStitched = signs.logStitched + weights.likelierTwo * signs.likelierTwo;
  return pairedBy(signs, weights) * (1 - stitchedBy(logStitched, weights));
}

function pairedBy({ shown, logMissed, unlikeness, decided }: PairSigns, w: PairWeights): number {
  const risk = Math.min(MOST_RISK, riskBy(shown, logMissed, unlikeness, w));
  const right = decidedBy(decided, (shown & SIGNS.isRivalled) !== 0, w) * (1 - risk);
  return (shown & LESSENING) === 0 ? right : right * (shown & SIGNS.isSecondTry ? w.secondTry : 1) *
    (shown & SIGNS.isAgainstWord ? w.againstWord : 1) * (shown & SIGNS.isUngiven ? w.ungiven : 1);
}

/** Of which only a share is right. */
const LESSENING = SIGNS.isSecondTry | SIGNS.isAgainstWord | SIGNS.isUngiven;

function riskBy(shown: number, logMissed: number, unlikeness: number | null, w: PairWeights): number {
  let logRisk = w.base + w.misses * logMissed;
  if (shown & SIGNS.isUndirected) logRisk += w.undirected;
  if (shown & SIGNS.isByEntry) logRisk += w.byEntry;
  if (shown & SIGNS.cameBack) logRisk += w.cameBack;
  if (shown & SIGNS.isTwoWay) logRisk += w.twoWay;
  if (shown & SIGNS.isSoonAgain) logRisk += w.soonAgain;
  // Each of these goes wrong by itself.
  let risk = Math.exp(logRisk);
  if (unlikeness !== null) risk += Math.exp(w.neighbour + w.unlike * unlikeness);
  if (shown & SIGNS.isReadOtherwise) risk += w.readOtherwise;
  if (shown & SIGNS.cameLater) risk += w.cameLater;
  if (shown & SIGNS.holdsAnother) risk += w.holdsAnother;
  return risk;
}

/**
 * What pairing leaves to other stays (another vehicle's, or another sight of the same one) is as likely as it says. Its null, that the
 * entry was missed, is a cautious one.
 */
function decidedBy(share: number, rivalled: boolean, { overcaution }: PairWeights): number {
  if (rivalled) return share;
  const sureRight = 1 - overcaution * (1 - SURE_FROM);
  return share < SURE_FROM ? (share * sureRight) / SURE_FROM : 1 - overcaution * (1 - share);
}

function stitchedBy(logOdds: number, { stitched }: PairWeights): number {
  return 1 / (1 + Math.exp(-logOdds - stitched));
}

/**
 * What each sign counts for: nats that it adds to the logarithm of the risk that one of the two passages is not what it is taken for,
 * where nothing else is said.
 */
export interface PairWeights {
  readonly base: number;
  readonly misses: number;
  readonly undirected: number;
  readonly byEntry: number;
  readonly cameBack: number;
  readonly twoWay: number;
  readonly soonAgain: number;
  /** A risk of its own, where a vehicle of a plate near its own was inside; and for each nat of unlikeness. */
  readonly neighbour: number;
  readonly unlike: number;
  /** Risk (not its logarithm) that one of two different readings is of that vehicle. */
  readonly readOtherwise: number;
  /** The same, that reads of two vehicles were taken for one passage. */
  readonly holdsAnother: number;
  /** The same, that the vehicle that came in later was the same. */
  readonly cameLater: number;
  /** Share that is right of those that are thought to have turned round first, to have gone against the camera's word, and of `isUngiven`. */
  readonly secondTry: number;
  readonly againstWord: number;
  readonly ungiven: number;
  /** By how much of its likelihood the null is too likely. */
  readonly overcaution: number;
  /** Nats by which a stay is likelier two than its length and the garage's missed passages say. */
  readonly stitched: number;
  /** And for each nat by which its own stays of late say so. */
  readonly likelierTwo: number;
}

/** As `npm run fit:confidence` gives them: see evaluation/README.md. */
export const fittedWeights: PairWeights = {
  base: -10.14, misses: 1.25, undirected: 2.07, byEntry: 2.93, cameBack: 1.15, twoWay: 1.36, soonAgain: 1.82, neighbour: -9,
  unlike: 1.5, readOtherwise: 0.003, cameLater: 0.039, secondTry: 0.802, againstWord: 0.882, ungiven: 0.244, overcaution: 0.26, stitched: 0.31,
  likelierTwo: 1, holdsAnother: 0.05,
};

const MOST_RISK = 0.5;
/** Of the pairs that pairing took, from that share of the likelihood on; fewer are right of those it had to leave for want of a better. */
const SURE_FROM = 0.75;

/** In ten-thousandths; never 1, which only a person's word is. */
function rounded(confidence: number): number {
  return Math.min(MOST_SURE, Math.round(10_000 * confidence) / 10_000);
}

const MOST_SURE = 0.9999;
