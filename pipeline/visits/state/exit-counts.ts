/**
 * How many vehicles left in each hour, of the stays in the state, and of how many of them nobody like them had been
 * inside: so that it can be told as of some time ago, whatever has come in since.
 */
export class ExitCounts {
  private readonly exits = new Map<number, number>();
  private readonly strays = new Map<number, number>();
  /** What was asked for last, and found, if none of it has changed since. */
  private askedFrom = NaN;
  private askedTo = NaN;
  private found: Exits = { exits: 0, strays: 0 };

  /** @param at first read of the exit, ms UTC; @param isStray nobody like it had been inside (`isStrangers`); @param by 1, or -1: one less */
  count(at: number, isStray: boolean, by: 1 | -1): void {
    const hour = hourOf(at);
    countIn(this.exits, hour, by);
    if (isStray) countIn(this.strays, hour, by);
    if (hour >= this.askedFrom && hour <= this.askedTo) this.askedFrom = NaN;
  }

  /** Of those hours and all between. */
  between(fromHour: number, toHour: number): Exits {
    if (this.askedFrom === fromHour && this.askedTo === toHour) return this.found;
    this.found = { exits: sum(this.exits, fromHour, toHour), strays: sum(this.strays, fromHour, toHour) };
    this.askedFrom = fromHour;
    this.askedTo = toHour;
    return this.found;
  }
}

interface Exits {
  readonly exits: number;
  readonly strays: number;
}

export const HOUR_MS = 3_600_000;

/** The number of the hour that an instant (ms UTC) lies in. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

function countIn(counts: Map<number, number>, hour: number, by: number): void {
  const count = (counts.get(hour) ?? 0) + by;
  if (count === 0) counts.delete(hour);
  else counts.set(hour, count);
}

function sum(counts: ReadonlyMap<number, number>, from: number, to: number): number {
  let total = 0;
  for (const [hour, count] of counts) if (hour >= from && hour <= to) total += count;
  return total;
}
