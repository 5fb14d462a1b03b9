import type { Table } from '../../engine/state.ts';
import type { Visit } from '../../records/records.ts';
import { haveSamePlates, isSameReading, type PlateEvidence } from '../matching/evidence.ts';
import { isUndecided } from '../stays/undecided.ts';
import {
  comparePassages, firstRead, isRearOnly, isRuledTogether, lastRead, type Passage, type PlateKey,
} from '../passages/passages.ts';
import { firstOwnRead, lastOwnRead } from '../passages/trailers.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { mayHaveComeIn } from '../state/presence.ts';
import { mayEntryBeNear } from '../state/stay-entry.ts';
import { addMissing } from '../lists/same-list.ts';
import type { Stay } from '../state/stay.ts';
import { pairStatus, RULES_VERSION, shareOfOneStay } from '../stays/emission.ts';
import { asLookAlike, lookAlikesOf, mostOf } from './look-alikes.ts';
import { likelierTwo } from './own-stays.ts';
import { pairConfidence } from './pair-confidence.ts';
import { mayHoldAnother, unlikenessAmong, unlikenessOf, type LookAlikes, type Pair } from './pair-signs.ts';

/**
 * How sure a visit is depends on who else was inside when its vehicle left. That is told at once, by what is known; and again
 * where another stay turns out to be other than was known then. So in whatever order reads come, the figure is the same.
 */

/** What the state held of a stay, and what it holds now; undefined: nothing. */
export interface StayChange {
  readonly before: Stay | undefined;
  readonly after: Stay | undefined;
}

/** What rejudging needs to know of the moment. */
interface Judging {
  readonly stays: Table<Stay>;
  readonly garage: GarageIndex;
  readonly sink: { visit(visit: Visit): void };
}

/** Tells visits anew whose `matchConfidence` is another by what has changed. */
export function rejudge(changes: readonly StayChange[], judging: Judging): void {
  const touched: number[] = [];
  for (const change of changes) {
    touchOthers(change, touched, judging);
    const { before, after } = change;
    // Of the same ends: else it was judged when it was told.
    if (before?.exit != null && after !== undefined && isReadOtherwise(before, after)) {
      const slot = judging.stays.slotOf(after.visitId);
      const isAsSure = changes.length === 1 && isExitReadOn(before, after) && !countsHowSurely(slot, before, after, judging);
      if (!isAsSure && !touched.includes(slot)) touched.push(slot);
    }
  }
  // In an order that a restart does not change.
  const exitOf = (slot: number): Passage => judging.stays.at(slot)!.exit!;
  if (touched.length > 1) touched.sort((one, other) => comparePassages(exitOf(one), exitOf(other)));
  for (const slot of touched) rejudgeSlot(slot, changes, judging);
}

/** Further reads of its exit are all of the one plate, only surer or less sure of it; and nothing else has changed. */
function isExitReadOn(before: Stay, after: Stay): boolean {
  const exit = before.exit!;
  const grown = after.exit!;
  return before.visit === after.visit && before.entry === after.entry && exit.decision === grown.decision &&
    exit.direction === grown.direction && firstRead(exit) === firstRead(grown) && exit.evidence.plate === grown.evidence.plate &&
    grown.reads.every(({ plate }) => plate === grown.evidence.plate);
}

/** Whether that makes its visit more or less sure: of its signs (`signsOf`) those alone that are of others inside by plates near its own. */
export function countsHowSurely(slot: number, before: Stay, after: Stay, { stays, garage }: Pick<Judging, 'stays' | 'garage'>): boolean {
  const [entry, exit, grown] = [after.entry!, before.exit!, after.exit!];
  const plate = garage.plateOf(after.country, after.plate);
  const enteredAt = lastRead(entry).at;
  const is = lookAlikesOf(slot, plate, enteredAt, grown, stays, garage);
  if (!is.areInside && haveSamePlates(exit.evidence, grown.evidence)) return false;
  const was = lookAlikesOf(slot, plate, enteredAt, exit, stays, garage);
  if (was.areInside !== is.areInside || was.cameLater !== is.cameLater) return true;
  return is.areInside && unlikenessOf(entry, exit) !== unlikenessOf(entry, grown);
}

