import type { Table } from '../../engine/state.ts';
import { likelyAround } from '../learned/log-normal.ts';
import { lastRead, type PlateKey } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';

/**
 * How a vehicle that was here before speaks for or against a stay of such a length being two of its: nats by which its own stays of the last
 * day, and what lay between the beginning of one and the end of the next, make two likelier than they are of any vehicle here. A delivery
 * van that never stayed a quarter of the time more likely left unread and came again unread; who stays so each day did so again.
 *
 * @param own the timeline of the stay; @param enteredAt and what of it is asked, ms UTC
 */
export function likelierTwo(
  own: PlateKey, enteredAt: number, lengthMs: number, stays: Table<Stay>, garage: GarageIndex,
): number {
  // Of a shorter one the allowed lateness may hide what was before it.
  if (lengthMs < SHORTEST_MS) return 0;
  const before = endedBefore(own, enteredAt, stays, garage);
  if (before.length === 0) return 0;
  const lengths = before.map(({ cameAt, leftAt }) => leftAt - cameAt);
  const spans = before.slice(1).map(({ leftAt }, i) => leftAt - before[i]!.cameAt);
  const stayTimes = garage.stayTimesAt(enteredAt + lengthMs);
  // Of a day, one night at most is known: what it does else after so long, others tell.
  const two = Math.max(0, oftener(spans, lengthMs, stayTimes.rateOfLeavingAfterReturn(lengthMs)));
  return Math.max(-MOST_NATS_AGAINST, Math.min(MOST_NATS, two - oftener(lengths, lengthMs, stayTimes.rateOfLeaving(lengthMs))));
}

interface Ended {
  readonly cameAt: number;
  readonly leftAt: number;
}

/** In the order of time. */
function endedBefore(own: PlateKey, enteredAt: number, stays: Table<Stay>, garage: GarageIndex): Ended[] {
  // They leave the state a horizon after they ended, and the visit may be judged anew till then.
  const from = enteredAt - garage.settings.horizonMs / 2;
  const ended: Ended[] = [];
  for (const slot of garage.slotsOf(own.country, own.plate)) {
    const leftAt = garage.leftAt(slot);
    if (leftAt === 0 || leftAt > enteredAt || leftAt < from) continue;
    const { entry, why } = stays.at(slot)!;
    if (entry !== null && why === null) ended.push({ cameAt: lastRead(entry).at, leftAt });
  }
  return ended.sort((a, b) => a.leftAt - b.leftAt || a.cameAt - b.cameAt);
}

/** Nats: how much oftener than usual (per ms) this vehicle's are so long, by those that it had. */
function oftener(had: readonly number[], lengthMs: number, usual: number): number {
  if (usual === 0) return 0;
  const own = had.reduce((sum, each) => sum + likelyAround(each, lengthMs, SPREAD), 0);
  return Math.log((OTHERS_WEIGHT + own / usual) / (OTHERS_WEIGHT + had.length));
}

const SHORTEST_MS = 30 * 60_000;
const MOST_NATS = 6;
/** What it did yesterday is not what it always does. */
const MOST_NATS_AGAINST = 1;
/** Of the logarithm: what one vehicle does time after time is alike, and no more. */
const SPREAD = 0.5;
/** What others do counts as so many times. */
const OTHERS_WEIGHT = 1;
