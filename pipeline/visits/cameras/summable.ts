/**
 * To the nearest millionth part, in powers of two: sums of such numbers are exact, so it makes no difference how many intervals are
 * judged at once.
 */
export function summable(value: number): number {
  return Math.round(value * 2 ** 20) / 2 ** 20;
}