/** The pair that a stay of two passages is. @param lookAlikes null: by what is known now */
export function pairOf(
  stay: Stay, slot: number, lengthMs: number, stays: Table<Stay>, garage: GarageIndex, lookAlikes: LookAlikes | null = null,
): Pair {
  const { lastHereAt, turnedId } = stay;
  const entry = stay.entry!;
  const exit = stay.exit!;
  const leftBy = firstOwnRead(exit);
  const ownPlate = garage.plateOf(stay.country, stay.plate);
  const alike = lookAlikes ?? lookAlikesOf(slot, ownPlate, lastRead(entry).at, exit, stays, garage);
  const enteredBy = lastOwnRead(entry);
  return {
    entry, exit, enteredBy, leftBy, isByOneLane: enteredBy.laneId === leftBy.laneId,
    isOfOnePlate: entry.evidence.plate === exit.evidence.plate, lengthMs, lastHereAt, isSecondTry: turnedId !== null,
    lookAlikes: alike, unlikeness: unlikenessAmong(alike, entry, exit),
    likelierTwo: likelierTwo(ownPlate, leftBy.at - lengthMs, lengthMs, stays, garage),
    holdsAnother: mayHoldAnother(entry) || mayHoldAnother(exit),
  };
}

/**
 * False: whoever has left so far was told without a vehicle that was seen last at its entry then (ms UTC), and would be with it: it counts
 * as inside only for those that leave the allowed lateness after that.
 */
export function mayHaveCounted(enteredAt: number, { latestExitAt, settings: { allowedLatenessMs } }: GarageIndex): boolean {
  return enteredAt + allowedLatenessMs <= latestExitAt;
}

/**
 * False: none of those who have left since a stay was ended was told by whether its vehicle was inside then, for it looks like none of them.
 * @param slot of the stay @param evidence of its exit @param endedAt its first read, ms UTC
 */
export function mayHaveStoodBy(
  slot: number, evidence: PlateEvidence, endedAt: number, { stays, garage }: Pick<Judging, 'stays' | 'garage'>,
): boolean {
  // So long before not all are found by that evidence.
  if (endedAt < garage.latestExitAt - garage.settings.allowedLatenessMs) return true;
  for (const other of garage.endedSince(endedAt, evidence)) {
    if (other !== slot && mayEntryBeNear(stays, slot, stays.at(other)!.exit!.evidence)) return true;
  }
  return false;
}

function touchOthers({ before, after }: StayChange, touched: number[], { stays, garage }: Judging): void {
  const { settings } = garage;
  const since = differsSince(before, after, settings.allowedLatenessMs);
  if (since > garage.latestExitAt) return;
  const [wasIn, isIn] = [before?.entry ?? null, after?.entry ?? null];
  const slots = wasIn === null ? [] : garage.endedSince(since, wasIn.evidence);
  // Mostly it came in by the same plate: then the same ended since.
  const isAsSought = wasIn !== null && isIn !== null && haveSamePlates(wasIn.evidence, isIn.evidence);
  if (isIn !== null && !isAsSought) addMissing(garage.endedSince(since, isIn.evidence), slots);
  for (const slot of slots) {
    const { visitId, country, plate, entry, exit } = stays.at(slot)!;
    if (entry === null || exit === null || visitId === (after ?? before)!.visitId || touched.includes(slot)) continue;
    const other = { country, plate, entry, exit };
    if (asLookAlike(before, other, settings) !== asLookAlike(after, other, settings)) touched.push(slot);
  }
}

/** Exits read before that time (ms UTC) find the same of the stay as they did. */
function differsSince(before: Stay | undefined, after: Stay | undefined, latenessMs: number): number {
  const was = cameIn(before);
  const is = cameIn(after);
  if (was === null && is === null) return Infinity;
  if (was === null || is === null || !isSeenAlike(was, is) || before!.why !== after!.why || areApart(before!, after!)) {
    return Math.min(was === null ? Infinity : lastRead(was).at, is === null ? Infinity : lastRead(is).at) + latenessMs;
  }
  const goneBefore = was.ruling?.goneAt ?? Infinity;
  const goneAt = is.ruling?.goneAt ?? Infinity;
  const left = leftAt(before!);
  const leaves = leftAt(after!);
  return Math.min(left === leaves ? Infinity : Math.min(left, leaves), goneBefore === goneAt ? Infinity : Math.min(goneBefore, goneAt));
}

function cameIn(stay: Stay | undefined): Passage | null {
  return stay !== undefined && mayHaveComeIn(stay) ? stay.entry : null;
}

