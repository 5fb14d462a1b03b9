import type { Table } from '../../engine/state.ts';
import type { Visit } from '../../records/records.ts';
import { isDoubtfullyLong, isRivalled } from '../pairing/pairing.ts';
import { isUndecided, undecidedPassage } from '../stays/undecided.ts';
import type { Linked } from '../passages/linked-passages.ts';
import {
  firstRead, isDecided, isOwn, isRearOnly, isSamePassage, lastRead, type Passage, type PassageRead,
} from '../passages/passages.ts';
import { trailerReads } from '../passages/trailers.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_SLOT } from '../state/plate-stays.ts';
import type { Stay } from '../state/stay.ts';
import { leavesAt, openDueAt } from '../stays/due-at.ts';
import { lastSeenAt } from '../stays/timeline.ts';
import { FIRST_AT, LAST_AT } from './growth-parts.ts';
import {
  arePlain, closed, heldUntil, hereBefore, isNothingElseTold, isPlainLength, isPlainlyClosed, isPlainlyOpen, PLAIN_FROM_MS,
} from './plain-stays.ts';
import { openVisit, type PlainSink } from './plain-telling.ts';
import { grown, writeTold, writtenRow, writtenVisit } from './plain-writing.ts';

/**
 * The other plain cases: a vehicle is read again at the same lane, in the passage that is the latest of its plate, and
 * that is then still the same plate's. Only when it came in or left can change, and so when the stay is due; and one that
 * was seen from behind alone is told once its front is seen.
 */

/**
 * Takes in a further read of a stay's passage.
 * @param grown the passage with the read
 * @param read not older than the allowed lateness; other passages that it is linked to are as they were
 * @returns false: not plain, fold
 */
export function growPlainly(
  stays: Table<Stay>, garage: GarageIndex, clock: number, { slot, stay, passage }: Linked, grown: Passage, read: PassageRead,
  sink: { visit(visit: Visit): void },
): boolean {
  if (!isGrownAlike(passage, grown, read)) return false;
  if (isUndecided(stay, stay.visit)) return growUndecided(stays, garage, slot, stay, passage, grown);
  const { plates } = garage;
  const plate = plates.plateOf(slot);
  if (!arePlain(stays, plate, garage)) return false;
  const open = plates.open(plate);
  const endedAt = plates.endedAt(plate);
  if (stay.exit !== null) {
    if (open !== NO_SLOT || plates.endedLast(plate) !== slot || !isPlainlyClosed(stay) || !isSamePassage(passage, stay.exit)) return false;
    // More is known of its plate now, and of who is inside.
    if (isRivalled(stay, slot, grown, false, stays, garage)) return false;
    const after = exitGrown(stays, garage, slot, stay, grown);
    if (after === null) return false;
    putGrown(stays, garage, slot, after, passage, grown, read);
    plates.noteEnded(plate, slot, lastSeenAt(after));
    if (after.visit !== stay.visit) sink.visit(after.visit as Visit);
    return true;
  }
  if (open !== slot || endedAt + PLAIN_FROM_MS >= firstRead(grown).at) return false;
  const after = stay.visit === null ? heldGrown(garage, clock, stay, grown) : openGrown(garage, clock, stay, grown);
  if (after === null || isSooner(stay.lastHereAt !== null, firstRead(grown).at, endedAt, garage)) return false;
  putGrown(stays, garage, slot, after, passage, grown, read);
  plates.noteOpen(plate, slot);
  if (stay.visit === null && after.visit !== null) sink.visit(after.visit as Visit);
  return true;
}

/** Nearly always the read is the passage's last, and all else that is derived from the stay is as it was. */
function putGrown(
  stays: Table<Stay>, garage: GarageIndex, slot: number, after: Stay, passage: Passage, grown: Passage, read: PassageRead,
): void {
  const isAppended = lastRead(grown) === read && grown.reads.length === passage.reads.length + 1;
  if (!isAppended) return void stays.putAt(slot, after);
  stays.replaceAt(slot, after);
  garage.judged.forgetFrom(firstRead(grown).at);
  garage.grewPlainly(slot, after.exit === null ? passage.evidence : null, grown.evidence, read, after.dueAt);
}

/** The vehicle had come back sooner than was known, and soon enough to matter. */
export function isSooner(hadBeenHere: boolean, enteredAt: number, endedAt: number, garage: GarageIndex): boolean {
  return !hadBeenHere && hereBefore(enteredAt, endedAt, garage) !== null;
}

/** The passage with the read is the same plate's, and went the same way. */
function isGrownAlike(passage: Passage, grown: Passage, read: PassageRead): boolean {
  const { laneId, direction, ruling, evidence } = passage;
  return !isDecided(passage) && ruling === null && read.laneId === laneId && grown.laneId === laneId && grown.direction === direction &&
    grown.evidence.plate === evidence.plate && grown.evidence.country === evidence.country && trailerReads(grown).length === 0;
}

