import type { Table } from '../../engine/state.ts';
import type { CameraRead, Visit } from '../../records/records.ts';
import { lookAlikesOf } from '../confidence/look-alikes.ts';
import { likelierTwo } from '../confidence/own-stays.ts';
import { pairConfidence } from '../confidence/pair-confidence.ts';
import { mayBeSoonAgain, mayHoldAnother, unlikenessBy, type FoundLookAlikes, type LookAlikes } from '../confidence/pair-signs.ts';
import { isRivalled, mayBeRivalled } from '../pairing/pairing.ts';
import { isBeforeAnExit } from '../pairing/reopening.ts';
import { looksLikeNothing } from '../passages/ghosts.ts';
import {
  firstRead, isOwn, isRearOnly, isStraddling, lastRead, pendingDecision, type Passage,
} from '../passages/passages.ts';
import { trailerReads } from '../passages/trailers.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { insideBy } from '../state/judged-exits.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import { likenessToEntry } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import { decidedAt, leavesAt, openDueAt } from '../stays/due-at.ts';
import { LEAST_SURE } from '../stays/emission.ts';
import { noFlags } from '../stays/flags.ts';
import { DRIVE_THROUGH } from '../stays/drive-through.ts';
import { noIrregularities, shortStay, type StayNames } from '../stays/irregularities.ts';
import { visitIdOf } from '../stays/names.ts';
import { cameBack } from '../stays/timeline.ts';
import { readOpenRow, type OpenStay } from './plain-row.ts';
import { closedVisit, openVisit, type PlainSink } from './plain-telling.ts';
import { writeClosed, writeOpened, writtenIrregularity, writtenRow, writtenVisit } from './plain-writing.ts';

/**
 * The plain cases, nearly all of a garage's reads: a vehicle that is outside enters, one that is inside leaves,
 * nothing is in doubt about its live stays, and the read is the latest of its plate; later the stay leaves the state. What
 * the fold would say is known without folding. A shortcut for speed only: property tests hold it against the fold.
 */

/** What a passage plainly was: the vehicle came in, left, or left though it was not inside. */
export type PlainPassage = 'entry' | 'exit' | 'exit while outside';

/**
 * Takes in the passage if it plainly opens or closes a stay, or is of a vehicle that is not inside, and tells of it. One seen
 * from behind alone opens a stay that is held; an exit while outside waits for pairing.
 * @returns null: not plain, fold
 */
export function takePlainly(
  stays: Table<Stay>, garage: GarageIndex, clock: number, read: CameraRead, passage: Passage, sink: PlainSink,
): PlainPassage | null {
  if (isPeculiar(passage)) return null;
  const { isRear } = firstRead(passage);
  if (isRear && (passage.direction !== 'IN' || heldUntil(garage, passage) <= clock || !garage.awaitsFront(passage))) return null;
  const { plates } = garage;
  const plate = garage.plateOf(read.country, read.plate);
  if (!arePlain(stays, plate, garage)) return null;
  const endedAt = plate === NO_PLATE ? 0 : plates.endedAt(plate);
  const openSlot = plate === NO_PLATE ? NO_SLOT : plates.open(plate);
  if (read.capturedAt <= endedAt + PLAIN_FROM_MS) return null;
  if (passage.direction === 'IN') {
    if (openSlot !== NO_SLOT) return null;
    if (isRear) hold(stays, garage, passage, endedAt, visitIdOf(read));
    else if (!open(stays, garage, plate, read, passage, endedAt, sink)) return null;
    return 'entry';
  }
  if (passage.direction !== 'OUT') return null;
  if (openSlot === NO_SLOT) {
    return leavesUnseen(stays, plate, garage, clock, passage, visitIdOf(read)) ? 'exit while outside' : null;
  }
  const lengthMs = read.capturedAt - garage.lastSeenAt(openSlot);
  if (lengthMs <= 0 || !isPlainUpTo(lengthMs, read.capturedAt, garage)) return null;
  if (garage.contested.size > 0 && garage.contested.by(stays.keyAt(openSlot)).length > 0) return null;
  const mayBeOthers = mayBeRivalled(passage.evidence, openSlot, passage.evidence, read.capturedAt, stays, garage);
  if (mayBeOthers && isRivalled(passage.evidence, openSlot, passage, false, stays, garage)) {
    return leavesRivalled(stays, garage, clock, openSlot, passage) ? 'exit' : null;
  }
  const isShort = lengthMs < PLAIN_FROM_MS;
  if (closeAtRest(stays, garage, plate, openSlot, mayBeOthers, isShort, read, passage, sink)) return 'exit';
  if (!close(stays, garage, openSlot, isShort, passage, sink)) return null;
  plates.noteEnded(plate, openSlot, read.capturedAt);
  return 'exit';
}

