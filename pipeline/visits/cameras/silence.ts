import { summable } from './summable.ts';

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

export const SILENT_FROM = 8;
const USUAL_BELOW = SILENT_FROM / 4;
/** On the quietest days there is still so much of the usual traffic. */
const LEAST_TRAFFIC = 0.3;
/** A few reads of others say little. */
const READS_UNSURE = 3;

/** One that is changed in place: many quiet intervals are often judged at once. */
export type GrowingQuiet = { -readonly [field in keyof Quiet]: Quiet[field] };

/**
 * Some intervals more without a read.
 * @param unlikelihood of one, minus the logarithm of its probability: see `unlikelihoodOfQuiet`
 * @param expected how many of the garage's other cameras should have read anything in one
 * @param read how many of them have
 */
export function growQuiet(
  quiet: GrowingQuiet, interval: number, intervals: number, unlikelihood: number, expected: number, read: number,
): void {
  if (quiet.intervals === 0) quiet.since = interval;
  quiet.intervals += intervals;
  quiet.surprise += intervals * unlikelihood;
  quiet.othersExpected += intervals * expected;
  quiet.othersRead += intervals * read;
}

/** @param chance of a read in an interval */
export function unlikelihoodOfQuiet(chance: number): number {
  return summable(-Math.log(1 - chance));
}

export function endQuiet(quiet: GrowingQuiet): void {
  quiet.since = 0;
  quiet.intervals = 0;
  quiet.surprise = 0;
  quiet.othersExpected = 0;
  quiet.othersRead = 0;
}

/** How unlikely the quiet is with as much traffic as there is. */
function surpriseOf(quiet: Quiet): number {
  return quiet.surprise * trafficOf(quiet);
}

function trafficOf({ othersExpected, othersRead }: Quiet): number {
  return Math.max(LEAST_TRAFFIC, Math.min(1, (othersRead + READS_UNSURE) / (othersExpected + READS_UNSURE)));
}

export function isSilent(quiet: Quiet): boolean {
  return surpriseOf(quiet) >= SILENT_FROM;
}

/** It will surely be as at any time with so much more surprise and no reads at all: traffic only becomes less. */
export function isUsualAfter(quiet: Quiet, moreSurprise: number): boolean {
  return (quiet.surprise + moreSurprise) * trafficOf(quiet) < USUAL_BELOW;
}

/** Quiet as at any time: it teaches that there are such hours. */
export function isUsual(quiet: Quiet): boolean {
  return surpriseOf(quiet) < USUAL_BELOW;
}
