import { addDays, instantOn } from '../pricing/calendar.ts';

/** When a billing day may be closed, and when it must. */
export interface NextClose {
  readonly billingDay: string;
  /** From here on, once all that was read before is priced. UTC ms. */
  readonly opensAt: number;
  /** Then at the latest, priced or not. UTC ms. */
  readonly latestAt: number;
}

const OPENS = '06:00';
const LATEST = '12:00';
/** A closer that comes late still gives the other stages so long to catch up. */
const GRACE_MS = 3_600_000;

/**
 * The billing day to close next: the one after the last closed one, so that missed days are caught up one by one.
 * It opens at 06:00 of the day after it, in the service's zone.
 */
export function nextClose(now: number, lastClosedDay: string, zone: string): NextClose {
  const billingDay = addDays(lastClosedDay, 1);
  const dayAfter = addDays(billingDay, 1);
  return {
    billingDay,
    opensAt: instantOn(dayAfter, OPENS, zone),
    latestAt: Math.max(instantOn(dayAfter, LATEST, zone), now + GRACE_MS),
  };
}
