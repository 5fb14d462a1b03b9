import { garageState, type TaskMemory } from './task-memory.ts';

/** A garage's own in the memory of its task: its lanes and cameras by the hashes of their ids. */
export class GarageMemory {
  readonly memory: TaskMemory;
  /** Where it stands, for what `garageState` has. */
  readonly ids: number;
  /** False: two lanes, or cameras, have the same hash, and nothing is to be found by hashes. */
  areApart = true;

  constructor(memory: TaskMemory) {
    this.memory = memory;
    this.ids = garageState.makeIds(memory.task);
  }

  /** @param hash `idHashOf` @param trace where it stands */
  addLane(hash: number, trace: number): void {
    if (garageState.addLane(this.ids, hash, trace) === 0) this.areApart = false;
  }

  /** @param counts of its reads, where they stand */
  addCamera(hash: number, counts: number): void {
    if (garageState.addCamera(this.ids, hash, counts) === 0) this.areApart = false;
  }
}
