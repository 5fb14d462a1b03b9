import { posteriors } from '../../pipeline/visits/matching/decide.ts';
import { PlateIndex } from '../../pipeline/visits/state/plate-index.ts';
import { sameVehicle } from '../../pipeline/visits/matching/same-vehicle.ts';
import { TaskMemory } from '../../pipeline/visits/state/task-memory.ts';
import type { SeenStay } from './pairing-world.ts';

/** How well plates alone tell stays apart, where so many vehicles are inside. Shares are 0 to 1. */
export interface PairingQuality {
  readonly exits: number;
  /** Exits whose voted plate is wrong. */
  readonly misreadExits: number;
  /** Of those: the true stay is among the near ones, and is the likeliest of all inside. */
  readonly found: number;
  readonly first: number;
  /** Of all exits, those decided by a posterior of at least 0.95: for the true stay, and for another. */
  readonly right: number;
  readonly wrong: number;
  /** The same with the exit's own entry missed. */
  readonly wrongWithoutEntry: number;
  /** That a true pair scores higher than a pair of near plates of two vehicles. */
  readonly auc: number;
}

/** Each exit against all of `inside` stays at once; dwell times and directions are left out. */
export function pairingQuality(stays: readonly SeenStay[], inside: number): PairingQuality {
  const same: number[] = [];
  const different: number[] = [];
  const memory = new TaskMemory();
  let exits = 0;
  let misreadExits = 0;
  let found = 0;
  let first = 0;
  let right = 0;
  let wrong = 0;
  let wrongWithoutEntry = 0;
  const nullScore = Math.log(MISSED * inside);
  for (let from = 0; from + inside <= stays.length; from += inside) {
    const pool = stays.slice(from, from + inside);
    const index = new PlateIndex(memory);
    for (const [n, { entry }] of pool.entries()) index.add(n, entry);
    for (const { vehicleId, exit, plate } of pool) {
      const hypotheses = index.near(exit).map((n) => ({ id: pool[n]!.vehicleId, score: sameVehicle(exit, pool[n]!.entry) }));
      for (const { id, score } of hypotheses) (id === vehicleId ? same : different).push(score);
      exits++;
      const { best, probability } = posteriors(hypotheses, nullScore);
      if (probability >= SURE && best!.id === vehicleId) right++;
      else if (probability >= SURE) wrong++;
      const others = hypotheses.filter(({ id }) => id !== vehicleId);
      if (posteriors(others, nullScore).probability >= SURE) wrongWithoutEntry++;
      if (exit.plate === plate) continue;
      misreadExits++;
      if (others.length < hypotheses.length) found++;
      if (best?.id === vehicleId) first++;
    }
  }
  return {
    exits, misreadExits, found: found / misreadExits, first: first / misreadExits, right: right / exits, wrong: wrong / exits,
    wrongWithoutEntry: wrongWithoutEntry / exits, auc: areaUnderCurve(same, different),
  };
}

/** Entries that are missed, for each that is not. */
const MISSED = 0.02;
const SURE = 0.95;

/** That one of `higher` is greater than one of `lower`. */
function areaUnderCurve(higher: readonly number[], lower: readonly number[]): number {
  const sorted = Float64Array.from(lower).sort();
  let below = 0;
  for (const score of higher) {
    let from = 0;
    let to = sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle]! < score) from = middle + 1;
      else to = middle;
    }
    below += from;
  }
  return below / (higher.length * lower.length);
}
