import { IntervalCounts } from '../cameras/interval-counts.ts';
import { intervalOf } from '../cameras/intervals.ts';
import type { TaskMemory } from './task-memory.ts';

/**
 * How many vehicles left in each hour, of the stays in the state, and of how many of them nobody like them had been
 * inside: so that it can be told as of some time ago, whatever has come in since.
 */
export class ExitCounts {
  private readonly exits: IntervalCounts;
  private readonly strays: IntervalCounts;
  /** What was asked for last, and found, if none of it has changed since. */
  private askedFrom = NaN;
  private askedTo = NaN;
  private found: Exits = { exits: 0, strays: 0 };

  constructor(memory: TaskMemory) {
    this.exits = new IntervalCounts(memory);
    this.strays = new IntervalCounts(memory);
  }

  /** @param at first read of the exit, ms UTC; @param isStray nobody like it had been inside (`isStrangers`); @param by 1, or -1: one less */
  count(at: number, isStray: boolean, by: 1 | -1): void {
    const hour = hourOf(at);
    countIn(this.exits, at, by);
    if (isStray) countIn(this.strays, at, by);
    if (hour >= this.askedFrom && hour <= this.askedTo) this.askedFrom = NaN;
  }

  /** Of those hours and all between: one object as long as that is the same. */
  between(fromHour: number, toHour: number): Exits {
    if (this.askedFrom === fromHour && this.askedTo === toHour) return this.found;
    this.found = { exits: sum(this.exits, fromHour, toHour), strays: sum(this.strays, fromHour, toHour) };
    this.askedFrom = fromHour;
    this.askedTo = toHour;
    return this.found;
  }
}

export interface Exits {
  readonly exits: number;
  readonly strays: number;
}

export const HOUR_MS = 3_600_000;

/** The number of the hour that an instant (ms UTC) lies in. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

function countIn(counts: IntervalCounts, at: number, by: 1 | -1): void {
  if (by > 0) counts.add(at);
  else counts.remove(at);
}

function sum(counts: IntervalCounts, from: number, to: number): number {
  return counts.between(intervalOf(from * HOUR_MS), intervalOf((to + 1) * HOUR_MS));
}
