import type { Table } from '../../engine/state.ts';
import { MOST_DECIDED } from '../confidence/pair-signs.ts';
import type { ConfusionsByCamera } from '../learned/known-confusions.ts';
import type { StayTimes } from '../learned/stay-times.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { isWithinOneEdit } from '../matching/one-edit.ts';
import { sameVehicle } from '../matching/same-vehicle.ts';
import { isTwin } from '../matching/twins.ts';
import {
  comparePassages, firstRead, isDecided, isOwn, isPending, isSamePassage, lastRead, type ExitDecision, type Passage, type PlateKey,
} from '../passages/passages.ts';
import type { CandidateIndex } from '../state/candidate-index.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_SLOT } from '../state/plate-stays.ts';
import type { Stay } from '../state/stay.ts';
import { Timelines, type Telling } from '../stays/stays.ts';
import { rateOfPassingAgain, rateOfTurning } from '../stays/timeline.ts';
import { hasComeAndLeftSince } from './came-since.ts';
import { addEnding, hasTwinLeftSince, insideCountThen, insideThen, mostInsideThen, nearThen, twinsInsideThen } from './inside-then.ts';
import { likenessOf, soughtOf } from './likeness.ts';
import { weighJointly, type Story } from './joint-weighing.ts';
import { seenAgainAs } from './seen-again.ts';
import { isUndecided } from '../stays/undecided.ts';
import type { WeighedDecision, WeighedRival } from './weighing.ts';

/**
 * Whose exit a passage is whose own plate is not inside: the vehicle inside that is likeliest by plate, by how long it
 * has stayed and by what the other doubtful exits leave to it; or nobody's, then its entry was missed.
 *
 * Decided when passage gap and allowed lateness have passed, and again when what it rested on has changed: a rival left by an exit of
 * its own, a better exit of the same vehicle came, its entry came late.
 */

/** Less sure than this, an exit stays unpaired; and a passage without a direction is an entry, as it seems. */
const SURE_FROM = 0.75;
const SURE_UNDIRECTED_FROM = 0.99;
/** A stay that has less of the likelihood is no rival. */
const RIVAL_FROM = 0.02;
/** More exits and stays than these are not weighed together: the likeliest are. */
const MOST_EXITS = 6;
const MOST_RIVALS = 8;
/** A plate less like the exit's than this (nats) is not looked at; nor one of who was seen leaving moments before, which says much already. */
const LEAST_LIKENESS = 2;
const LEAST_SEEN_AGAIN = -2;
/** One so much less likely than the likeliest (nats) is none either. */
const FAR_BEHIND = 12;
/** Plates so alike may be one vehicle's, where the exact one is inside as well: it is some nats ahead, but not beyond doubt. */
const RIVAL_LIKENESS = 5;
const MOST_LOOK_ALIKES = 24;

/**
 * Decides on a passage that the stay holds as its exit (or as an entry without a known direction), and tells.
 * @param until exits read from then on (ms UTC) count as not read yet: so a decision is the same in whatever order reads come
 * @returns others that it decided otherwise than they were: exits after them may be doubtful now
 */
export function decideExit(stay: Stay, own: Passage, telling: Telling, until = Infinity): readonly Passage[] {
  const { stays, garage } = telling;
  const { allowedLatenessMs } = garage.settings;
  const timelines = new Timelines(telling);
  // What made it doubtful when it came in may be known by now to have left before.
  if (stay.entry !== null && stay.exit !== null && isPending(own) && !isRivalledHere(own, stay, stays, garage)) {
    const { owners } = timelines.take(own, timelines.of(stay));
    timelines.put({ passage: { ...own, decision: null }, owners });
    timelines.tell();
    return [];
  }
  const taught = pairingTaughtAt(until === Infinity ? firstRead(own).at : until - 1, garage);
  const exits = exitsWith(stay, own, telling, until, taught);
  const decisions = decide(exits, telling, taught);
  const decidedOtherwise: Passage[] = [];
  exits.forEach(({ passage, stay: holder }, i) => {
    const decision = decisions[i]!;
    const holds = timelines.of(holder);
    if (i > 0) {
      // Its own turn comes.
      if (isUndecided(holder, holder.visit)) return;
      // How sure an older one is, is told: it stays.
      const isFresh = firstRead(own).at - firstRead(passage).at <= allowedLatenessMs;
      const isSame = isSameGiven(passage.decision, decision);
      if (!isFresh && isSame) return;
      if (!isSame) decidedOtherwise.push(passage);
    }
    const { owners } = timelines.take(passage, holds);
    timelines.put({ passage: { ...passage, decision: { ...decision, amongAlike: isAmongAlike(passage, stays, garage) } }, owners });
  });
  timelines.tell('never');
  return decidedOtherwise;
}

