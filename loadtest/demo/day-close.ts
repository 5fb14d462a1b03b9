import { closeDay, lastClosedDay } from '../../pipeline/charges/day-close.ts';
import { FencedError } from '../../pipeline/engine/log.ts';
import { addDays } from '../../pipeline/pricing/calendar.ts';
import type { Parts } from '../../pipeline/replay/parts.ts';

/**
 * Closes the day, or the first one that is not closed yet if that is later: what an earlier close did not take is taken
 * by the next, under its own visit day.
 */
export async function closeDayOrLater({ log, ids }: Parts, day: string): Promise<string> {
  for (;;) {
    const last = await lastClosedDay(log, ids);
    const billingDay = last === null || last < day ? day : addDays(last, 1);
    if (await closedByUs(billingDay)) return billingDay;
  }

  /** False when the closer, which may run too, was faster. */
  async function closedByUs(billingDay: string): Promise<boolean> {
    try {
      return await closeDay({ log, ids, billingDay, closedAt: Date.now() });
    } catch (error) {
      if (error instanceof FencedError) return false;
      throw error;
    }
  }
}
