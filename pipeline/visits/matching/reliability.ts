import { shippedConfusions, type Confusions } from './confusions.ts';
import { RIGHT_STEPS as STEPS } from './shared-numbers.ts';

/** What a camera's confidence is worth. */
export interface Reliability {
  /** How likely the plate is right; never falls when the confidence rises. */
  right(confidence: number, hasCandidates: boolean): number;
  /** The highest confidence that is worth no more than this. */
  confidenceWorth(right: number, hasCandidates: boolean): number;
  /** How likely the truth is among the candidates of a misread. */
  readonly truthAmongCandidates: number;
}

/** Whatever a camera says of itself, it may be wrong, or right: confidences of other makes mean other things. */
const LEAST_RIGHT = 0.4;
const MOST_RIGHT = 0.986;
/** What is assumed of a confidence before anything is learned, worth so many reads a step. */
const ASSUMED_READS = 40;
const ASSUMED_LISTS = 40;
const ASSUMED_AMONG = 0.55;

export function reliabilityOf(learned: Confusions): Reliability {
  const rows = learned.reliability;
  const upTo = rows.map((row) => row.upTo);
  const assumed = atSteps((confidence) => 0.6 + 0.36 * confidence);
  const without = curveOf(upTo, rows.map(({ right }) => right), rows.map(({ wrong }) => wrong), assumed, ASSUMED_READS);
  const withThem = curveOf(
    upTo, rows.map((row) => row.rightWithCandidates), rows.map((row) => row.wrongWithCandidates), assumed, ASSUMED_READS,
  );
  return {
    right: (confidence, hasCandidates) => valueAt(hasCandidates ? withThem : without, confidence),
    confidenceWorth(right, hasCandidates) {
      const values = hasCandidates ? withThem : without;
      const step = values.findLastIndex((value) => value <= right);
      // Worth less than any confidence: a lower one than all.
      if (step < 0) return Math.min(right, 1 / STEPS);
      if (step === STEPS) return 1;
      return (step + (right - values[step]!) / (values[step + 1]! - values[step]!)) / STEPS;
    },
    truthAmongCandidates:
      (ASSUMED_LISTS * ASSUMED_AMONG + learned.truthAmongCandidates) / (ASSUMED_LISTS + learned.misreadsWithCandidates),
  };
}

/** What is said of confidences 0, 1/STEPS, ... 1. */
export function atSteps(of: (confidence: number) => number): readonly number[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => of(step / STEPS));
}

/**
 * Share of right reads at confidences 0, 1/STEPS, ... 1, rising: the nearest to those counted, for neighbours out of order are counted
 * together.
 * @param upTo which confidences is counted in each row, rising up to 1
 * @param rights right reads by row @param wrongs wrong ones
 * @param assumed the share at each of the confidences, before anything is counted; worth so many reads
 */
export function curveOf(
  upTo: readonly number[], rights: readonly number[], wrongs: readonly number[], assumed: readonly number[], assumedReads: number,
): Float64Array {
  let first = 0;
  let blocks = 0;
  for (let step = 0; step <= STEPS; step++) {
    const confidence = step / STEPS;
    let right = assumedReads * assumed[step]!;
    let reads = assumedReads;
    while (confidence > upTo[first]!) first++;
    // Where one row ends and the next begins, both tell.
    for (let row = first; row === first || (row < upTo.length && confidence >= upTo[row - 1]!); row++) {
      right += rights[row]!;
      reads += rights[row]! + wrongs[row]!;
    }
    let steps = 1;
    for (; blocks > 0 && rightIn[blocks - 1]! / readsIn[blocks - 1]! > right / reads; blocks--) {
      right += rightIn[blocks - 1]!;
      reads += readsIn[blocks - 1]!;
      steps += stepsIn[blocks - 1]!;
    }
    rightIn[blocks] = right;
    readsIn[blocks] = reads;
    stepsIn[blocks] = steps;
    blocks++;
  }
  const shares = new Float64Array(STEPS + 1);
  for (let block = 0, step = 0; block < blocks; block++) {
    const share = Math.min(MOST_RIGHT, Math.max(LEAST_RIGHT, rightIn[block]! / readsIn[block]!));
    for (const end = step + stepsIn[block]!; step < end; step++) shares[step] = share;
  }
  return shares;
}

/** What `curveOf` counts together: right reads, all, and over how many confidences. Of one curve at a time. */
const rightIn = new Float64Array(STEPS + 1);
const readsIn = new Float64Array(STEPS + 1);
const stepsIn = new Int32Array(STEPS + 1);

/** @param values as `curveOf` gives them */
export function valueAt(values: Float64Array, confidence: number): number {
  const at = (confidence > 0 ? (confidence < 1 ? confidence : 1) : 0) * STEPS;
  const step = Math.min(STEPS - 1, Math.floor(at));
  return values[step]! + (at - step) * (values[step + 1]! - values[step]!);
}

export const shippedReliability = reliabilityOf(shippedConfusions);