/**
 * A passage that was decided on turns out not to have left, or to be of another plate: what that made of earlier exits is decided without
 * it.
 */
export function decideWithout(passage: Passage, telling: Telling): void {
  const { stays, garage } = telling;
  const { at } = firstRead(passage);
  const isBefore = (known: Passage): boolean => isDecided(known) && known.ruling === null && firstRead(known).at < at;
  const visitIds = new Set<string>();
  for (const { stay } of rivalsOf(passage, telling, at, pairingTaughtAt(at, garage))) {
    for (const visitId of [stay.visitId, ...garage.contested.by(stay.visitId)]) visitIds.add(visitId);
  }
  // Those that it had given to others are of other vehicles' stays now.
  for (const slot of [...garage.strays.near(passage.evidence), ...garage.inside.near(passage.evidence)]) {
    const { visitId, exit } = stays.at(slot)!;
    if (exit !== null && at - firstRead(exit).at <= garage.settings.allowedLatenessMs) visitIds.add(visitId);
  }
  for (const visitId of visitIds) {
    const holder = stays.get(visitId);
    const decided = [holder?.exit, holder?.entry].find((known) => known != null && isBefore(known));
    if (decided != null) decideExit(holder!, decided, telling, at);
  }
}

/**
 * Whether vehicles of another plate may have made the exit, or other exits may be its vehicle's: what was read before it
 * counts, whenever that came in. It is the same for all stays of a plate that are as doubtfully long.
 * @param own the plate of the stay that it ends
 * @param ownSlot of that stay, if it stands there under that plate; NO_SLOT: it may not
 * @param isLong the stay is of a length at which one looks closer
 */
export function isRivalled(
  own: PlateKey, ownSlot: number, exit: Passage, isLong: boolean, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  const { evidence } = exit;
  const mayBeInside = isLong || wasTwinInside(own, ownSlot, evidence, firstRead(exit).at, stays, garage);
  // Nearly always neither, and nothing is made for that.
  return (mayBeInside || hasTwin(garage.strays, evidence, NO_SLOT)) && hasRival(own, ownSlot, exit, isLong, mayBeInside, stays, garage);
}

/**
 * False: surely not, as nearly always, which is known by plates alone.
 * @param evidence of the exit @param at its first read, ms UTC
 */
export function mayBeRivalled(
  own: PlateKey, ownSlot: number, evidence: PlateEvidence, at: number, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  return mayBeRivalledInside(ownSlot, evidence, garage) || hasTwinLeftSince(evidence, at, own, ownSlot, stays, garage);
}

/** The same where nobody has left since whose plate is a twin of the exit's. */
export function mayBeRivalledInside(ownSlot: number, evidence: PlateEvidence, garage: GarageIndex): boolean {
  return hasTwin(garage.inside, evidence, ownSlot) || hasTwin(garage.strays, evidence, NO_SLOT);
}

function wasTwinInside(
  own: PlateKey, ownSlot: number, evidence: PlateEvidence, at: number, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  return hasTwin(garage.inside, evidence, ownSlot) || hasTwinLeftSince(evidence, at, own, ownSlot, stays, garage);
}

/** Whether any of these but one may be a twin of the exit's plate. */
function hasTwin(candidates: CandidateIndex, evidence: PlateEvidence, but: number): boolean {
  return candidates.size > 0 && candidates.haveTwin(evidence, but);
}

