import { cutList, noListMemory } from './list-memory.ts';
import { summable } from './summable.ts';

/**
 * In what share of the intervals of each hour of the week a camera reads anything, as it was seen so far. How much it reads
 * then says less of whether it is alive: one car that stands before it is read again and again. Derived from the rows of the
 * days.
 */
export interface Rhythm {
  /** By hour of the day, of those in `readHours` alone, then day, for together they are asked for: most cameras read in few. */
  shares: Float32Array;
  /** Where its own begin there, and for how many hours there is room. */
  sharesFrom: number;
  room: number;
  /** How many intervals were seen, up to MOST_SEEN, by day, then hour. */
  readonly seen: Uint8Array;
  readonly seenFrom: number;
  /** A bit for each hour of the day in which it read anything on any day: of all others the shares are 0, and need no look. */
  readHours: number;
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
  const { memory: { bytes }, from } = cutList(DAYS * HOURS_OF_DAY);
  return { shares: noListMemory.floats, sharesFrom: 0, room: 0, seen: bytes, seenFrom: from, readHours: 0 };
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
export function learned(rhythm: Rhythm, day: number, hours: readonly HourSeen[]): DayRhythm {
  const after = { shares: new Array<number>(HOURS_OF_DAY), seen: new Array<number>(HOURS_OF_DAY) };
  for (let hour = 0; hour < HOURS_OF_DAY; hour++) {
    after.shares[hour] = isReadIn(rhythm, hour) ? rhythm.shares[sharePlace(rhythm, day, hour)]! : 0;
    after.seen[hour] = rhythm.seen[seenPlace(rhythm, day, hour)]!;
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
export function setDay(rhythm: Rhythm, day: number, after: DayRhythm | undefined): void {
  for (let hour = 0; hour < HOURS_OF_DAY; hour++) {
    const share = after === undefined ? 0 : after.shares[hour]!;
    if (share > 0 && !isReadIn(rhythm, hour)) beginHour(rhythm, hour);
    if (isReadIn(rhythm, hour)) rhythm.shares[sharePlace(rhythm, day, hour)] = share;
    rhythm.seen[seenPlace(rhythm, day, hour)] = after === undefined ? 0 : after.seen[hour]!;
  }
}

/** Makes place for the shares of an hour, at first 0. */
function beginHour(rhythm: Rhythm, hourOfDay: number): void {
  const end = sharePlace(rhythm, 0, HOURS_OF_DAY);
  if (end - rhythm.sharesFrom === DAYS * rhythm.room) makeRoom(rhythm, end);
  const place = sharePlace(rhythm, 0, hourOfDay);
  const { shares } = rhythm;
  shares.copyWithin(place + DAYS, place, sharePlace(rhythm, 0, HOURS_OF_DAY));
  shares.fill(0, place, place + DAYS);
  rhythm.readHours |= 1 << hourOfDay;
}

function makeRoom(rhythm: Rhythm, end: number): void {
  const room = Math.max(FIRST_HOURS, 2 * rhythm.room);
  const { memory: { floats }, from } = cutList(4 * DAYS * room);
  floats.set(rhythm.shares.subarray(rhythm.sharesFrom, end), from / 4);
  rhythm.shares = floats;
  rhythm.sharesFrom = from / 4;
  rhythm.room = room;
}

const FIRST_HOURS = 4;

function isReadIn({ readHours }: Rhythm, hourOfDay: number): boolean {
  return (readHours & (1 << hourOfDay)) !== 0;
}

function sharePlace({ readHours, sharesFrom }: Rhythm, day: number, hourOfDay: number): number {
  let before = 0;
  for (let hours = readHours & ((1 << hourOfDay) - 1); hours !== 0; hours &= hours - 1) before++;
  return sharesFrom + before * DAYS + day;
}

function seenPlace({ seenFrom }: Rhythm, day: number, hourOfDay: number): number {
  return seenFrom + day * HOURS_OF_DAY + hourOfDay;
}

/**
 * The chance, below 1, of any read in an interval of that hour. In the first weeks an hour is known from few days, so the
 * same hour of other days of its kind (working days, Saturdays, Sundays) counts too; 0 where nothing is known.
 */
export function chanceOfRead(rhythm: Rhythm, hour: number): number {
  const hourOfDay = hour % HOURS_OF_DAY;
  if (!isReadIn(rhythm, hourOfDay)) return 0;
  const { shares, seen } = rhythm;
  const day = dayOf(hour);
  const atMonday = sharePlace(rhythm, 0, hourOfDay);
  let sum = 0;
  let count = 0;
  if (day < SATURDAY) {
    for (let alike = 0; alike < SATURDAY; alike++) {
      if (alike === day) continue;
      const seenThen = seen[seenPlace(rhythm, alike, hourOfDay)]!;
      sum += shares[atMonday + alike]! * seenThen;
      count += seenThen;
    }
  }
  const weight = Math.min(count, OF_ALIKE);
  const share = shares[atMonday + day]!;
  const known = seen[seenPlace(rhythm, day, hourOfDay)]!;
  // One more without a read: what is known from a few is not certain.
  return summable((share * known + (count === 0 ? 0 : (sum / count) * weight)) / (known + weight + 1));
}

const SATURDAY = 5;
/** Other days count as so many intervals at most. */
const OF_ALIKE = 4;