/** An exit that pairing has yet to look at, when the allowed lateness has passed: it only knows more of it then. */
function growUndecided(
  stays: Table<Stay>, garage: GarageIndex, slot: number, stay: Stay, passage: Passage, grown: Passage,
): boolean {
  const { entry, exit, country, plate } = stay;
  const isOfExit = exit !== null && undecidedPassage(stay, stay.visit) === exit && isSamePassage(passage, exit);
  if (!isOfExit || firstRead(grown) !== firstRead(passage)) return false;
  if (entry === null) {
    if (exit.decision !== null) return false;
  } else {
    const isLong = isDoubtfullyLong(entry, exit, garage);
    if (!isOwn(exit.decision!.given!, exit) || !isRivalled(stay, slot, grown, isLong, stays, garage)) return false;
  }
  for (const other of garage.slotsOf(country, plate)) {
    if (other !== slot && lastSeenAt(stays.at(other)!) >= firstRead(grown).at) return false;
  }
  stays.putAt(slot, { ...stay, exit: { ...grown, decision: exit.decision } });
  return true;
}

/** @returns null: it may not be as plain any more */
function exitGrown(stays: Table<Stay>, garage: GarageIndex, slot: number, stay: Stay, exit: Passage): Stay | null {
  const { at, readId } = firstRead(exit);
  if (at !== stay.visit!.exitedAt || readId !== stay.visit!.exitReadId) {
    const isPlain = isNothingElseTold(stay) && isPlainLength(at - lastRead(stay.entry!).at, at, garage);
    return isPlain ? closed(stay, slot, stays, garage, exit) : null;
  }
  const lastAt = Math.max(lastRead(stay.entry!).at, lastRead(exit).at);
  return { ...stay, exit, dueAt: leavesAt(lastAt, garage.settings) };
}

/** @returns null: what is new is to be told at once */
function openGrown({ settings }: GarageIndex, clock: number, stay: Stay, entry: Passage): Stay | null {
  // It lost to another the reads that made it what was told.
  if (stay.visit!.plate !== stay.plate || stay.visit!.country !== stay.country) return null;
  if (tellsEntry(stay, entry)) return { ...stay, entry, dueAt: openDueAt(entry, settings, false) };
  const dueAt = lastRead(entry).at + settings.allowedLatenessMs;
  return dueAt <= clock ? null : { ...stay, entry, dueAt };
}

/** Of a stay that is not told yet. @returns null: it is to be told as it is */
function heldGrown(garage: GarageIndex, clock: number, stay: Stay, entry: Passage): Stay | null {
  if (isRearOnly(entry)) {
    const dueAt = heldUntil(garage, entry);
    return dueAt <= clock ? null : { ...stay, entry, dueAt };
  }
  const visit = openVisit(garage, stay.visitId, 1, stay, firstRead(entry).at, lastRead(entry));
  return { ...stay, entry, visit, dueAt: openDueAt(entry, garage.settings, false) };
}

/**
 * Tells of an open stay whose entry passage only grew, now that the allowed lateness has passed.
 * @returns the new revision; null: not plain, fold
 */
export function tellGrowthPlainly(
  stays: Table<Stay>, garage: GarageIndex, clock: number, slot: number, stay: Stay,
): Visit | null {
  const { entry, visitId } = stay;
  if (!isPlainlyOpen(stay) || tellsEntry(stay, entry!)) return null;
  const { plates } = garage;
  const plate = plates.plateOf(slot);
  if (!arePlain(stays, plate, garage) || plates.open(plate) !== slot) return null;
  if (plates.endedAt(plate) >= firstRead(entry!).at) return null;
  const dueAt = openDueAt(entry!, garage.settings, false);
  if (clock >= dueAt) return null;
  const before = stay.visit!;
  const visit = openVisit(garage, visitId, before.revision + 1, stay, before.firstSeenAt, lastRead(entry!));
  const after: Stay = { ...stay, visit, dueAt };
  stays.putAt(slot, after);
  plates.noteOpen(plate, slot);
  return visit;
}

/**
 * The same of one at rest, with none of it decoded.
 * @returns false: not at rest, or not plain
 */
export function tellGrowthAtRest(stays: Table<Stay>, garage: GarageIndex, clock: number, slot: number, sink: PlainSink): boolean {
  const { plates, settings } = garage;
  const rested = stays.rowAt(slot);
  const plate = plates.plateOf(slot);
  if (rested < 0 || garage.leftAt(slot) !== 0 || !arePlain(stays, plate, garage) || plates.open(plate) !== slot) return false;
  const dueAfterMs = openDueAt(enteredAtZero, settings, false);
  if (!writeTold(stays.rows, rested, garage, dueAfterMs)) return false;
  const dueAt = grown[LAST_AT]! + dueAfterMs;
  if (plates.endedAt(plate) >= grown[FIRST_AT]! || clock >= dueAt) return false;
  stays.putRowAt(slot, writtenRow);
  garage.dueAnew(slot, dueAt);
  if (sink.written !== undefined) {
    sink.written.visit(writtenVisit);
  } else {
    const { visitId, visit, entry, country, plate: name } = stays.at(slot)!;
    sink.visit(openVisit(garage, visitId, visit!.revision, { country, plate: name }, visit!.firstSeenAt, lastRead(entry!)));
  }
  return true;
}

const enteredAtZero = { reads: [{ at: 0 }], ruling: null };

/** Whether the visit as it was told last has the entry that the passage says. */
function tellsEntry({ visit }: Stay, entry: Passage): boolean {
  const { at, readId } = lastRead(entry);
  return visit!.enteredAt === at && visit!.entryReadId === readId;
}
