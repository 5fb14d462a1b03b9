/** That an exit is of a certain stay, and what speaks for it. */
export interface Hypothesis {
  readonly id: string;
  /** Nats: the plates' log-likelihood ratio, and whatever else the caller knows (dwell, direction, rivals). */
  readonly score: number;
}

export interface Posteriors {
  /** The likeliest hypothesis; null when there is none, or none that is possible at all. Of equal ones the first by id. */
  readonly best: Hypothesis | null;
  /** How likely it is; 0 without one. */
  readonly probability: number;
  /** By how many nats it is ahead of the next, be it another one or the null; negative where the null is ahead of it. */
  readonly margin: number;
  /** Of each hypothesis, in the order given; with the null's they sum to one. */
  readonly probabilities: readonly number[];
  readonly nullProbability: number;
}

/**
 * Posterior of each hypothesis and of the null, that the entry was missed, where just one of them holds.
 * @param nullScore nats, finite; a score of -Infinity is impossible
 */
export function posteriors(hypotheses: readonly Hypothesis[], nullScore: number): Posteriors {
  let best: Hypothesis | null = null;
  let next = nullScore;
  for (const hypothesis of hypotheses) {
    const { score, id } = hypothesis;
    if (score === -Infinity) continue;
    if (best === null || score > best.score || (score === best.score && id < best.id)) {
      if (best !== null) next = Math.max(next, best.score);
      best = hypothesis;
    } else {
      next = Math.max(next, score);
    }
  }
  const { shares, nullShare } = sharesOf(hypotheses.map(({ score }) => score), nullScore);
  return {
    best,
    probability: best === null ? 0 : shares[hypotheses.indexOf(best)]!,
    margin: best === null ? -Infinity : best.score - next,
    probabilities: shares,
    nullProbability: nullShare,
  };
}

/** The share of the likelihood that each score has, and the null; together they are one. Scores in nats. */
function sharesOf(
  scores: readonly number[], nullScore: number,
): { readonly shares: readonly number[]; readonly nullShare: number } {
  // Counted from the greatest, so that no power overflows.
  const top = Math.max(nullScore, ...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const nullWeight = Math.exp(nullScore - top);
  const sum = weights.reduce((total, weight) => total + weight, nullWeight);
  return { shares: weights.map((weight) => weight / sum), nullShare: nullWeight / sum };
}
