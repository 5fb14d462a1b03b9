import { INTERVAL_MS } from './interval-ms.ts';

/**
 * Cameras are judged by quarters of an hour, each by the reads that were captured in it, when the garage clock is so
 * far past it that all of them have come and what they belong to is decided. So the order of reads makes no difference.
 */
export { INTERVAL_MS };

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

/** The first interval of which no read is taken in, in whatever order they come, before an interval is judged. */
export function firstAfterJudging(interval: number, allowedLatenessMs: number): number {
  return intervalOf(judgedAt(interval, allowedLatenessMs) - 1) + 1;
}

/** The last interval that is to be judged at a garage clock, and all before it. */
export function lastJudgedAt(clock: number, allowedLatenessMs: number): number {
  return intervalOf(clock - allowedLatenessMs - SETTLED_AFTER_MS) - 1;
}

/** The intervals after `from` that are to be judged at a garage clock, and before another: where they end. */
export function endOfJudged(clock: number, before: number, allowedLatenessMs: number): number {
  const isBefore = Math.ceil((before - allowedLatenessMs - SETTLED_AFTER_MS) / INTERVAL_MS) - 1;
  return Math.min(lastJudgedAt(clock, allowedLatenessMs) + 1, isBefore);
}

/** The hours of the week, 0 to 167 from Monday 0:00, that intervals begin in, by the clocks of an IANA zone. */
export interface HoursOfWeek {
  of(interval: number): number;
}

export function hoursOfWeek(timezone: string): HoursOfWeek {
  let hours = zones.get(timezone);
  if (hours === undefined) zones.set(timezone, (hours = new ZoneHours(timezone)));
  return hours;
}

/** Zones are few, and all garages of a zone ask for about the same intervals. */
const zones = new Map<string, HoursOfWeek>();

class ZoneHours implements HoursOfWeek {
  private readonly format: Intl.DateTimeFormat;
  private readonly intervals = new Int32Array(KNOWN_INTERVALS).fill(-1);
  private readonly hours = new Uint8Array(KNOWN_INTERVALS);

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  }

  of(interval: number): number {
    const place = interval & (KNOWN_INTERVALS - 1);
    if (this.intervals[place] !== interval) {
      const parts = new Map(this.format.formatToParts(beginOfInterval(interval)).map(({ type, value }) => [type, value]));
      this.intervals[place] = interval;
      this.hours[place] = 24 * WEEKDAYS.indexOf(parts.get('weekday')!) + Number(parts.get('hour'));
    }
    return this.hours[place]!;
  }
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** A power of two: some months. */
const KNOWN_INTERVALS = 8_192;
