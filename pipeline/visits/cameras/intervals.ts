/**
 * Cameras are judged by quarters of an hour, each by the reads that were captured in it, when the garage clock is so
 * far past it that all of them have come and what they belong to is decided. So the order of reads makes no difference.
 */
export const INTERVAL_MS = 15 * 60_000;

/** A passage may go on a little, and its pairing waits for the allowed lateness, which comes on top. */
const SETTLED_AFTER_MS = 5 * 60_000;

/** The number of the interval that an instant (UTC ms) lies in. */
export function intervalOf(at: number): number {
  return Math.floor(at / INTERVAL_MS);
}

export function beginOfInterval(interval: number): number {
  return interval * INTERVAL_MS;
}

/** Garage clock at which an interval is judged. */
export function judgedAt(interval: number, allowedLatenessMs: number): number {
  return (interval + 1) * INTERVAL_MS + allowedLatenessMs + SETTLED_AFTER_MS;
}

/** The last interval that is to be judged at a garage clock, and all before it. */
export function lastJudgedAt(clock: number, allowedLatenessMs: number): number {
  return intervalOf(clock - allowedLatenessMs - SETTLED_AFTER_MS) - 1;
}

/** The hour of the week, 0 to 167 from Monday 0:00, that an interval begins in, by the clocks of an IANA zone. */
export function hourOfWeek(interval: number, timezone: string): number {
  let known = hours.get(timezone);
  if (known === undefined) hours.set(timezone, (known = { format: formatOf(timezone), ofIntervals: new Map() }));
  let hour = known.ofIntervals.get(interval);
  if (hour === undefined) {
    if (known.ofIntervals.size >= MOST_INTERVALS) known.ofIntervals.clear();
    const parts = new Map(known.format.formatToParts(beginOfInterval(interval)).map(({ type, value }) => [type, value]));
    hour = 24 * WEEKDAYS.indexOf(parts.get('weekday')!) + Number(parts.get('hour'));
    known.ofIntervals.set(interval, hour);
  }
  return hour;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** Zones are few, and intervals are asked for by all garages of a zone at about the same time. */
const hours = new Map<string, { readonly format: Intl.DateTimeFormat; readonly ofIntervals: Map<number, number> }>();
const MOST_INTERVALS = 10_000;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
}
