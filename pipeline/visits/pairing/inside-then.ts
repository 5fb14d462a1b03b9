import type { Table } from '../../engine/state.ts';
import { sortShort } from '../lists/short-sort.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { isTwin } from '../matching/twins.ts';
import {
  comparePassages, firstRead, isRuledApart, lastRead, type Passage, type PlateKey,
} from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import { insideEvidence, mayHaveComeIn } from '../state/presence.ts';
import type { Stay } from '../state/stay.ts';

/** Who was inside when an exit was read, whatever has come in since: what was read later may come in before it. */

/**
 * Stays whose plate is near the exit's and that may have ended with it, in an order that a restart does not change.
 * @param until what was read from then on (ms UTC) counts as not read yet; null: what was read after the exit
 */
export function insideThen(exit: Passage, until: number | null, stays: Table<Stay>, garage: GarageIndex): Stay[] {
  const found: Stay[] = [];
  addEnding(garage.inside.nearInAnyOrder(exit.evidence), exit, found, stays, garage);
  // They are put in order when few are left of them.
  sortShort(found, (one, other) => (one.visitId < other.visitId ? -1 : 1));
  addEnding(leftSince(exit, until, stays, garage), exit, found, stays, garage);
  return found;
}

/** Slots of all whose plate is near the exit's, in no order: for who has a quicker way than `addEnding` to tell that none matters. */
export function nearThen(exit: Passage, stays: Table<Stay>, garage: GarageIndex): number[] {
  return [...garage.inside.nearInAnyOrder(exit.evidence), ...leftSince(exit, null, stays, garage)];
}

/** No more than so many are inside then, after the exit was read. */
export function mostInsideThen(exit: Passage, garage: GarageIndex): number {
  return garage.inside.nearInAnyOrder(exit.evidence).length + garage.leftSince(firstRead(exit).at, exit.evidence).length;
}

/**
 * The same of those now inside that may be twins of the exit's plate, some twice, instead of all near it: mostly none is found.
 * @param but one that is left out
 */
export function twinsInsideThen(exit: Passage, but: number, stays: Table<Stay>, garage: GarageIndex): Stay[] {
  const found: Stay[] = [];
  addEnding(garage.inside.twins(exit.evidence, but), exit, found, stays, garage);
  addEnding(leftSince(exit, null, stays, garage), exit, found, stays, garage);
  return found;
}

/** Adds those of the slots' stays, which have entries, that may have ended with the exit. */
export function addEnding(slots: readonly number[], exit: Passage, found: Stay[], stays: Table<Stay>, garage: GarageIndex): void {
  const { at } = firstRead(exit);
  const { plates } = garage;
  // A sign that is read as a plate all day has hundreds of stays: which of them was the newest then is asked once.
  let [plate, newest] = [NO_PLATE, -Infinity];
  for (const slot of slots) {
    const stay = stays.at(slot)!;
    if (!isInTime(stay.entry!, exit, garage)) continue;
    const entered = firstRead(stay.entry!).at;
    const ofPlate = plates.plateOf(slot);
    if (ofPlate === plate && entered < newest) continue;
    const since = comeAnewBy(stay, ofPlate, at, stays, garage);
    if (since === -Infinity) found.push(stay);
    else [plate, newest] = [ofPlate, since];
  }
}

/** Slots of those that plainly left after the exit, or from `until` on, by a plate near the exit's. */
function leftSince(exit: Passage, until: number | null, stays: Table<Stay>, garage: GarageIndex): number[] {
  const found: number[] = [];
  const since = until ?? firstRead(exit).at;
  for (const slot of garage.leftSince(since, exit.evidence)) {
    const stay = stays.at(slot)!;
    if (stay.entry === null || stay.why !== null || !isSettled(stay.exit)) continue;
    if (until !== null || comparePassages(stay.exit!, exit) > 0) found.push(slot);
  }
  return found;
}

/**
 * Whether a twin (`matching/twins.ts`) has left since the exit, by what has come in. Reads mostly come in order: none, or only its own stay.
 * @param evidence of the exit @param at its first read, ms UTC
 * @param own the plate of the stay that it ends @param ownSlot of that stay, if it stands there under that plate; NO_SLOT: it may not
 */
export function hasTwinLeftSince(
  evidence: PlateEvidence, at: number, own: PlateKey, ownSlot: number, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  const left = garage.leftSince(at, evidence);
  if (left.length === 0) return false;
  const { plates } = garage;
  const ownPlate = garage.plateOf(own.country, own.plate);
  for (let i = 0; i < left.length; i++) {
    const slot = left[i]!;
    if (slot === ownSlot || plates.plateOf(slot) === ownPlate) continue;
    const { entry } = stays.at(slot)!;
    if (entry !== null && isTwin(evidence.plate, entry.evidence)) return true;
  }
  return false;
}

/** How many were inside at a time, ms UTC: of those that were read since, by when they came in and left. @param readSince their slots */
export function insideCountThen(at: number, readSince: ReadonlySet<number>, stays: Table<Stay>, { inside }: GarageIndex): number {
  let count = inside.size;
  for (const slot of readSince) {
    const stay = stays.at(slot)!;
    const { entry, exit } = stay;
    const wasInside = mayHaveComeIn(stay) && firstRead(entry!).at <= at && (exit === null || firstRead(exit).at > at);
    count += Number(wasInside) - Number(insideEvidence(stay) !== null);
  }
  return count;
}

/** It ended the stay of its own plate, and nobody doubted that: who left by it is no candidate any more. */
function isSettled(exit: Passage | null): boolean {
  return exit !== null && (exit.decision?.given == null || exit.ruling?.pairedWith != null);
}

function isInTime(entry: Passage, exit: Passage, { settings }: GarageIndex): boolean {
  return comparePassages(entry, exit) < 0 && firstRead(exit).at - lastRead(entry).at < settings.forgetAfterMs && !isRuledApart(exit, entry);
}

/**
 * False if the vehicle of the stay has come in anew before that time: it is the newer stay that may end.
 * @param plate the number of the one that it stands under
 */
export function wasInside(stay: Stay, plate: number, at: number, stays: Table<Stay>, garage: GarageIndex): boolean {
  return comeAnewBy(stay, plate, at, stays, garage) === -Infinity;
}

/** When the vehicle of the stay was last seen to come in anew before that time, ms UTC; -Infinity: it was not. */
function comeAnewBy(stay: Stay, plate: number, at: number, stays: Table<Stay>, garage: GarageIndex): number {
  const entered = firstRead(stay.entry!).at;
  const { plates } = garage;
  let newest = entered;
  for (let slot = plates.firstSlot(plate); slot !== NO_SLOT; slot = plates.nextSlot(slot)) {
    // Mostly it is the stay itself, or one before it: nothing need be decoded.
    if (garage.lastSeenAt(slot) <= newest) continue;
    const other = stays.at(slot)!;
    if (other.visitId === stay.visitId || !wasStay(other)) continue;
    const seen = firstRead((other.entry ?? other.exit)!).at;
    if (seen > newest && seen < at) newest = seen;
  }
  return newest > entered ? newest : -Infinity;
}

/** Its entry made a stay, until the vehicle was seen to come in only later. */
export function wasStay({ entry, why }: Stay): boolean {
  return why === null || (why === 'reversed' && entry!.direction !== 'NONE');
}