function hasRival(
  own: PlateKey, ownSlot: number, exit: Passage, isLong: boolean, mayBeInside: boolean, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  const { evidence } = exit;
  const { strays } = garage;
  const isBefore = (other: Passage): boolean => comparePassages(other, exit) < 0;
  const isRival = (other: Stay, passage: Passage, isAny: boolean): boolean =>
    (other.plate !== own.plate || other.country !== own.country) &&
    (isAny || isTwin(evidence.plate, passage.evidence)) && sameVehicle(evidence, passage.evidence) >= RIVAL_LIKENESS;
  // To look for all that are near takes longer.
  if (mayBeInside && (isLong || twinsInsideThen(exit, ownSlot, stays, garage).some((other) => isRival(other, other.entry!, false)))) {
    // In a crowd of look-alikes each stands for itself.
    if (!isLong && mostInsideThen(exit, garage) <= MOST_LOOK_ALIKES) return true;
    const near = insideThen(exit, null, stays, garage);
    if (near.length <= MOST_LOOK_ALIKES && near.some((other) => isRival(other, other.entry!, isLong))) return true;
  }
  const isRivalStray = (slot: number): boolean => {
    const stray = stays.at(slot)!;
    return isBefore(stray.exit!) && isRival(stray, stray.exit!, false);
  };
  return hasTwin(strays, evidence, NO_SLOT) && strays.near(evidence).some(isRivalStray);
}

/** Whether pairing must decide on an exit of its own plate's stay: it is rivalled, or exits before it may have been that stay's. */
export function isContested(exit: Passage, own: Stay, stays: Table<Stay>, garage: GarageIndex): boolean {
  return isRivalledHere(exit, own, stays, garage) || wasContestedBefore(exit, own, stays, garage);
}

/** Whether exits before it may have been that stay's. */
export function wasContestedBefore(exit: Passage, own: Stay, stays: Table<Stay>, garage: GarageIndex): boolean {
  return garage.contested.by(own.visitId).some((visitId) => comparePassages(stays.get(visitId)!.exit!, exit) < 0);
}

/** Stays of that length are often two, with an exit and an entry missed in between. */
export function isDoubtfullyLong(entry: Passage, exit: Passage, garage: GarageIndex): boolean {
  const { at } = firstRead(exit);
  return at - lastRead(entry).at >= garage.stayTimesAt(at).doubtfulFromMs;
}

/** Whether others may have made an exit of its own plate's stay. */
export function isRivalledHere(exit: Passage, own: Stay, stays: Table<Stay>, garage: GarageIndex): boolean {
  const isLong = isDoubtfullyLong(own.entry!, exit, garage);
  return isRivalled(own, stays.slotOf(own.visitId), exit, isLong, stays, garage);
}

/** What the garage has taught, as it counts for the exit that is decided on. */
interface PairingTaught {
  readonly stayTimes: StayTimes;
  readonly confusions: ConfusionsByCamera;
}

function pairingTaughtAt(at: number, garage: GarageIndex): PairingTaught {
  return { stayTimes: garage.stayTimesAt(at), confusions: garage.confusions.at(at) };
}

/** A doubtful exit, and the stay that holds it now. */
interface DoubtfulExit {
  readonly passage: Passage;
  readonly stay: Stay;
  readonly rivals: readonly Rival[];
}

/** A stay whose exit it may be. */
interface Rival {
  readonly stay: Stay;
  /** Nats: how alike the plates are. */
  readonly likeness: number;
  /** Nats: that it left just then. */
  readonly leaves: number;
  /** It had left before, and is seen at an exit once more (`seen-again.ts`). */
  readonly hasLeft: boolean;
}

