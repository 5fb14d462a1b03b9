import type { Table } from '../../engine/state.ts';
import type { GarageSettings } from '../../records/records.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { areNear } from '../state/plate-index.ts';
import { sameVehicleOnce } from '../matching/same-vehicle.ts';
import { comparePassages, firstRead, lastRead, type Passage, type PlateKey } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { mayHaveComeIn } from '../state/presence.ts';
import { likenessToEntry, mayEntryBeNear } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';
import type { FoundLookAlikes } from './pair-signs.ts';

/**
 * Those that had come in by the allowed lateness before it left, and had not left before it: whatever was read since.
 * @param ownSlot of its stay, which may stand in the table as it was told before, under another plate; NO_SLOT: it has none yet
 * @param ownPlate the number of the plate that its stay stands under
 * @param enteredAt when it was seen last at its entry, ms UTC
 * @param but slots of stays that are left out
 */
export function lookAlikesOf(
  ownSlot: number, ownPlate: number, enteredAt: number, exit: Passage, stays: Table<Stay>, garage: GarageIndex,
  but: readonly number[] = noSlots,
): FoundLookAlikes {
  const { at } = firstRead(exit);
  let lookAlikes = noLookAlikes;
  const others = garage.othersInside(exit.evidence, ownSlot, ownPlate, at);
  for (let i = 0; i < others.length; i++) {
    const slot = others[i]!;
    if (but.length > 0 && but.includes(slot)) continue;
    if (garage.lastSeenAt(slot) <= enteredAt) {
      if (lookAlikes === noLookAlikes) lookAlikes = earlierInside;
      continue;
    }
    lookAlikes = laterInside;
    if (likenessToEntry(stays, slot, exit.evidence, false) >= ALIKE_FROM) return bothKinds;
  }
  // Reads mostly come in order.
  if (garage.latestExitAt < at) return lookAlikes;
  const { plates, settings } = garage;
  for (const slot of garage.endedSince(at, exit.evidence)) {
    if (slot === ownSlot || plates.plateOf(slot) === ownPlate || but.includes(slot)) continue;
    // Mostly it is not, which is seen without decoding it.
    if (!mayEntryBeNear(stays, slot, exit.evidence)) continue;
    const kind = kindOf(stays.at(slot)!, enteredAt, exit, settings);
    if (kind === bothKinds) return bothKinds;
    lookAlikes = mostOf(kind, lookAlikes);
  }
  return lookAlikes;
}

/**
 * Whether surely none of them was inside, as mostly, which is known by plates and times alone.
 * @param evidence of the exit @param at its first read, ms UTC
 */
export function wereNoneInside(
  ownSlot: number, ownPlate: number, evidence: PlateEvidence, at: number, stays: Table<Stay>, garage: GarageIndex,
): boolean {
  if (garage.othersInside(evidence, ownSlot, ownPlate, at).length > 0) return false;
  if (garage.latestExitAt < at) return true;
  for (const slot of garage.endedSince(at, evidence)) {
    if (slot !== ownSlot && garage.plates.plateOf(slot) !== ownPlate && mayEntryBeNear(stays, slot, evidence)) return false;
  }
  return true;
}

/** Those of two are more than those of one. */
export function mostOf(one: FoundLookAlikes, other: FoundLookAlikes): FoundLookAlikes {
  return one === bothKinds || other === noLookAlikes || (one === laterInside && other === earlierInside) ? one : other;
}

/** What one stay makes of the look-alikes of another, not of its own, that has ended. @param other undefined: there is none */
export function asLookAlike(other: Stay | undefined, of: Ended, settings: GarageSettings): FoundLookAlikes {
  if (other === undefined || (other.plate === of.plate && other.country === of.country)) return noLookAlikes;
  return kindOf(other, lastRead(of.entry).at, of.exit, settings);
}

/** The same of one of another plate. @param enteredAt when the one that it may be a look-alike of came in, ms UTC */
function kindOf(other: Stay, enteredAt: number, exit: Passage, settings: GarageSettings): FoundLookAlikes {
  if (!mayHaveComeIn(other)) return noLookAlikes;
  const cameAt = lastRead(other.entry!).at;
  const { at } = firstRead(exit);
  if (cameAt > at - settings.allowedLatenessMs || isForgotten(cameAt, at, settings) || !isLeftBehind(other, exit)) return noLookAlikes;
  if (!areNear(exit.evidence, other.entry!.evidence)) return noLookAlikes;
  if (cameAt <= enteredAt) return earlierInside;
  return other.why === null && sameVehicleOnce(exit.evidence, other.entry!.evidence) >= ALIKE_FROM ? bothKinds : laterInside;
}

interface Ended extends PlateKey {
  readonly entry: Pick<Passage, 'reads'>;
  readonly exit: Passage;
}

/** It counted as gone by then, and may have left the state since. */
function isForgotten(cameAt: number, at: number, { forgetAfterMs }: GarageSettings): boolean {
  return at - cameAt >= forgetAfterMs;
}

/** It had not left before the exit, nor was found by a count to have. */
function isLeftBehind({ entry, exit: left }: Stay, exit: Passage): boolean {
  const goneAt = entry!.ruling?.goneAt ?? null;
  return (left === null || comparePassages(left, exit) > 0) && (goneAt === null || goneAt > firstRead(exit).at);
}

/** Nats: from here on two readings may well be of one vehicle. */
const ALIKE_FROM = 5;

export const noLookAlikes: FoundLookAlikes = { areInside: false, cameLater: false, anyLater: false };
const earlierInside: FoundLookAlikes = { areInside: true, cameLater: false, anyLater: false };
const laterInside: FoundLookAlikes = { areInside: true, cameLater: false, anyLater: true };
const bothKinds: FoundLookAlikes = { areInside: true, cameLater: true, anyLater: true };
const noSlots: readonly number[] = [];
