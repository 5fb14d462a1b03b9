import { likelyAround } from '../learned/log-normal.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';

/**
 * By how much oftener than others here this vehicle comes in again so long after it came in: a delivery van does so all day. By all that is
 * known of its passages, before and after: an entry, an exit, and the next entry.
 *
 * @param passages of its timeline, in the order of time
 * @param rates per ms, of all vehicles
 */
export function oftenerThanOthers(
  passages: readonly Passage[], sinceEntryMs: number, rates: { rateOfReturn(sinceEntryMs: number): number },
): number {
  const usual = rates.rateOfReturn(sinceEntryMs);
  if (usual === 0) return 1;
  let [own, times] = [0, 0];
  let entry: Passage | null = null;
  let hasLeft = false;
  for (const passage of passages) {
    if (passage.direction === 'OUT') hasLeft = true;
    if (passage.direction !== 'IN') continue;
    if (entry !== null && hasLeft) {
      times++;
      own += likelyAround(firstRead(passage).at - lastRead(entry).at, sinceEntryMs, SPREAD);
    }
    entry = passage;
    hasLeft = false;
  }
  return (OTHERS_WEIGHT + own / usual) / (OTHERS_WEIGHT + times);
}

/** Of the logarithm: a van's rounds are alike, and no more. */
const SPREAD = 0.4;
/** What others do counts as so many times. */
const OTHERS_WEIGHT = 2;