/** The exit, and the other doubtful ones that want the same stays. */
function exitsWith(stay: Stay, own: Passage, telling: Telling, until: number, taught: PairingTaught): DoubtfulExit[] {
  const { stays, garage } = telling;
  const exits: DoubtfulExit[] = [];
  const add = (holder: Stay, passage = holder.exit ?? holder.entry!): void => {
    if (exits.length >= MOST_EXITS || exits.some((known) => isSamePassage(known.passage, passage))) return;
    if (exits.length > 0 && firstRead(passage).at >= until) return;
    exits.push({ passage, stay: holder, rivals: rivalsOf(passage, telling, until, taught) });
  };
  add(stay, own);
  for (let i = 0; i < exits.length; i++) {
    for (const { stay: rival, hasLeft } of exits[i]!.rivals) {
      if (hasLeft) continue;
      if (rival.exit !== null) add(rival);
      const strays = garage.contested.by(rival.visitId);
      if (strays.length === 0) continue;
      strays.map((visitId) => stays.get(visitId)!).sort((a, b) => comparePassages(a.exit!, b.exit!)).forEach((stray) => add(stray));
    }
  }
  return exits;
}

/** The stays that may have ended with the passage, likeliest first. */
function rivalsOf(passage: Passage, { stays, garage }: Telling, until: number, { stayTimes, confusions }: PairingTaught): Rival[] {
  const { at } = firstRead(passage);
  const rivals: Rival[] = [];
  const sought = soughtOf(passage, confusions);
  for (const stay of insideThen(sought === passage.evidence ? passage : { ...passage, evidence: sought }, until, stays, garage)) {
    const entry = stay.entry!;
    const lengthMs = at - lastRead(entry).at;
    const likeness = likenessOf(passage, entry, stays, garage, confusions);
    if (likeness < LEAST_LIKENESS || hasComeAndLeftSince(entry, passage, stays, garage)) continue;
    rivals.push({ stay, likeness, leaves: stayTimes.logRateOfLeaving(Math.max(0, lengthMs)), hasLeft: false });
  }
  for (const { stay, likeness, logRate } of seenAgainAs(passage, sought, stays, garage, confusions)) {
    if (likeness < LEAST_SEEN_AGAIN || rivals.some((rival) => rival.stay.visitId === stay.visitId)) continue;
    rivals.push({ stay, likeness, leaves: logRate, hasLeft: true });
  }
  const score = ({ likeness, leaves }: Rival): number => likeness + leaves;
  rivals.sort((a, b) => score(b) - score(a) || lastRead(b.stay.entry!).at - lastRead(a.stay.entry!).at);
  const least = rivals.length === 0 ? 0 : score(rivals[0]!) - FAR_BEHIND;
  return rivals.slice(0, MOST_RIVALS).filter((rival) => score(rival) >= least);
}

/**
 * See `ExitDecision`: of those inside when it was read, whatever has come in and left since. Readings that are twins may be one
 * vehicle's, which had left unread before. Asked only where a decision is kept: who left since an old exit takes long to find.
 */
function isAmongAlike(exit: Passage, stays: Table<Stay>, garage: GarageIndex): boolean {
  const near = nearThen(exit, stays, garage).filter((slot) => areReadWithinOneEdit(exit, stays.at(slot)!.entry!));
  // Mostly its own vehicle alone.
  if (near.length < 2) return false;
  const stillIn = near.filter((slot) => {
    const { exit: left } = stays.at(slot)!;
    return left === null || comparePassages(left, exit) >= 0;
  });
  const alike: Stay[] = [];
  addEnding(stillIn, exit, alike, stays, garage);
  return alike.some(({ entry: one }) => alike.some(({ entry: other }) =>
    !isTwin(one!.evidence.plate, other!.evidence) && !isTwin(other!.evidence.plate, one!.evidence)));
}

function areReadWithinOneEdit(one: Passage, other: Passage): boolean {
  return one.reads.some(({ plate }) => other.reads.some((read) => isWithinOneEdit(plate, read.plate)));
}

