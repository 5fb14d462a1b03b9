import type { Validity } from '../../records/records.ts';
import { addDays, dayAround, type Day } from '../calendar.ts';
import { firstInstantOf, weekdayOf } from './local-time.ts';
import { isPublicHoliday } from './public-holidays.ts';

/** A stretch of time (UTC ms) in which the same of several lists of hours counts. */
export interface Stretch {
  /** Which list; -1: none. */
  readonly index: number;
  /**
   * The day and clock time at which these hours began, also where a list before it cut into them, as ms of a clock that
   * never changes; -Infinity for a list that always holds. Not the instant: from 02:00 and from 03:00 are one instant
   * on the day on which the clocks go forward, and two hours all the same.
   */
  readonly occurrence: number;
  /** Exclusive. Hours that go on over midnight are cut there. */
  readonly until: number;
}

export interface HoursCalendar {
  /** IANA */
  readonly zone: string;
  /** Whose public holidays are the day `holiday`; null: a public holiday is like any other of its weekday. */
  readonly holidayCountry: string | null;
}

/**
 * Answers what counts at an instant, of several lists of hours: the first in order that has it. An empty list always
 * holds. Hours over midnight belong to the day on which they begin.
 */
export function openHours(lists: readonly (readonly Validity[])[], calendar: HoursCalendar): (at: number) => Stretch {
  if (lists[0]!.length === 0) return () => ALWAYS;
  const known = new Map<number, readonly Stretch[]>();
  return (at) => {
    const day = dayAround(at, calendar.zone);
    let stretches = known.get(day.begin);
    if (stretches === undefined) {
      if (known.size >= DAYS_KEPT) known.clear();
      known.set(day.begin, (stretches = stretchesOf(day, lists, calendar)));
    }
    return stretches.find(({ until }) => at < until)!;
  };
}

const ALWAYS: Stretch = { index: 0, occurrence: -Infinity, until: Infinity };
const DAYS_KEPT = 400;

interface Occurrence {
  readonly index: number;
  /** As in Stretch. */
  readonly occurrence: number;
  readonly begin: number;
  readonly end: number;
}

function stretchesOf(
  { day, begin, end }: Day,
  lists: readonly (readonly Validity[])[],
  calendar: HoursCalendar,
): Stretch[] {
  const occurrences = lists.flatMap((list, index): Occurrence[] =>
    list.length === 0
      ? [{ index, occurrence: -Infinity, begin: -Infinity, end: Infinity }]
      // What began the day before may go on over midnight.
      : [addDays(day, -1), day].flatMap((begunOn) => occurrencesOf(begunOn, list, index, calendar)));
  const edges = occurrences.flatMap(({ begin, end }) => [begin, end]);
  const cuts = [...new Set(edges)].filter((edge) => begin < edge && edge < end).sort((one, other) => one - other);
  return [...cuts, end].map((until, nth): Stretch => {
    const from = cuts[nth - 1] ?? begin;
    const first = occurrences.find((hours) => hours.begin <= from && from < hours.end);
    return { index: first?.index ?? -1, occurrence: first?.occurrence ?? from, until };
  });
}

function occurrencesOf(day: string, list: readonly Validity[], index: number, calendar: HoursCalendar): Occurrence[] {
  const { zone, holidayCountry } = calendar;
  const isHoliday = holidayCountry !== null && isPublicHoliday(day, holidayCountry);
  const kind = isHoliday ? 'holiday' : weekdayOf(day);
  return list.filter(({ days }) => days.includes(kind)).map(({ from, to }) => ({
    index,
    occurrence: Date.parse(`${day}T${from}Z`),
    begin: firstInstantOf(day, from, zone),
    end: firstInstantOf(to > from ? day : addDays(day, 1), to, zone),
  }));
}
