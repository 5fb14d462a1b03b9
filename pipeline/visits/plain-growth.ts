import type { Table } from '../engine/state.ts';
import type { Visit } from '../records/records.ts';
import { leavesAt, openDueAt } from './emission.ts';
import type { GarageIndex } from './garage-index.ts';
import {
  compareReads, firstRead, grownPassage, isRearOnly, isSamePassage, lastRead, type Passage, type PassageRead,
} from './passages.ts';
import { heldUntil, isPlainlyOpen, noteEnded, noteOpen, openVisit, PLAIN_FROM_MS, summaryOf } from './plain-stays.ts';
import type { Stay } from './state.ts';

/**
 * The other plain cases: a vehicle is read again, by the same camera or another of the lane, as it was before, in the
 * passage that is the latest of its plate. Only when that ended can change, and so when the stay is due; and one that was
 * seen from behind alone is told once its front is seen.
 */

/**
 * Takes in a further read of a stay's passage.
 * @param read not older than the allowed lateness, and linked to that passage alone
 * @returns false: not plain, fold
 */
export function growPlainly(
  stays: Table<Stay>, garage: GarageIndex, clock: number, stay: Stay, passage: Passage, read: PassageRead,
  sink: { visit(visit: Visit): void },
): boolean {
  if (!isAsBefore(passage, read)) return false;
  const ofPlate = garage.staysOf(stay.country, stay.plate)!;
  const { arePlain, open, endedAt, endedLast } = summaryOf(stays, ofPlate);
  if (!arePlain) return false;
  const grown = grownPassage(passage, read);
  if (grown.direction !== passage.direction) return false;
  const isFirst = compareReads(read, firstRead(passage)) < 0;
  if (stay.exit !== null) {
    // Its exit would be another.
    if (isFirst) return false;
    if (open !== null || endedLast !== stay.visitId || !isSamePassage(passage, stay.exit)) return false;
    const lastAt = Math.max(lastRead(stay.entry!).at, lastRead(grown).at);
    stays.put(stay.visitId, { ...stay, exit: grown, dueAt: leavesAt(lastAt, garage.settings) });
    noteEnded(ofPlate, stay.visitId, lastAt);
    return true;
  }
  if (open?.visitId !== stay.visitId || endedAt + PLAIN_FROM_MS >= firstRead(grown).at) return false;
  const after = stay.visit === null ? heldGrown(garage, clock, stay, grown) : openGrown(garage, clock, stay, grown);
  if (after === null) return false;
  stays.put(stay.visitId, after);
  noteOpen(ofPlate, after);
  if (stay.visit === null && after.visit !== null) sink.visit(after.visit as Visit);
  return true;
}

/** @returns null: what is new is to be told at once */
function openGrown({ settings }: GarageIndex, clock: number, stay: Stay, entry: Passage): Stay | null {
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
export function tellGrowthPlainly(stays: Table<Stay>, garage: GarageIndex, clock: number, stay: Stay): Visit | null {
  const { entry, country, plate, visitId } = stay;
  if (!isPlainlyOpen(stay) || tellsEntry(stay, entry!)) return null;
  const ofPlate = garage.staysOf(country, plate)!;
  const { arePlain, open, endedAt } = summaryOf(stays, ofPlate);
  if (!arePlain || open?.visitId !== visitId || endedAt >= firstRead(entry!).at) return null;
  const dueAt = openDueAt(entry!, garage.settings, false);
  if (clock >= dueAt) return null;
  const before = stay.visit!;
  const visit = openVisit(garage, visitId, before.revision + 1, stay, before.firstSeenAt, lastRead(entry!));
  const after: Stay = { ...stay, visit, dueAt };
  stays.put(visitId, after);
  noteOpen(ofPlate, after);
  return visit;
}

/** Read at the same lane, as the same plate. */
function isAsBefore({ reads, laneId, decision, ruling }: Passage, read: PassageRead): boolean {
  if (decision !== null || ruling !== null || read.laneId !== laneId) return false;
  for (const { plate, country } of reads) if (plate !== read.plate || country !== read.country) return false;
  return true;
}

/** Whether the visit as it was told last has the entry that the passage says. */
function tellsEntry({ visit }: Stay, entry: Passage): boolean {
  const { at, readId } = lastRead(entry);
  return visit!.enteredAt === at && visit!.entryReadId === readId;
}