/** One decision for each exit. */
function decide(exits: readonly DoubtfulExit[], telling: Telling, taught: PairingTaught): WeighedDecision[] {
  const { stayTimes } = taught;
  const { sink, clock } = telling;
  // A stay at rest is another object each time it is looked at.
  const stays: Stay[] = [];
  for (const { rivals } of exits) {
    for (const { stay } of rivals) if (!stays.some(({ visitId }) => visitId === stay.visitId)) stays.push(stay);
  }
  // Nobody's: there is nothing to weigh.
  if (stays.length === 0 && sink.weighed === undefined) return exits.map((exit) => decisionOf(exit, stays, [], stayTimes));
  const inOrder = exits.toSorted((a, b) => comparePassages(a.passage, b.passage));
  const perMs = insideAbout(firstRead(inOrder.at(-1)!.passage).at, telling) / stayTimes.meanMs;
  const story = storyOf(inOrder, stays, perMs, taught, telling);
  const shares = weighJointly(story);
  return exits.map((exit) => {
    const i = inOrder.indexOf(exit);
    const decision = decisionOf(exit, stays, shares[i]!, stayTimes);
    const shareOf = (stay: Stay): number => shares[i]![stays.findIndex(({ visitId }) => visitId === stay.visitId)]!;
    sink.weighed?.({
      exit: exit.passage, clock, decision, missed: { score: story.stranger[i]!, share: missedShare(shares[i]!) },
      rivals: exit.rivals.map((rival) => weighed(rival, exit.passage, shareOf(rival.stay))),
    });
    return decision;
  });
}

function weighed({ stay, likeness, leaves }: Rival, exit: Passage, share: number): WeighedRival {
  const { visitId, country, plate, entry } = stay;
  const lengthMs = Math.max(0, firstRead(exit).at - lastRead(entry!).at);
  return { visitId, country, plate, lengthMs, likeness, score: likeness + leaves, share };
}

function missedShare(shares: readonly number[]): number {
  return Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0));
}

function decisionOf(
  { passage, stay: holder, rivals: weighed }: DoubtfulExit, stays: readonly Stay[], shares: readonly number[], stayTimes: StayTimes,
): WeighedDecision {
  const rivals = stays.flatMap(({ visitId }, j) => (shares[j]! >= RIVAL_FROM ? [visitId] : []));
  const missed = missedShare(shares);
  const best = shares.indexOf(Math.max(...shares));
  const hasLeft = (stay: Stay): boolean => weighed.some((rival) => rival.hasLeft && rival.stay.visitId === stay.visitId);
  const sureFrom = passage.direction === 'UNKNOWN' ? SURE_UNDIRECTED_FROM : SURE_FROM;
  const isSure = best >= 0 && shares[best]! >= sureFrom;
  // That it is two stays of one vehicle is told apart from this.
  const probabilityOf = (j: number): number => {
    if (hasLeft(stays[j]!)) return Math.min(MOST_DECIDED, shares[j]!);
    const lengthMs = Math.max(0, firstRead(passage).at - lastRead(stays[j]!.entry!).at);
    return Math.min(MOST_DECIDED, shares[j]! / (1 - stayTimes.stitchedShare(lengthMs)));
  };
  if (isSure && !isOwn(stays[best]!, passage)) {
    const { country, plate } = stays[best]!;
    return { given: { country, plate }, probability: probabilityOf(best), rivals };
  }
  // Its own plate's stay has its exit without any decision, unless others may have made it, or have until now.
  const { decision } = passage;
  const isHeld = decision?.given != null && isOwn(decision.given, passage);
  if (!isHeld && (best < 0 || !isOwn(stays[best]!, passage))) return { given: null, probability: missed, rivals };
  // Of no other for sure: it ends the stay of its own plate, however likely.
  const own = isHeld ? stays.findIndex(({ visitId }) => visitId === holder.visitId) : best;
  const { country, plate } = passage.evidence;
  return { given: { country, plate }, probability: Math.max(own < 0 ? 0 : probabilityOf(own), LEAST_SURE), rivals };
}

/** Below it an exit would count as undecided. */
const LEAST_SURE = 0.001;

