import { assign } from './matching/assign.ts';
import { sharesOf } from './matching/decide.ts';

/** What the best assignment makes of one exit, and how the likelihood is spread over what it could have made of it. */
export interface Assigned {
  /** Column of the stay, -1: none. */
  readonly column: number;
  /** By column; with `missedShare` they sum to one. */
  readonly shares: readonly number[];
  readonly missedShare: number;
}

/**
 * The best one-to-one assignment of exits to stays, with the share of each alternative: of the best assignment that
 * contains it, against the best ones that contain the others (max-marginals).
 *
 * @param scores by exit and stay, in nats; -Infinity where impossible
 * @param missed score of each exit's having no stay
 */
export function assignments(scores: readonly (readonly number[])[], missed: readonly number[]): Assigned[] {
  if (scores.length === 1) return [alone(scores[0]!, missed[0]!)];
  const best = assign(scores, missed);
  return scores.map((row, i) => {
    const forced = row.map((score, j) => (score === -Infinity ? -Infinity : totalWith(scores, missed, i, j)));
    const { shares, missedShare } = alone(forced, totalWith(scores, missed, i, -1));
    return { column: best[i]!, shares, missedShare };
  });
}

function alone(totals: readonly number[], missed: number): Assigned {
  const most = Math.max(missed, ...totals);
  const { shares, nullShare } = sharesOf(totals, missed);
  return { column: most > missed ? totals.indexOf(most) : -1, shares, missedShare: nullShare };
}

/** Score of the best assignment in which exit `i` has stay `j` (-1: none). */
function totalWith(
  scores: readonly (readonly number[])[], missed: readonly number[], i: number, j: number,
): number {
  const others = scores.flatMap((row, k) => (k === i ? [] : [row.map((score, l) => (l === j ? -Infinity : score))]));
  const othersMissed = missed.filter((_, k) => k !== i);
  const best = assign(others, othersMissed);
  return best.reduce(
    (sum, column, k) => sum + (column < 0 ? othersMissed[k]! : others[k]![column]!),
    j < 0 ? missed[i]! : scores[i]![j]!,
  );
}
