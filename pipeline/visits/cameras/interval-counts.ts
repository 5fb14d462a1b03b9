import { garageState, type TaskMemory } from '../state/task-memory.ts';

/**
 * How many reads of a camera, or exits of a garage, fall into which interval: see `../state/wasm/interval-counts.as.ts`. Derived from what
 * the state holds of them, and so no more than that holds.
 */
export class IntervalCounts {
  readonly memory: TaskMemory;
  /** Where they stand there. */
  readonly place: number;

  /** @param number of the camera, where they are one's */
  constructor(memory: TaskMemory, number = 0) {
    this.memory = memory;
    this.place = garageState.makeCounts(memory.task, number);
  }

  /** @param at ms UTC */
  add(at: number): void {
    garageState.addToCounts(this.place, at);
  }

  /** Takes out what was added once. */
  remove(at: number): void {
    garageState.removeFromCounts(this.place, at);
  }

  of(interval: number): number {
    return this.between(interval, interval + 1);
  }

  /** The first interval from that one on with any; Infinity: none. */
  firstFrom(interval: number): number {
    return garageState.firstCountedFrom(this.place, interval);
  }

  /** How many there are from that interval on. */
  since(interval: number): number {
    return this.between(interval, Infinity);
  }

  /** From an interval up to another. */
  between(from: number, to: number): number {
    return garageState.countBetween(this.place, from, to);
  }
}
