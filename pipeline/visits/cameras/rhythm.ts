import { summable } from './summable.ts';

/**
 * In what share of the intervals of each hour of the week a camera reads anything, as it was seen so far. How much it reads
 * then says less of whether it is alive: one car that stands before it is read again and again. Derived from the rows of the
 * days: the same hour of all days stands together, for together they are asked for.
 */
export interface Rhythm {
  /** By hour of the day, then day: the share, and how many intervals of it were seen, up to MOST_SEEN. */
  readonly hours: Float32Array;
}

/** A camera's rhythm of one day of the week, by the hour of the day. */
export interface DayRhythm {
  readonly shares: readonly number[];
  readonly seen: readonly number[];
}

const DAYS = 7;
const HOURS_OF_DAY = 24;
/** Four weeks of four intervals: what was before fades. */
const MOST_SEEN = 16;

export function newRhythm(): Rhythm {
  return { hours: new Float32Array(2 * DAYS * HOURS_OF_DAY) };
}

/** What an hour has taught: taken over into the rhythm when its day is over. */
export interface HourSeen {
  /** Of the week: 0 to 167. */
  readonly hour: number;
  /** Intervals of it, and those with a read. */
  readonly seen: number;
  readonly read: number;
}

/** The day of the week of an hour of the week: 0 is Monday. */
export function dayOf(hour: number): number {
  return Math.floor(hour / HOURS_OF_DAY);
}

/** A day of the rhythm with some hours of that day more. */
export function learned({ hours: known }: Rhythm, day: number, hours: readonly HourSeen[]): DayRhythm {
  const after = { shares: new Array<number>(HOURS_OF_DAY), seen: new Array<number>(HOURS_OF_DAY) };
  for (let hour = 0; hour < HOURS_OF_DAY; hour++) {
    const place = placeOf(hour, day);
    after.shares[hour] = known[place]!;
    after.seen[hour] = known[place + 1]!;
  }
  for (const { hour: hourOfWeek, seen: intervals, read } of hours) {
    const hour = hourOfWeek % HOURS_OF_DAY;
    const weight = Math.max(0, Math.min(MOST_SEEN - intervals, after.seen[hour]!));
    after.shares[hour] = Math.fround((after.shares[hour]! * weight + read) / (weight + intervals));
    after.seen[hour] = weight + intervals;
  }
  return after;
}

/** Sets a day of the rhythm, in place. @param after undefined: nothing is known of it */
export function setDay({ hours }: Rhythm, day: number, after: DayRhythm | undefined): void {
  for (let hour = 0; hour < HOURS_OF_DAY; hour++) {
    const place = placeOf(hour, day);
    hours[place] = after === undefined ? 0 : after.shares[hour]!;
    hours[place + 1] = after === undefined ? 0 : after.seen[hour]!;
  }
}

function placeOf(hourOfDay: number, day: number): number {
  return 2 * (hourOfDay * DAYS + day);
}

/**
 * The chance, below 1, of any read in an interval of that hour. In the first weeks an hour is known from few days, so the
 * same hour of other days of its kind (working days, Saturdays, Sundays) counts too; 0 where nothing is known.
 */
export function chanceOfRead({ hours }: Rhythm, hour: number): number {
  const day = dayOf(hour);
  const monday = placeOf(hour % HOURS_OF_DAY, 0);
  const own = monday + 2 * day;
  let sum = 0;
  let count = 0;
  if (day < SATURDAY) {
    for (let alike = monday; alike < monday + 2 * SATURDAY; alike += 2) {
      if (alike === own) continue;
      sum += hours[alike]! * hours[alike + 1]!;
      count += hours[alike + 1]!;
    }
  }
  const weight = Math.min(count, OF_ALIKE);
  // One more without a read: what is known from a few is not certain.
  return summable((hours[own]! * hours[own + 1]! + (count === 0 ? 0 : (sum / count) * weight)) / (hours[own + 1]! + weight + 1));
}

const SATURDAY = 5;
/** Other days count as so many intervals at most. */
const OF_ALIKE = 4;
