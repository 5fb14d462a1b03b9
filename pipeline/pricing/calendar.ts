import { Temporal } from 'temporal-polyfill';

/** A calendar day of a zone, with its instants in UTC ms. */
export interface Day {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly begin: number;
  /** Exclusive. */
  readonly end: number;
}

/** The calendar day (YYYY-MM-DD) of an instant (UTC ms) in an IANA zone. */
export function dayOf(at: number, zone: string): string {
  return dayAround(at, zone).day;
}

/** The calendar day of a zone that an instant (UTC ms) belongs to. */
export function dayAround(at: number, zone: string): Day {
  let days = daysOfZones.get(zone);
  if (days === undefined) daysOfZones.set(zone, (days = new Map()));
  const slot = Math.floor(at / SLOT_MS);
  const known = days.get(slot);
  if (known !== undefined) for (const day of known) if (day.begin <= at && at < day.end) return day;

  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const found: Day = {
    day: date.toString(),
    begin: date.toZonedDateTime(zone).epochMilliseconds,
    end: date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
  };
  if (days.size >= SLOTS_MAX) days.clear();
  days.set(slot, [...(days.get(slot) ?? []), found]);
  return found;
}

/** The instant (UTC ms) when it is `time` (HH:MM) on the day, in the zone. */
export function instantOn(day: string, time: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** The day so many days after another, or before it. */
export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Days met, by zone and by the stretch of 24 hours that an instant lies in: asking the calendar is slow. */
const daysOfZones = new Map<string, Map<number, readonly Day[]>>();
const SLOT_MS = 86_400_000;
/** Years of days; beyond, they are learnt anew. */
const SLOTS_MAX = 4_000;
