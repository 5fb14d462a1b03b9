import type { Stay } from './state.ts';
import type { GarageIndex } from './garage-index.ts';
import { assignments, type Assigned } from './assignment-shares.ts';
import { sameVehicle } from './matching/same-vehicle.ts';
import { firstRead, isRuledApart, isSamePassage, lastRead, type ExitDecision, type Passage } from './passages.ts';
import { Timelines, type Telling } from './stays.ts';
import type { WeighedRival } from './weighing.ts';

/**
 * Whose exit a passage is whose own plate is not inside: the vehicle inside that is likeliest by plate, by how long it
 * has stayed and by what the other doubtful exits leave to it; or nobody's, then its entry was missed.
 *
 * Decided when the allowed lateness has passed, and again when what it rested on has changed: a rival left by an exit of
 * its own, a better exit of the same vehicle came, its entry came late.
 */

/** Less sure than this, an exit stays unpaired; and a passage without a direction is an entry, as it seems. */
const SURE_FROM = 0.75;
const SURE_UNDIRECTED_FROM = 0.99;
/** A stay that has less of the likelihood is no rival. */
const RIVAL_FROM = 0.02;
/** More exits and stays than these are not weighed together: the likeliest are. */
const MOST_EXITS = 6;
const MOST_RIVALS = 12;
/** A plate less like the exit's than this (nats) is not looked at. */
const LEAST_LIKENESS = 2;

/** Decides on the passage that the stay holds as its exit (or as an entry without a known direction), and tells. */
export function decideExit(stay: Stay, telling: Telling): void {
  const exits = exitsWith(stay, telling);
  const decisions = decide(exits, telling);
  const timelines = new Timelines(telling);
  exits.forEach(({ passage, stay: holder }, i) => {
    const decision = decisions[i]!;
    const holds = timelines.of(holder);
    if (i > 0 && isSameGiven(passage.decision, decision)) return;
    const { owners } = timelines.take(passage, holds);
    timelines.put({ passage: { ...passage, decision }, owners });
  });
  timelines.tell();
}

/**
 * Whose exit a passage is whose own plate is inside, but for so long that it may have left unread and come in again,
 * misread: then another stay's plate is like it, and that stay is of a usual length. Null: its own plate's.
 */
export function decideLongStay(passage: Passage, own: Stay, telling: Telling): ExitDecision | null {
  const { stays, garage } = telling;
  const { stayTimes } = garage;
  const { at } = firstRead(passage);
  const entry = own.entry!;
  const enteredAt = lastRead(entry).at;
  const leaves = (from: number): number => stayTimes.logRateOfLeaving(Math.max(0, at - from));
  let best: { readonly stay: Stay; readonly odds: number } | null = null;
  for (const visitId of garage.inside.near(passage.evidence)) {
    const stay = stays.get(visitId)!;
    if (visitId === own.visitId || stay.exit !== null || stay.why !== null) continue;
    const cameAt = lastRead(stay.entry!).at;
    if (firstRead(stay.entry!).at <= enteredAt || firstRead(stay.entry!).at >= at) continue;
    const isOne = sameVehicle(stay.entry!.evidence, entry.evidence);
    const odds = isOne + stayTimes.logOddsOfReturn(cameAt - enteredAt, vehiclesPerMs(garage)) + leaves(cameAt) - leaves(enteredAt);
    if (best === null || odds > best.odds) best = { stay, odds };
  }
  if (best === null || best.odds <= 0) return null;
  const { country, plate, visitId } = best.stay;
  const probability = 1 / (1 + Math.exp(-best.odds));
  const decision = { given: { country, plate }, probability, rivals: [visitId] };
  telling.sink.weighed?.({
    exit: passage, clock: telling.clock, missed: null, decision,
    rivals: [weighed(best.stay, passage, best.odds, probability), weighed(own, passage, 0, 1 - probability)],
  });
  return decision;
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
  /** Nats. */
  readonly score: number;
}

/** The exit, and the other doubtful ones that want the same stays. */
function exitsWith(stay: Stay, telling: Telling): DoubtfulExit[] {
  const { stays, garage } = telling;
  const exits: DoubtfulExit[] = [];
  const add = (holder: Stay): void => {
    const passage = holder.exit ?? holder.entry!;
    if (exits.length >= MOST_EXITS || exits.some((known) => isSamePassage(known.passage, passage))) return;
    exits.push({ passage, stay: holder, rivals: rivalsOf(passage, telling) });
  };
  add(stay);
  for (let i = 0; i < exits.length; i++) {
    for (const { stay: rival } of exits[i]!.rivals) {
      if (rival.exit !== null) add(rival);
      for (const visitId of garage.contestedBy(rival.visitId)) add(stays.get(visitId)!);
    }
  }
  return exits;
}

