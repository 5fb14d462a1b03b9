/** A vendor's score as 0 to 1; what is missing or beyond its scale counts as little or as full confidence. */
export function confidenceOf(score: number | null, outOf: number): number {
  return score === null ? 0 : Math.min(1, Math.max(0, score / outOf));
}
