import { shippedConfusions, type Confusions, type ReliabilityRow } from './confusions.ts';

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
const STEPS = 20;

export function reliabilityOf(learned: Confusions): Reliability {
  const assumed = (confidence: number): number => 0.6 + 0.36 * confidence;
  const without = curveOf(learned.reliability, ({ right, wrong }) => [right, wrong], assumed, ASSUMED_READS);
  const withThem = curveOf(learned.reliability, (row) => [row.rightWithCandidates, row.wrongWithCandidates], assumed, ASSUMED_READS);
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

/**
 * Share of right reads at confidences 0, 1/STEPS, ... 1, rising.
 * @param rows rising up to 1
 * @param assumed that share, before anything is counted; worth so many reads a step
 */
export function curveOf(
  rows: readonly ReliabilityRow[], countsOf: (row: ReliabilityRow) => [right: number, wrong: number],
  assumed: (confidence: number) => number, assumedReads: number,
): Float64Array {
  const counted: Counted[] = [];
  let first = 0;
  for (let step = 0; step <= STEPS; step++) {
    const confidence = step / STEPS;
    let right = assumedReads * assumed(confidence);
    let reads = assumedReads;
    while (confidence > rows[first]!.upTo) first++;
    // Where one row ends and the next begins, both tell.
    for (let row = first; row === first || (row < rows.length && confidence >= rows[row - 1]!.upTo); row++) {
      const [rightOnes, wrongOnes] = countsOf(rows[row]!);
      right += rightOnes;
      reads += rightOnes + wrongOnes;
    }
    counted.push({ right, reads, steps: 1 });
  }
  const shares = new Float64Array(STEPS + 1);
  let from = 0;
  for (const { right, reads, steps } of rising(counted)) {
    shares.fill(Math.min(MOST_RIGHT, Math.max(LEAST_RIGHT, right / reads)), from, from + steps);
    from += steps;
  }
  return shares;
}

interface Counted {
  readonly right: number;
  readonly reads: number;
  readonly steps: number;
}

/** With rising shares, the nearest to those counted: neighbours out of order are counted together. */
function rising(counted: readonly Counted[]): readonly Counted[] {
  const blocks: Counted[] = [];
  for (const one of counted) {
    let last = one;
    for (let before = blocks.at(-1); before !== undefined && before.right / before.reads > last.right / last.reads; before = blocks.at(-1)) {
      blocks.pop();
      last = { right: before.right + last.right, reads: before.reads + last.reads, steps: before.steps + last.steps };
    }
    blocks.push(last);
  }
  return blocks;
}

/** @param values as `curveOf` gives them */
export function valueAt(values: Float64Array, confidence: number): number {
  const at = (confidence > 0 ? (confidence < 1 ? confidence : 1) : 0) * STEPS;
  const step = Math.min(STEPS - 1, Math.floor(at));
  return values[step]! + (at - step) * (values[step + 1]! - values[step]!);
}

export const shippedReliability = reliabilityOf(shippedConfusions);
