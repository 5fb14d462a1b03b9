/**
 * How likely, per ms, a vehicle takes so long that took `onceMs` before: log-normal around that.
 *
 * @param lengthMs above 0
 * @param spread standard deviation of the logarithm
 */
export function likelyAround(onceMs: number, lengthMs: number, spread: number): number {
  const deviation = Math.log(lengthMs / Math.max(onceMs, LEAST_MS)) / spread;
  return Math.exp(-(deviation ** 2) / 2) / (lengthMs * spread * Math.sqrt(2 * Math.PI));
}

/** What is over sooner says no more of how long the vehicle takes. */
const LEAST_MS = 60_000;