/** @param isShort it has a flag, and is told of beside its visit @returns false: it is held yet, or not as plain */
function close(stays: Table<Stay>, garage: GarageIndex, slot: number, isShort: boolean, exit: Passage, sink: PlainSink): boolean {
  const open = stays.at(slot)!;
  if (open.visit === null) return false;
  const stay = closed(open, slot, stays, garage, exit, isShort ? shortFlags : noFlags);
  if (stay === null) return false;
  const short = isShort ? shortStay(namesOf(open.visitId, garage), lastRead(open.entry!), exit) : null;
  stays.putAt(slot, short === null ? stay : { ...stay, irregularities: [short, ...stay.irregularities] });
  sink.visit(stay.visit as Visit);
  if (short !== null) sink.irregularity(short);
  return true;
}

/**
 * Closes it with no more of the stay decoded than must be.
 * @param mayBeOthers the exit, by plates alone
 * @returns false: it is not at rest, or not as plain
 */
function closeAtRest(
  stays: Table<Stay>, garage: GarageIndex, plate: number, slot: number, mayBeOthers: boolean, isShort: boolean, read: CameraRead,
  exit: Passage, sink: PlainSink,
): boolean {
  const rested = stays.rowAt(slot);
  if (rested < 0) return false;
  const { rows } = stays;
  const leftBy = firstRead(exit);
  const entered = readOpenRow(rows, rested, leftBy);
  if (entered === null) return false;
  const lookAlikes = lookAlikesOf(slot, plate, entered.enteredBy.at, exit, stays, garage);
  const unlikeness = unlikenessOfEnds(lookAlikes, slot, stays, entered, exit);
  const matchConfidence = pairedSurely(plate, lookAlikes, unlikeness, stays, garage, entered, exit);
  if (matchConfidence < LEAST_SURE) return false;
  const dueAt = leavesAt(leftBy.at, garage.settings);
  if (!writeClosed(garage, read, leftBy, matchConfidence, isShort, dueAt)) return false;
  stays.putRowAt(slot, writtenRow);
  if (!mayBeOthers) noteJudged(slot, garage, entered, exit, lookAlikes, unlikeness);
  garage.leftPlainly(slot, entered.firstSeenAt, leftBy, dueAt);
  const { written } = sink;
  if (written !== undefined) {
    written.visit(writtenVisit);
    if (isShort) written.irregularity(writtenIrregularity);
  } else {
    const visitId = stays.keyAt(slot);
    sink.visit(closedVisit(garage, visitId, leftBy, entered, exit, matchConfidence, isShort ? shortFlags : noFlags));
    if (isShort) sink.irregularity(shortStay(namesOf(visitId, garage), entered.enteredBy, exit));
  }
  return true;
}

const shortFlags: readonly string[] = [DRIVE_THROUGH];

function namesOf(visitId: string, { garageId, operatorId }: GarageIndex): StayNames {
  return { visitId, garageId, operatorId, followsId: null };
}

