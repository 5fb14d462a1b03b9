import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import { lookAlikesOf, wereNoneInside } from '../confidence/look-alikes.ts';
import { unlikenessBy } from '../confidence/pair-signs.ts';
import { countsHowSurely, mayHaveCounted } from '../confidence/rejudging.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { mayBeRivalled, mayBeRivalledInside } from '../pairing/pairing.ts';
import { mayReopen } from '../pairing/reopening.ts';
import { isSurelyApart } from '../passages/linked-at-rest.ts';
import { STRADDLE_MS } from '../passages/linking.ts';
import { firstRead, type Passage, type PassageRead } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { LaneIndex } from '../state/garage-lanes.ts';
import { insideBy, NONE_INSIDE, NOT_KNOWN, SOME_CAME_LATER } from '../state/judged-exits.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import { likenessToEntry } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import { leavesAt } from '../stays/due-at.ts';
import { AS_SURELY, ENTERED_AT, FIRST_AT, HAD_BEEN_HERE, LAST_AT, SPEAKS_ALIKE } from './growth-parts.ts';
import { isSooner } from './plain-growth.ts';
import { arePlain, PLAIN_FROM_MS } from './plain-stays.ts';
import { grown, grownEvidence, grownReads, writeGrown, writtenRow } from './plain-writing.ts';

/**
 * The commonest further read, a fifth of all: the car stands before the camera yet, which reads it the same again. Its stay grows as
 * bytes, by one call; what `linkedTo`, `growPlainly` and `rejudge` would find of it is known by numbers, or left to them.
 */

/** Of stays read near the read the first that stands under its plate, and may grow by it; NO_SLOT: none does. */
export function slotOfPlate(near: readonly number[], { country, plate }: CameraRead, garage: GarageIndex): number {
  const ofRead = garage.plateOf(country, plate);
  if (ofRead === NO_PLATE) return NO_SLOT;
  for (let i = 0; i < near.length; i++) if (garage.plates.plateOf(near[i]!) === ofRead) return near[i]!;
  return NO_SLOT;
}

/**
 * Takes the read in where nothing else changes than the passage, and when the stay is due: nothing is told, nor told otherwise.
 * @param slot of the stay, which stands under the read's plate @param passage of the read alone, not older than the allowed lateness
 * @param lane where other stays may have been read near it; null: it is known to be linked to the stay's last passage alone
 * @returns false: not so plain, and nothing has changed
 */
export function growAlike(
  stays: Table<Stay>, garage: GarageIndex, clock: number, slot: number, read: CameraRead, passage: Passage, lane: LaneIndex | null,
): boolean {
  const { plates, settings } = garage;
  const rested = stays.rowAt(slot);
  if (rested < 0) return false;
  const plate = plates.plateOf(slot);
  const hasLeft = garage.leftAt(slot) !== 0;
  if (passage.direction !== (hasLeft ? 'OUT' : 'IN') || !arePlain(stays, plate, garage)) return false;
  if (hasLeft ? plates.open(plate) !== NO_SLOT || plates.endedLast(plate) !== slot : plates.open(plate) !== slot) return false;
  const passed = firstRead(passage);
  const dueAt = hasLeft ? leavesAt(passed.at, settings) : passed.at + settings.allowedLatenessMs;
  if (dueAt <= clock) return false;
  if (!writeGrown(stays.rows, rested, garage, read, passed, hasLeft, dueAt)) return false;
  if (lane !== null && !isOnlyOne(slot, passed, lane, stays, garage, hasLeft)) return false;
  if (hasLeft) {
    if (mayBeAnothers(slot, plate, passed, stays, garage)) return false;
    stays.putRowAt(slot, writtenRow);
    garage.grewPlainly(slot, null, passed, passed, dueAt);
    plates.noteEnded(plate, slot, passed.at);
    return true;
  }
  if (makesOthersDoubtful(plate, passed, stays, garage)) return false;
  stays.putRowAt(slot, writtenRow);
  // By the same plates it stands among those inside as it did.
  if (grown[SPEAKS_ALIKE] === 1) {
    garage.grewPlainly(slot, null, passed, passed, dueAt);
  } else {
    garage.judged.forgetFrom(grown[FIRST_AT]!);
    garage.grewPlainly(slot, grownEvidence(passed, true), grownEvidence(passed, false), passed, dueAt);
  }
  return true;
}