function isSeenAlike(one: Passage, other: Passage): boolean {
  return one === other || (lastRead(one).at === lastRead(other).at && areEqual(one.evidence, other.evidence));
}

function leftAt({ exit }: Stay): number {
  return exit === null ? Infinity : firstRead(exit).at;
}

/** Other reads of its passages speak for or against its plate, or it stands under another. */
function isReadOtherwise(before: Stay, after: Stay): boolean {
  if (after.entry === null || after.exit === null || before.entry === null) return false;
  return areApart(before, after) || isOtherwise(before.exit!, after.exit) || isOtherwise(before.entry, after.entry);
}

function isOtherwise(before: Passage, after: Passage): boolean {
  return before !== after && (!areEqual(before.evidence, after.evidence) || mayHoldAnother(before) !== mayHoldAnother(after));
}

function areApart(one: PlateKey, other: PlateKey): boolean {
  return one.plate !== other.plate || one.country !== other.country;
}

function areEqual(one: PlateEvidence, other: PlateEvidence): boolean {
  return one.country === other.country && isSameReading(one, other);
}

function rejudgeSlot(slot: number, changes: readonly StayChange[], { stays, garage, sink }: Judging): void {
  const stay = stays.at(slot);
  if (stay === undefined || !isTold(stay)) return;
  const { visitId, garageId, entry, exit } = stay;
  const visit = stay.visit!;
  const lengthMs = visit.exitedAt! - visit.enteredAt!;
  const taught = garage.taughtAt(firstRead(exit!).at);
  const matchConfidence = pairConfidence(pairOf(stay, slot, lengthMs, stays, garage), taught);
  if (matchConfidence === visit.matchConfidence) return;
  const own = changes.find(({ after }) => after?.visitId === visitId);
  const before = own === undefined ? stay : own.before;
  // What the garage has taught since it was told is no reason to tell it anew.
  if (before?.visit?.revision === visit.revision) {
    const pairBefore = pairOf(before, slot, lengthMs, stays, garage, lookAlikesBefore(before, slot, changes, stays, garage));
    if (matchConfidence === pairConfidence(pairBefore, taught)) return;
  }
  const status = pairStatus(shareOfOneStay(exit!, lengthMs, taught), matchConfidence);
  const { revision, plate, country, entryReadId, exitReadId, firstSeenAt, enteredAt, exitedAt, flags } = visit;
  // In the order of all others that are told, whether it was at rest or not: so files of them are the same.
  const told: Visit = {
    visitId, revision: revision + 1, status, operatorId: garage.operatorId, garageId, plate, country,
    plateRead: !isRearOnly(entry!) || !isRearOnly(exit!), entryReadId, exitReadId, firstSeenAt, enteredAt, exitedAt, matchConfidence, flags,
    rulesVersion: RULES_VERSION,
  };
  stays.putAt(slot, { ...stay, visit: told });
  sink.visit(told);
}

/** Who else was inside when it left, before the changes. */
function lookAlikesBefore(
  stay: Stay, slot: number, changes: readonly StayChange[], stays: Table<Stay>, garage: GarageIndex,
): LookAlikes {
  const { country, plate } = stay;
  const [entry, exit] = [stay.entry!, stay.exit!];
  const changed = changes.flatMap(({ after }) => (after === undefined ? [] : [stays.slotOf(after.visitId)]));
  return changes.reduce(
    (most, { before }) => (before?.visitId === stay.visitId ? most
      : mostOf(most, asLookAlike(before, { country, plate, entry, exit }, garage.settings))),
    lookAlikesOf(slot, garage.plateOf(country, plate), lastRead(entry).at, exit, stays, garage, changed),
  );
}

/** A visit of these very passages was told, and by the rules alone. */
function isTold(stay: Stay): boolean {
  const { entry, exit, visit } = stay;
  if (entry === null || exit === null || visit === null || isUndecided(stay, visit) || isRuledTogether(exit, entry)) return false;
  if (visit.status !== 'closed' && visit.status !== 'review') return false;
  const enteredBy = lastOwnRead(entry);
  const leftBy = firstOwnRead(exit);
  return visit.entryReadId === enteredBy.readId && visit.exitReadId === leftBy.readId && visit.exitedAt === leftBy.at &&
    visit.enteredAt === Math.min(enteredBy.at, leftBy.at);
}