/**
 * An exit while outside, that takes no other meaning from what was last seen of the plate, nor gives it another.
 * @returns false: it does
 */
function leavesUnseen(
  stays: Table<Stay>, ofPlate: number, garage: GarageIndex, clock: number, exit: Passage, visitId: string,
): boolean {
  if (ofPlate !== NO_PLATE) {
    const endedLast = garage.plates.endedLast(ofPlate);
    const before = endedLast === NO_SLOT ? undefined : stays.at(endedLast)!;
    // After another exit while outside, one of the two may be an entry.
    if (before === undefined || before.entry === null || before.exit!.direction !== 'OUT') return false;
  }
  const dueAt = decidedAt(exit, garage.settings);
  if (dueAt <= clock) return false;
  const { country, plate } = exit.evidence;
  const stay: Stay = {
    visitId, garageId: garage.garageId, country, plate, entry: null, exit, why: null, turnedId: null, followsId: null, lastHereAt: null,
    visit: null, irregularities: noIrregularities, dueAt,
  };
  stays.put(visitId, stay);
  return true;
}

/**
 * An exit that vehicles of near-identical plates may have made as well: pairing decides on it when all has come in that was read until then.
 * @returns false: not as plain
 */
function leavesRivalled(stays: Table<Stay>, garage: GarageIndex, clock: number, slot: number, exit: Passage): boolean {
  const dueAt = decidedAt(exit, garage.settings);
  // Others were read since, which it may make doubtful.
  if (dueAt <= clock || isBeforeAnExit(exit, garage)) return false;
  const open = stays.at(slot)!;
  if (open.visit === null) return false;
  stays.putAt(slot, { ...open, exit: { ...exit, decision: pendingDecision(exit.evidence) }, dueAt });
  return true;
}

/** In and out within less has a flag of its own, or the two passages are one. */
export const PLAIN_FROM_MS = 5 * 60_000;

/** Shorter than any with a doubt, and with a flag for being long. @param leftAt ms UTC */
function isPlainUpTo(lengthMs: number, leftAt: number, garage: GarageIndex): boolean {
  const { forgetAfterMs, overstayAfterMs } = garage.settings;
  return lengthMs < Math.min(forgetAfterMs, overstayAfterMs, garage.stayTimesAt(leftAt).doubtfulFromMs);
}

/** Nor with a flag for being short. */
export function isPlainLength(lengthMs: number, leftAt: number, garage: GarageIndex): boolean {
  return lengthMs >= PLAIN_FROM_MS && isPlainUpTo(lengthMs, leftAt, garage);
}

/** Nothing is in doubt about the plate's live stays, or odd about the one that has not ended; what they come to is summed. */
export function arePlain(stays: Table<Stay>, plate: number, garage: GarageIndex): boolean {
  if (plate === NO_PLATE) return true;
  const { plates } = garage;
  if (!plates.isSummed(plate)) summarise(stays, plate, garage);
  return plates.arePlain(plate);
}

function summarise(stays: Table<Stay>, plate: number, garage: GarageIndex): void {
  const { plates } = garage;
  let open = NO_SLOT;
  let endedAt = 0;
  let endedLast = NO_SLOT;
  for (let slot = plates.firstSlot(plate); slot !== NO_SLOT; slot = plates.nextSlot(slot)) {
    if (!garage.isOver(slot)) {
      const stay = stays.at(slot)!;
      if (open !== NO_SLOT || !(isPlainlyOpen(stay) || isPlainlyHeld(stay))) {
        return plates.sum(plate, false, NO_SLOT, 0, NO_SLOT);
      }
      open = slot;
    } else {
      const at = garage.lastSeenAt(slot);
      if (at >= endedAt) endedLast = at === endedAt ? NO_SLOT : slot;
      endedAt = Math.max(endedAt, at);
    }
  }
  plates.sum(plate, true, open, endedAt, endedLast);
}