/** @param perMs how many vehicles leave, and as many come in */
function storyOf(
  exits: readonly DoubtfulExit[], stays: readonly Stay[], perMs: number, { stayTimes, confusions }: PairingTaught,
  { stays: table, garage }: Telling,
): Story {
  const times = exits.map(({ passage }) => firstRead(passage).at);
  const entered = stays.map(({ entry }) => lastRead(entry!).at);
  const rivals = exits.map((exit) => stays.map((stay) => exit.rivals.find((rival) => rival.stay.visitId === stay.visitId)));
  // Who had left before has nothing else to do with it.
  const inside = rivals.map((row) => row.map((rival) => (rival?.hasLeft === true ? undefined : rival)));
  const entering = Math.log(perMs);
  const alike = stays.map((stay, j) => stays.map((next, n) => {
    const likeness = entered[n]! <= entered[j]! ? -Infinity : likenessOf(stay.entry!, next.entry!, table, garage, confusions);
    return likeness < RIVAL_LIKENESS ? -Infinity : likeness - entering;
  }));
  return {
    ended: rivals.map((row) => row.map((rival) => (rival === undefined ? -Infinity : rival.likeness + rival.leaves))),
    stranger: exits.map(({ passage }) => logRateOfMissed(passage, perMs, stayTimes)),
    unseen: inside.map((row, i) => row.map((rival, j) => (rival === undefined ? -Infinity
      : rival.likeness + stayTimes.logRateOfLeavingUnseen(times[i]! - entered[j]!)))),
    again: (i, j, k) => (inside[i]![j] === undefined ? -Infinity
      : inside[i]![j]!.likeness + stayTimes.logRateOfLeavingAgain(times[i]! - times[k]!)),
    returned(i, j, next, k) {
      const [first, second] = [inside[i]![j], inside[i]![next]];
      if (first === undefined || second === undefined || alike[j]![next] === -Infinity) return -Infinity;
      if (k >= 0 && entered[next]! <= times[k]!) return -Infinity;
      const gapMs = entered[next]! - entered[j]!;
      const rate = k >= 0 ? stayTimes.rateOfReturn(gapMs) : stayTimes.rateOfReturnUnread(gapMs) + rateOfTurning(gapMs);
      return first.likeness + alike[j]![next]! + Math.log(rate) + second.leaves;
    },
    seenInside(i, j, next) {
      const first = inside[i]![j];
      return first === undefined || rivals[i]![next]?.hasLeft === true || alike[j]![next] === -Infinity ? -Infinity
        : first.likeness + alike[j]![next]! + Math.log(rateOfPassingAgain(entered[next]! - entered[j]!)) + first.leaves;
    },
  };
}

/**
 * Logarithm of the rate (per ms) at which vehicles leave whose entry was missed; where nobody knows the direction, of
 * the rate at which vehicles come in.
 */
function logRateOfMissed({ direction }: Passage, perMs: number, { missedShare }: StayTimes): number {
  return Math.log(direction === 'UNKNOWN' ? perMs : perMs * missedShare);
}

/** How many are inside about then. */
function insideAbout(at: number, { stays, garage, clock }: Telling): number {
  const { inside, lanes, settings } = garage;
  // Who has come in or left since must not matter, for they may come in another order; what comes late is judged by who is inside now.
  const isLately = clock - at <= 2 * settings.allowedLatenessMs + settings.passageGapMs;
  const most = isLately ? lanes.readsSince(at + 1) : 0;
  if (stepOf(inside.size - most) === stepOf(inside.size + most)) return 2 ** stepOf(inside.size);
  const readSince = new Set<number>();
  lanes.between(at + 1, Infinity, (_at, slot) => readSince.add(slot));
  return 2 ** stepOf(insideCountThen(at, readSince, stays, garage));
}

/** In powers of two: the likelihood of a missed entry changes seldom. */
function stepOf(insideCount: number): number {
  return Math.round(Math.log2(Math.max(insideCount, FEWEST_INSIDE)));
}

/** A garage is never as empty as it looks: others came in unread. */
const FEWEST_INSIDE = 10;

function isSameGiven(before: ExitDecision | null, { given }: WeighedDecision): boolean {
  const known = before?.given ?? null;
  return known === null || given === null ? known === given : known.plate === given.plate && known.country === given.country;
}