/** As `linkedTo` has it of a passage whose reads are all alike: the read is linked to that, and to no other. */
function isOnlyOne(
  slot: number, read: PassageRead, lane: LaneIndex, stays: Table<Stay>, garage: GarageIndex, hasLeft: boolean,
): boolean {
  const { passageGapMs } = garage.settings;
  const firstAt = grown[FIRST_AT]!;
  if (read.at - grown[LAST_AT]! >= passageGapMs) return false;
  if (hasLeft && firstAt - grown[ENTERED_AT]! < Math.max(passageGapMs, STRADDLE_MS)) return false;
  const near = garage.readNear(read, lane, firstAt, read.at);
  return near.length === 1 ? near[0] === slot : areOthersApart(near, slot, read, stays, passageGapMs);
}

/** Others were read near the passage, and none of its reads, nor the one that it grows by, is linked to any of theirs. */
function areOthersApart(near: readonly number[], slot: number, read: PassageRead, stays: Table<Stay>, gapMs: number): boolean {
  if (!isApartFrom(near, slot, read, stays, gapMs)) return false;
  const reads = grownReads(read);
  for (let i = 0; i < reads.length; i++) if (!isApartFrom(near, slot, reads[i]!, stays, gapMs)) return false;
  return true;
}

function isApartFrom(near: readonly number[], slot: number, read: PassageRead, stays: Table<Stay>, gapMs: number): boolean {
  for (let i = 0; i < near.length; i++) if (near[i] !== slot && !isSurelyApart(read, near[i]!, stays, gapMs)) return false;
  return true;
}

/**
 * By what it speaks for now the exit may be of others inside, or its visit is surer or less sure for them. Mostly not, and what was found
 * of those when it was read first tells.
 */
function mayBeAnothers(slot: number, plate: number, passed: PassageRead, stays: Table<Stay>, garage: GarageIndex): boolean {
  const { judged } = garage;
  const at = grown[FIRST_AT]!;
  const were = judged.insideAt(slot, at);
  const speaksAlike = grown[SPEAKS_ALIKE] === 1;
  if (speaksAlike && (were === NONE_INSIDE || (were !== NOT_KNOWN && grown[AS_SURELY] === 1))) return false;
  const is = grownEvidence(passed, false);
  if (were === NOT_KNOWN) return mayBeAnothersAnew(slot, plate, is, passed, stays, garage);
  // By its candidates others of those inside may be twins now; by its plate none of those who have left since.
  if (!speaksAlike && mayBeRivalledInside(slot, is, garage)) return true;
  let are = were;
  if (!speaksAlike || were === SOME_CAME_LATER) {
    const lookAlikes = lookAlikesOf(slot, plate, grown[ENTERED_AT]!, exitAt(at, is, passed), stays, garage);
    if (lookAlikes.cameLater || lookAlikes.areInside !== (were !== NONE_INSIDE)) return true;
    are = insideBy(lookAlikes);
  }
  const unlikeness = are === NONE_INSIDE ? 0 : unlikenessBy(likenessToEntry(stays, slot, is, true));
  if (unlikeness !== judged.unlikenessOf(slot)) return true;
  judged.note(slot, at, are, unlikeness);
  return false;
}

/**
 * An exit that was first read then, to be told before or after others by its time alone: of the same instant there is none, else nothing
 * would be known of it.
 */
function exitAt(at: number, evidence: PlateEvidence, passed: PassageRead): Passage {
  return { laneId: passed.laneId, direction: 'OUT', evidence, reads: [{ ...passed, at }], decision: null, ruling: null };
}

/** The same with all looked for anew. */
function mayBeAnothersAnew(
  slot: number, plate: number, is: PlateEvidence, passed: PassageRead, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  const at = grown[FIRST_AT]!;
  if (mayBeRivalled(is, slot, is, at, stays, garage)) return true;
  if (grown[AS_SURELY] === 1) return false;
  const was = grown[SPEAKS_ALIKE] === 1 ? is : grownEvidence(passed, true);
  const areNoneNow = wereNoneInside(slot, plate, is, at, stays, garage);
  if (areNoneNow && (was === is || wereNoneInside(slot, plate, was, at, stays, garage))) return false;
  const before = stays.at(slot)!;
  return countsHowSurely(slot, before, { ...before, exit: { ...before.exit!, evidence: is } }, { stays, garage });
}

/**
 * The vehicle had come back sooner than was known; or exits that were read since may be judged otherwise by when it came in, or be its
 * own.
 */
function makesOthersDoubtful(plate: number, passed: PassageRead, stays: Table<Stay>, garage: GarageIndex): boolean {
  const firstAt = grown[FIRST_AT]!;
  const endedAt = garage.plates.endedAt(plate);
  return endedAt + PLAIN_FROM_MS >= firstAt || isSooner(grown[HAD_BEEN_HERE] === 1, firstAt, endedAt, garage) ||
    mayHaveCounted(grown[LAST_AT]!, garage) ||
    (garage.latestExitAt >= firstAt && mayReopen(firstAt, grownEvidence(passed, true), stays, garage));
}