/** A passage that gets a flag whatever stay it makes. */
function isPeculiar(passage: Passage): boolean {
  const { word, laneDirection } = firstRead(passage);
  return looksLikeNothing(passage) ||
    (word !== laneDirection && word !== 'UNKNOWN' && laneDirection !== 'UNKNOWN');
}

/** Open, and nothing odd about it, or nothing any more: such as a trailer's plate that was the vehicle's own, read otherwise. */
export function isPlainlyOpen({ entry, exit, why, turnedId, visit, irregularities, followsId }: Stay): boolean {
  return (
    exit === null && why === null && turnedId === null && followsId === null && areWithdrawn(irregularities) &&
    entry?.direction === 'IN' && entry.ruling === null && visit?.status === 'open' && visit.flags.length === 0
  );
}

/** Came in as far as its rear was seen, and nothing else odd about it: not told yet, for a camera may yet see its front. */
function isPlainlyHeld({ entry, exit, why, turnedId, visit, irregularities, followsId }: Stay): boolean {
  return (
    visit === null && exit === null && why === null && turnedId === null && followsId === null && irregularities.length === 0 &&
    entry?.direction === 'IN' && entry.ruling === null && entry.decision === null && isRearOnly(entry)
  );
}

/** Garage clock up to which is held what is in doubt of the passage. */
export function heldUntil({ settings }: GarageIndex, passage: Passage): number {
  return firstRead(passage).at + settings.allowedLatenessMs;
}

/** None stands, and a plain exit finds none of them anew. */
function areWithdrawn(irregularities: Stay['irregularities']): boolean {
  for (const { type, status } of irregularities) if (status !== 'withdrawn' || type === DRIVE_THROUGH) return false;
  return true;
}

/** Closed, and nothing odd about its exit: what else is told of it, of its entry or of its length, no further read of that changes. */
export function isPlainlyClosed({ entry, exit, visit }: Stay): boolean {
  return (
    exit?.direction === 'OUT' && exit.decision === null && entry?.direction === 'IN' && visit?.status === 'closed' &&
    isOwn(entry.evidence, exit) && !isRearOnly(exit) && !isStraddling(exit) && trailerReads(exit).length === 0
  );
}

/** Closed, and nothing told of it but that. */
export function isNothingElseTold({ visit, irregularities }: Stay): boolean {
  return visit!.flags.length === 0 && areWithdrawn(irregularities);
}

/** Opens a stay that is not told yet. */
function hold(stays: Table<Stay>, garage: GarageIndex, entry: Passage, endedAt: number, visitId: string): void {
  const { country, plate } = entry.evidence;
  const slot = stays.put(visitId, {
    visitId, garageId: garage.garageId, country, plate, entry, exit: null, why: null, turnedId: null, followsId: null,
    lastHereAt: hereBefore(firstRead(entry).at, endedAt, garage), visit: null, irregularities: noIrregularities,
    dueAt: heldUntil(garage, entry),
  });
  garage.plates.noteOpen(garage.plates.plateOf(slot), slot);
}

/**
 * Opens a stay, at rest from the start: most are looked at next when they end.
 * @param plate its number, NO_PLATE: it has no live stay yet
 * @returns false: not as plain
 */
function open(
  stays: Table<Stay>, garage: GarageIndex, plate: number, read: CameraRead, entry: Passage, endedAt: number, sink: PlainSink,
): boolean {
  const enteredBy = firstRead(entry);
  const dueAt = openDueAt(entry, garage.settings, false);
  if (!writeOpened(garage, read, enteredBy, hereBefore(enteredBy.at, endedAt, garage), dueAt)) return false;
  const slot = stays.putRow(writtenRow);
  garage.enteredPlainly(slot, plate, enteredBy, dueAt);
  if (sink.written !== undefined) sink.written.visit(writtenVisit);
  else sink.visit(openVisit(garage, stays.keyAt(slot), 1, enteredBy, enteredBy.at, enteredBy));
  return true;
}

