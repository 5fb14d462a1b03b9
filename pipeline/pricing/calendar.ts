import { Temporal } from 'temporal-polyfill';

/** The calendar day (YYYY-MM-DD) of an instant (UTC ms) in an IANA zone. */
export function dayOf(at: number, zone: string): string {
  return dayAround(at, zone).day;
}

/** The first instant (UTC ms) after `at` that belongs to another calendar day of the zone. */
export function nextDayBegin(at: number, zone: string): number {
  return dayAround(at, zone).end;
}

/** The instant (UTC ms) when it is `time` (HH:MM) on the day, in the zone. */
export function instantOn(day: string, time: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** The day so many days after another, or before it. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

interface Day {
  readonly day: string;
  readonly begin: number;
  /** Exclusive. */
  readonly end: number;
}

/** The day last asked for in each zone: visits come about in order, and asking the calendar is slow. */
const lastDays = new Map<string, Day>();

function dayAround(at: number, zone: string): Day {
  const last = lastDays.get(zone);
  if (last !== undefined && last.begin <= at && at < last.end) return last;
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const found: Day = {
    day: date.toString(),
    begin: date.toZonedDateTime(zone).epochMilliseconds,
    end: date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
  };
  lastDays.set(zone, found);
  return found;
}
