import { Temporal } from 'temporal-polyfill';

/** The calendar day (YYYY-MM-DD) of an instant (UTC ms) in an IANA zone. */
export function dayOf(at: number, zone: string): string {
  return zoned(at, zone).toPlainDate().toString();
}

/** The first instant (UTC ms) after `at` that belongs to another calendar day of the zone. */
export function nextDayBegin(at: number, zone: string): number {
  return zoned(at, zone).toPlainDate().add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** The instant (UTC ms) when it is `time` (HH:MM) on the day, in the zone. */
export function instantOn(day: string, time: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** The day so many days after another, or before it. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}
