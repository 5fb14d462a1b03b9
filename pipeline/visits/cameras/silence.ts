/**
 * camera_silent: a camera reads nothing for so long that by its rhythm for those hours that is next to impossible. It is
 * likelier when the other cameras of its garage read less than they use to (a holiday), but only up to a point: the whole
 * garage may be cut off.
 */
export interface Quiet {
  /** The first interval without a read, if `intervals` is not 0. */
  readonly since: number;
  readonly intervals: number;
  /** How unlikely that is: minus the logarithm of its probability. */
  readonly surprise: number;
  /** In how many intervals the others of its garage should have read anything since then, and have. */
  readonly othersExpected: number;
  readonly othersRead: number;
}

export const notQuiet: Quiet = { since: 0, intervals: 0, surprise: 0, othersExpected: 0, othersRead: 0 };

const SILENT_FROM = 8;
/** On the quietest days there is still so much of the usual traffic. */
const LEAST_TRAFFIC = 0.3;
/** A few reads of others say little. */
const READS_UNSURE = 3;

/**
 * One interval more without a read.
 * @param chance of a read in it
 * @param others in how many intervals the other cameras of the garage should have read anything (each counts), and have
 */
export function quieter(
  { since, intervals, surprise, othersExpected, othersRead }: Quiet, interval: number, chance: number,
  others: { readonly expected: number; readonly read: number },
): Quiet {
  return {
    since: intervals === 0 ? interval : since,
    intervals: intervals + 1,
    surprise: surprise - Math.log(1 - chance),
    othersExpected: othersExpected + others.expected,
    othersRead: othersRead + others.read,
  };
}

/** How unlikely the quiet is with as much traffic as there is. */
export function surpriseOf({ surprise, othersExpected, othersRead }: Quiet): number {
  const traffic = (othersRead + READS_UNSURE) / (othersExpected + READS_UNSURE);
  return surprise * Math.max(LEAST_TRAFFIC, Math.min(1, traffic));
}

export function isSilent(quiet: Quiet): boolean {
  return surpriseOf(quiet) >= SILENT_FROM;
}

/** Quiet as at any time: it teaches that there are such hours. */
export function isUsual(quiet: Quiet): boolean {
  return surpriseOf(quiet) < SILENT_FROM / 4;
}
