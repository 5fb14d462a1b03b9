/**
 * In what share of the intervals of each hour of the week a camera reads anything, as it was seen so far. How much it reads
 * then says less of whether it is alive: one car that stands before it is read again and again.
 */
export interface Rhythm {
  readonly shares: Float32Array;
  /** How many intervals of the hour were seen, up to MOST_SEEN. */
  readonly seen: Uint8Array;
}

const HOURS = 168;
/** Four weeks of four intervals: what was before fades. */
const MOST_SEEN = 16;

export const noRhythm: Rhythm = { shares: new Float32Array(HOURS), seen: new Uint8Array(HOURS) };

/** What an hour has taught so far: taken over into the rhythm when it is over, for that is a kilobyte. */
export interface HourSeen {
  readonly hour: number;
  /** Intervals of it, and those with a read. */
  readonly seen: number;
  readonly read: number;
}

export const noHour: HourSeen = { hour: 0, seen: 0, read: 0 };

/** With an hour more. */
export function learned({ shares, seen }: Rhythm, { hour, seen: intervals, read }: HourSeen): Rhythm {
  const after: Rhythm = { shares: shares.slice(), seen: seen.slice() };
  const weight = Math.min(MOST_SEEN - intervals, seen[hour]!);
  after.seen[hour] = weight + intervals;
  after.shares[hour] = (shares[hour]! * weight + read) / (weight + intervals);
  return after;
}

/**
 * The chance, below 1, of any read in an interval of that hour. In the first weeks an hour is known from few days, so the
 * same hour of other days of its kind (working days, Saturdays, Sundays) counts too; 0 where nothing is known.
 */
export function chanceOfRead({ shares, seen }: Rhythm, hour: number): number {
  const day = Math.floor(hour / 24);
  const [first, last] = day < 5 ? [0, 4] : [day, day];
  let sum = 0;
  let count = 0;
  for (let other = first; other <= last; other++) {
    if (other === day) continue;
    const alike = (hour % 24) + 24 * other;
    sum += shares[alike]! * seen[alike]!;
    count += seen[alike]!;
  }
  const weight = Math.min(count, OF_ALIKE);
  // One more without a read: what is known from a few is not certain.
  return (shares[hour]! * seen[hour]! + (count === 0 ? 0 : (sum / count) * weight)) / (seen[hour]! + weight + 1);
}

/** Other days count as so many intervals at most. */
const OF_ALIKE = 4;
