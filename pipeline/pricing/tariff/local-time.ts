import { Temporal } from 'temporal-polyfill';
import type { TariffDay } from '../../records/records.ts';

/**
 * The first instant (UTC ms) at which a clock on the wall shows `time` (HH:MM, up to 24:00) or later on that day
 * (YYYY-MM-DD). A time that comes twice, when the clocks go back, is its first; one that is left out, when they go
 * forward, is the moment of the change.
 */
export function firstInstantOf(day: string, time: string, zone: string): number {
  const date = Temporal.PlainDate.from(day);
  if (time === '24:00') return date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  const local = date.toPlainDateTime(Temporal.PlainTime.from(time));
  const at = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (at.toPlainDateTime().equals(local)) return at.epochMilliseconds;
  return at.getTimeZoneTransition('next')!.epochMilliseconds;
}

export function weekdayOf(day: string): Exclude<TariffDay, 'holiday'> {
  return WEEKDAYS[Temporal.PlainDate.from(day).dayOfWeek - 1]!;
}

/** The Monday of that day's week. */
export function mondayOf(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