/** The stays that may have ended with the passage, likeliest first. */
function rivalsOf(passage: Passage, { stays, garage }: Telling): Rival[] {
  const { at } = firstRead(passage);
  const { forgetAfterMs } = garage.settings;
  const rivals: Rival[] = [];
  for (const visitId of garage.inside.near(passage.evidence)) {
    const stay = stays.get(visitId)!;
    const entry = stay.entry!;
    const lengthMs = at - lastRead(entry).at;
    if (firstRead(entry).at >= at || lengthMs >= forgetAfterMs || !wasInside(stay, at, stays, garage)) continue;
    if (isRuledApart(passage, entry)) continue;
    const likeness = sameVehicle(passage.evidence, entry.evidence);
    if (likeness < LEAST_LIKENESS) continue;
    rivals.push({ stay, score: likeness + garage.stayTimes.logRateOfLeaving(Math.max(0, lengthMs)) });
  }
  rivals.sort((a, b) => b.score - a.score || lastRead(b.stay.entry!).at - lastRead(a.stay.entry!).at);
  rivals.length = Math.min(rivals.length, MOST_RIVALS);
  return rivals;
}

/** False if the vehicle of the stay has come in anew before that time: it is the newer stay that may end. */
export function wasInside(stay: Stay, at: number, stays: Telling['stays'], garage: GarageIndex): boolean {
  const entered = firstRead(stay.entry!).at;
  for (const visitId of garage.staysOf(stay.country, stay.plate)!.visitIds) {
    if (visitId === stay.visitId) continue;
    const other = stays.get(visitId)!;
    if (other.why !== null) continue;
    const seen = firstRead((other.entry ?? other.exit)!).at;
    if (seen > entered && seen < at) return false;
  }
  return true;
}

/** One decision for each exit: the best assignment of all, and how much of the likelihood it has. */
function decide(exits: readonly DoubtfulExit[], { garage, sink, clock }: Telling): ExitDecision[] {
  const columns: Stay[] = [];
  for (const { rivals } of exits) for (const { stay } of rivals) if (!columns.includes(stay)) columns.push(stay);
  const scores = exits.map(({ rivals }) =>
    columns.map((stay) => rivals.find((rival) => rival.stay === stay)?.score ?? -Infinity));
  const missed = exits.map(({ passage }) => logRateOfMissed(passage, garage));
  return assignments(scores, missed).map((assigned, i) => {
    const { passage } = exits[i]!;
    const decision = decisionOn(passage, columns, assigned);
    const { shares, missedShare } = assigned;
    sink.weighed?.({
      exit: passage, clock, decision, missed: { score: missed[i]!, share: missedShare },
      rivals: exits[i]!.rivals.map(({ stay, score }) => weighed(stay, passage, score, shares[columns.indexOf(stay)]!)),
    });
    return decision;
  });
}

function decisionOn(
  { direction, evidence }: Passage, columns: readonly Stay[], { column, shares, missedShare }: Assigned,
): ExitDecision {
  const rivals = columns.flatMap(({ visitId }, j) => (shares[j]! >= RIVAL_FROM ? [visitId] : []));
  const sureFrom = direction === 'UNKNOWN' ? SURE_UNDIRECTED_FROM : SURE_FROM;
  if (column < 0 || shares[column]! < sureFrom) return { given: null, probability: missedShare, rivals };
  const { country, plate } = columns[column]!;
  // Its own plate's: it stands there by itself.
  if (plate === evidence.plate && country === evidence.country) return { given: null, probability: missedShare, rivals };
  return { given: { country, plate }, probability: shares[column]!, rivals };
}

function weighed({ visitId, country, plate, entry }: Stay, exit: Passage, score: number, share: number): WeighedRival {
  const lengthMs = Math.max(0, firstRead(exit).at - lastRead(entry!).at);
  return { visitId, country, plate, lengthMs, likeness: sameVehicle(exit.evidence, entry!.evidence), score, share };
}

/**
 * Logarithm of the rate (per ms) at which vehicles leave whose entry was missed; where nobody knows the direction, of
 * the rate at which vehicles come in.
 */
function logRateOfMissed({ direction }: Passage, garage: GarageIndex): number {
  const leaving = vehiclesPerMs(garage);
  return Math.log(direction === 'UNKNOWN' ? leaving : leaving * garage.stayTimes.missedShare);
}

/** How many vehicles leave, and as many come in. */
function vehiclesPerMs({ inside, stayTimes }: GarageIndex): number {
  // In powers of two: who has just come in or left must not matter, for they may come in another order.
  return 2 ** Math.round(Math.log2(Math.max(inside.size, FEWEST_INSIDE))) / stayTimes.meanMs;
}

/** A garage is never as empty as it looks: others came in unread. */
const FEWEST_INSIDE = 10;

function isSameGiven(before: ExitDecision | null, { given }: ExitDecision): boolean {
  const known = before?.given ?? null;
  return known === null || given === null ? known === given : known.plate === given.plate && known.country === given.country;
}
