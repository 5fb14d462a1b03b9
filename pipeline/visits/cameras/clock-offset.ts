/**
 * clock_skew: most of a camera's reads come with times that are off by about the same, while those of the garage's other
 * cameras do not: before they were made, or so long after that neither the way nor a camera that sends what it
 * had kept explains it. (Times so far off that ingest did not believe them, `clock_off`, count as well.)
 */
export interface ClockOffset {
  /** Reads of late: the weight of each halves with every HALF_LIFE that follow. */
  readonly reads: number;
  readonly ahead: number;
  readonly behind: number;
  /** Half of the reads that were off in the last interval with such reads were off by less, ms: above 0 is behind. */
  readonly byMs: number;
}

/** A read whose time was off, until its interval is judged. */
export interface OddTime {
  readonly at: number;
  /** receivedAt less capturedAt. */
  readonly lagMs: number;
}

/** Of a read whose time was so far off that ingest has taken its own: nobody knows it any more. */
export const UNBELIEVED_MS = 48 * 3_600_000;

export const rightClock: ClockOffset = { reads: 0, ahead: 0, behind: 0, byMs: 0 };

/** Nothing comes before it is made; clocks of ours and theirs differ by less. */
const ODD_AHEAD_MS = -5_000;
/** Cameras deliver in a second or two. */
const ODD_BEHIND_MS = 10_000;
/** Those of a clock that is off are off by the same, but for the way, and go on so. In a replay the lag goes with the reads' times. */
export const SAME_MS = 15_000;
export const SAME_LATELY_MS = 60_000;
const HALF_LIFE = 12;
const READS_FIRST = 10;
const OFF_FROM = 0.6;
const RIGHT_BELOW = 0.25;

/** What is later than ingest would believe of a camera is an export that is played back. */
export function isOddTime(lagMs: number): boolean {
  return (lagMs > ODD_BEHIND_MS && lagMs <= UNBELIEVED_MS) || lagMs < ODD_AHEAD_MS;
}

/** With the reads of one interval: how many there were in all, and those whose time was off. */
export function withReads(clock: ClockOffset, count: number, odd: readonly OddTime[]): ClockOffset {
  const { reads, ahead, behind, byMs } = clock;
  const lags = odd.map(({ lagMs }) => lagMs).sort((one, other) => one - other);
  const isNew = ahead + behind < 0.5;
  const asBefore = isNew ? lags : lags.filter((lag) => Math.abs(lag - byMs) <= SAME_LATELY_MS);
  const median = middleOf(asBefore.length > 0 ? asBefore : lags);
  const alike = lags.filter((lag) => Math.abs(lag - median) <= SAME_MS).length;
  // Of a clock that is off, what comes late in other ways tells nothing, as what was kept while the line was cut.
  const telling = isOff(clock) ? count - odd.length + asBefore.length : count;
  if (telling === 0) return clock;
  const same = asBefore.length > 0 ? alike : 0;
  const left = 2 ** (-telling / HALF_LIFE);
  return {
    reads: reads * left + telling,
    ahead: ahead * left + (median < 0 ? same : 0),
    behind: behind * left + (median > 0 ? same : 0),
    byMs: asBefore.length > 0 || 2 * alike > lags.length ? median : byMs,
  };
}

function middleOf(sorted: readonly number[]): number {
  return sorted[sorted.length >> 1] ?? 0;
}

export function isOff({ reads, ahead, behind }: ClockOffset): boolean {
  return reads >= READS_FIRST && Math.max(ahead, behind) >= OFF_FROM * reads;
}

export function isRight({ reads, ahead, behind }: ClockOffset): boolean {
  return reads >= READS_FIRST && Math.max(ahead, behind) < RIGHT_BELOW * reads;
}

/**
 * Where the others are off as well, or going off, it is the way, or a replay, and no camera's clock; but what delays one camera's reads does
 * not bring another's before they are made. Nor can it be told before any of them is known, or of a camera that has no others.
 * @param own the clock of one of them all
 */
export function areOthersRight(own: ClockOffset, all: readonly { readonly clock: ClockOffset }[]): boolean {
  let known = 0;
  let right = 0;
  for (let i = 0; i < all.length; i++) {
    const { clock } = all[i]!;
    if (clock === own || clock.reads < READS_FIRST) continue;
    known++;
    if (isRight(clock) || isOffTheOtherWay(clock, own)) right++;
  }
  return 2 * right > known;
}

function isOffTheOtherWay(clock: ClockOffset, own: ClockOffset): boolean {
  return isOff(clock) && isOff(own) && clock.byMs > 0 !== own.byMs > 0;
}
