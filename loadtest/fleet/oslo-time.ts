/**
 * Local time in Norway without Intl, which k6 lacks: CET, and CEST from the last Sunday of March to that of October.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The UTC instant of midnight in Norway, `days` days after the date (YYYY-MM-DD). */
export function osloMidnight(date: string, days = 0): number {
  const utcMidnight = Date.parse(`${date}T00:00:00Z`) + days * DAY_MS;
  // At midnight the offset is that of an hour before, UTC: the clocks change at 01:00Z.
  return utcMidnight - (isSummerTime(utcMidnight - 2 * HOUR_MS) ? 2 : 1) * HOUR_MS;
}

/** Monday is 1, Sunday is 7. */
export function weekday(date: string, days: number): number {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).getUTCDay() || 7;
}

function isSummerTime(instant: number): boolean {
  const year = new Date(instant).getUTCFullYear();
  return instant >= lastSundayAtOne(year, 2) && instant < lastSundayAtOne(year, 9);
}

/** 01:00Z on the last Sunday of a month of 31 days. */
function lastSundayAtOne(year: number, month: number): number {
  const last = Date.UTC(year, month, 31, 1);
  return last - new Date(last).getUTCDay() * DAY_MS;
}
