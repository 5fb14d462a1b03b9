import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import { wereNoneInside } from '../confidence/look-alikes.ts';
import { countsHowSurely } from '../confidence/rejudging.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { mayBeRivalled } from '../pairing/pairing.ts';
import { STRADDLE_MS } from '../passages/linking.ts';
import { firstRead, type Passage, type PassageRead } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { LaneIndex } from '../state/garage-lanes.ts';
import { NO_SLOT } from '../state/plate-stays.ts';
import type { Stay } from '../state/stay.ts';
import { leavesAt } from '../stays/due-at.ts';
import { AS_SURELY, ENTERED_AT, FIRST_AT, HAD_BEEN_HERE, LAST_AT, SPEAKS_ALIKE } from './growth-parts.ts';
import { isSooner } from './plain-growth.ts';
import { arePlain, PLAIN_FROM_MS } from './plain-stays.ts';
import { grown, grownEvidence, writeGrown, writtenRow } from './plain-writing.ts';

/**
 * The commonest further read, a fifth of all: the car stands before the camera yet, which reads it the same again. Its stay grows as
 * bytes, by one call; what `linkedTo`, `growPlainly` and `rejudge` would find of it is known by numbers, or left to them.
 */

/**
 * Takes the read in where nothing else changes than the passage, and when the stay is due: nothing is told, nor told otherwise.
 * @param slot of the stay @param passage of the read alone, not older than the allowed lateness
 * @param lane where other stays may have been read near it; null: it is known to be linked to the stay's last passage alone
 * @returns false: not so plain, and nothing has changed
 */
export function growAlike(
  stays: Table<Stay>, garage: GarageIndex, clock: number, slot: number, read: CameraRead, passage: Passage, lane: LaneIndex | null,
): boolean {
  const { plates, settings } = garage;
  const rested = stays.rowAt(slot);
  const plate = garage.plateOf(read.country, read.plate);
  if (rested < 0 || plates.plateOf(slot) !== plate) return false;
  const hasLeft = garage.leftAt(slot) !== 0;
  if (passage.direction !== (hasLeft ? 'OUT' : 'IN') || !arePlain(stays, plate, garage)) return false;
  if (hasLeft ? plates.open(plate) !== NO_SLOT || plates.endedLast(plate) !== slot : plates.open(plate) !== slot) return false;
  const passed = firstRead(passage);
  const dueAt = hasLeft ? leavesAt(passed.at, settings) : passed.at + settings.allowedLatenessMs;
  if (dueAt <= clock) return false;
  if (!writeGrown(stays.rows, rested, garage, read, passed, hasLeft, dueAt)) return false;
  if (lane !== null && !isOnlyOne(slot, passed, lane, garage, hasLeft)) return false;
  const is = grownEvidence(passed, false);
  const was = grown[SPEAKS_ALIKE] === 1 ? is : grownEvidence(passed, true);
  if (hasLeft ? mayBeAnothers(slot, plate, was, is, stays, garage) : makesOthersDoubtful(plate, was, garage)) return false;
  stays.putRowAt(slot, writtenRow);
  garage.grewPlainly(slot, hasLeft ? null : was, is, passed, dueAt);
  if (hasLeft) plates.noteEnded(plate, slot, passed.at);
  return true;
}

/** As `linkedTo` has it of a passage whose reads are all alike: the read is linked to that, and to no other. */
function isOnlyOne(slot: number, read: PassageRead, lane: LaneIndex, garage: GarageIndex, hasLeft: boolean): boolean {
  const { passageGapMs } = garage.settings;
  const firstAt = grown[FIRST_AT]!;
  if (read.at - grown[LAST_AT]! >= passageGapMs) return false;
  if (hasLeft && firstAt - grown[ENTERED_AT]! < Math.max(passageGapMs, STRADDLE_MS)) return false;
  const near = garage.readNear(read, lane, firstAt, read.at);
  return near.length === 1 && near[0] === slot;
}

/** By what it speaks for now the exit may be of others inside, or its visit is surer or less sure for them. */
function mayBeAnothers(
  slot: number, plate: number, was: PlateEvidence, is: PlateEvidence, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  const at = grown[FIRST_AT]!;
  if (mayBeRivalled(is, slot, is, at, stays, garage)) return true;
  if (grown[AS_SURELY] === 1) return false;
  const areNoneNow = wereNoneInside(slot, plate, is, at, stays, garage);
  if (areNoneNow && (was === is || wereNoneInside(slot, plate, was, at, stays, garage))) return false;
  const before = stays.at(slot)!;
  return countsHowSurely(slot, before, { ...before, exit: { ...before.exit!, evidence: is } }, { stays, garage });
}

/**
 * The vehicle had come back sooner than was known; or exits that were read since may be judged otherwise by when it came in, or be its
 * own.
 */
function makesOthersDoubtful(plate: number, was: PlateEvidence, garage: GarageIndex): boolean {
  const { latestExitAt, settings: { allowedLatenessMs } } = garage;
  const firstAt = grown[FIRST_AT]!;
  const endedAt = garage.plates.endedAt(plate);
  return endedAt + PLAIN_FROM_MS >= firstAt || isSooner(grown[HAD_BEEN_HERE] === 1, firstAt, endedAt, garage) ||
    grown[LAST_AT]! + allowedLatenessMs <= latestExitAt || (latestExitAt >= firstAt && garage.leftSince(firstAt, was).length > 0);
}
