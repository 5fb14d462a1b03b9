import type { Table } from '../../engine/state.ts';
import { likelyAround } from '../learned/log-normal.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { NO_PLATE, NO_SLOT } from '../state/plate-stays.ts';
import { enteredAtOf } from '../state/stay-entry.ts';
import type { Stay } from '../state/stay.ts';

/**
 * How a vehicle that was here before speaks for or against a stay of such a length being two of its: nats by which its own stays of the last
 * day, and what lay between the beginning of one and the end of the next, make two likelier than they are of any vehicle here. A delivery
 * van that never stayed a quarter of the time more likely left unread and came again unread; who stays so each day did so again.
 *
 * @param ownPlate the number of its plate; @param enteredAt and what of it is asked, ms UTC
 */
export function likelierTwo(
  ownPlate: number, enteredAt: number, lengthMs: number, stays: Table<Stay>, garage: GarageIndex,
): number {
  // Of a shorter one the allowed lateness may hide what was before it.
  if (lengthMs < SHORTEST_MS) return 0;
  const count = findEndedBefore(ownPlate, enteredAt, stays, garage);
  if (count === 0) return 0;
  const stayTimes = garage.stayTimesAt(enteredAt + lengthMs);
  // Of a day, one night at most is known: what it does else after so long, others tell.
  const two = Math.max(0, oftener(count, 1, lengthMs, stayTimes.rateOfLeavingAfterReturn(lengthMs)));
  return Math.max(-MOST_NATS_AGAINST, Math.min(MOST_NATS, two - oftener(count, 0, lengthMs, stayTimes.rateOfLeaving(lengthMs))));
}

/** When its stays that ended came and left, in the order of time: of one vehicle, until the next is asked for. */
const cameAt: number[] = [];
const leftAt: number[] = [];

/** @returns how many they are */
function findEndedBefore(plate: number, enteredAt: number, stays: Table<Stay>, garage: GarageIndex): number {
  // They leave the state a horizon after they ended, and the visit may be judged anew till then.
  const from = enteredAt - garage.settings.horizonMs / 2;
  const { plates } = garage;
  // Most were not here for a day.
  if (plate === NO_PLATE || (plates.arePlain(plate) && plates.endedAt(plate) < from)) return 0;
  let count = 0;
  for (let slot = plates.firstSlot(plate); slot !== NO_SLOT; slot = plates.nextSlot(slot)) {
    const left = garage.leftAt(slot);
    if (left === 0 || left > enteredAt || left < from) continue;
    const came = enteredAtOf(stays, slot);
    if (Number.isNaN(came)) continue;
    let at = count++;
    for (; at > 0 && (leftAt[at - 1]! > left || (leftAt[at - 1] === left && cameAt[at - 1]! > came)); at--) {
      leftAt[at] = leftAt[at - 1]!;
      cameAt[at] = cameAt[at - 1]!;
    }
    leftAt[at] = left;
    cameAt[at] = came;
  }
  return count;
}

/**
 * Nats: how much oftener than usual (per ms) this vehicle's are so long, by those that it had.
 * @param apart 0: its stays; 1: what lay between the beginning of one and the end of the next
 */
function oftener(count: number, apart: 0 | 1, lengthMs: number, usual: number): number {
  if (usual === 0) return 0;
  let own = 0;
  for (let i = apart; i < count; i++) own += likelyAround(leftAt[i]! - cameAt[i - apart]!, lengthMs, SPREAD);
  return Math.log((OTHERS_WEIGHT + own / usual) / (OTHERS_WEIGHT + count - apart));
}

const SHORTEST_MS = 30 * 60_000;
const MOST_NATS = 6;
/** What it did yesterday is not what it always does. */
const MOST_NATS_AGAINST = 1;
/** Of the logarithm: what one vehicle does time after time is alike, and no more. */
const SPREAD = 0.5;
/** What others do counts as so many times. */
const OTHERS_WEIGHT = 1;