/** @param enteredAt first read of the entry @param endedAt latest read of the plate's stays that ended, ms UTC; 0: none */
export function hereBefore(enteredAt: number, endedAt: number, { settings }: GarageIndex): number | null {
  return cameBack(enteredAt, endedAt, settings) ? endedAt : null;
}

/**
 * @param stay that the exit ends, or has ended: the visit's next revision says when. No irregularity of it stands
 * @returns null: the pair is likelier wrong than right, which is not plain
 */
export function closed(stay: Stay, slot: number, stays: Table<Stay>, garage: GarageIndex, exit: Passage, flags = noFlags): Stay | null {
  const { visitId, garageId, country, plate, lastHereAt } = stay;
  const entry = stay.entry!;
  const { revision, firstSeenAt } = stay.visit!;
  const enteredBy = lastRead(entry);
  const open = {
    direction: entry.direction, plate: entry.evidence.plate, entryHoldsAnother: mayHoldAnother(entry), enteredBy,
    isByLane: (laneId: string) => enteredBy.laneId === laneId, lastHereAt, revision, firstSeenAt,
  };
  const ownPlate = garage.plates.plateOf(slot);
  const lookAlikes = lookAlikesOf(slot, ownPlate, enteredBy.at, exit, stays, garage);
  const unlikeness = unlikenessOfEnds(lookAlikes, slot, stays, open, exit);
  const matchConfidence = pairedSurely(ownPlate, lookAlikes, unlikeness, stays, garage, open, exit);
  if (matchConfidence < LEAST_SURE) return null;
  const visit = closedVisit(garage, visitId, stay, open, exit, matchConfidence, flags);
  return {
    visitId, garageId, country, plate, entry, exit, why: null, turnedId: null, followsId: null, lastHereAt, visit,
    irregularities: stay.irregularities, dueAt: leavesAt(lastRead(exit).at, garage.settings),
  };
}

/** Null: no look-alike was inside. */
function unlikenessOfEnds(
  { areInside }: LookAlikes, slot: number, stays: Table<Stay>, open: OpenStay, exit: Passage,
): number | null {
  if (!areInside) return null;
  return open.plate === exit.evidence.plate ? unlikenessBy(likenessToEntry(stays, slot, exit.evidence, true)) : 0;
}

/** Notes for further reads of the exit what was found of those who were inside. */
function noteJudged(
  slot: number, garage: GarageIndex, open: OpenStay, exit: Passage, lookAlikes: FoundLookAlikes, unlikeness: number | null,
): void {
  if (lookAlikes.cameLater || open.plate !== exit.evidence.plate) return;
  garage.judged.note(slot, firstRead(exit).at, insideBy(lookAlikes), unlikeness ?? 0);
}

/** How sure it is that the exit ends the stay, 0 to 1: under `LEAST_SURE` it is not plain. */
function pairedSurely(
  ownPlate: number, lookAlikes: LookAlikes, unlikeness: number | null, stays: Table<Stay>, garage: GarageIndex, open: OpenStay,
  exit: Passage,
): number {
  const { enteredBy } = open;
  const leftBy = firstRead(exit);
  const lengthMs = leftBy.at - enteredBy.at;
  return pairConfidence({
    entry: open, exit, enteredBy, leftBy, isByOneLane: mayBeSoonAgain(enteredBy, lengthMs) && open.isByLane(leftBy.laneId),
    isOfOnePlate: open.plate === exit.evidence.plate, lengthMs, lastHereAt: open.lastHereAt, isSecondTry: false, lookAlikes, unlikeness,
    likelierTwo: likelierTwo(ownPlate, enteredBy.at, lengthMs, stays, garage),
    holdsAnother: open.entryHoldsAnother || mayHoldAnother(exit),
  }, garage.taughtAt(leftBy.at));
}
