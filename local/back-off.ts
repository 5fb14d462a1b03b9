/** How soon a service that died is started again. */
export interface BackOff {
  readonly firstMs: number;
  /** The wait doubles with each death up to this. */
  readonly mostMs: number;
  /** A service that ran this long before it died starts over with the first wait. */
  readonly calmAfterMs: number;
}

export const serviceBackOff: BackOff = { firstMs: 1_000, mostMs: 30_000, calmAfterMs: 60_000 };

/** How many deaths in a row this one makes, given those before it and how long the service had run. */
export function deathsInARow(before: number, ranMs: number, backOff: BackOff): number {
  return ranMs >= backOff.calmAfterMs ? 1 : before + 1;
}

/** The wait (ms) before the next start, after this many deaths in a row. */
export function restartDelayMs(deaths: number, backOff: BackOff): number {
  return Math.min(backOff.mostMs, backOff.firstMs * 2 ** (deaths - 1));
}
