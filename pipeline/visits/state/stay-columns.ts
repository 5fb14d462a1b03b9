import type { LaneTrace } from './lane-trace.ts';
import { packPlate } from './packed-plate.ts';
import { countryWord, PlateStays } from './plate-stays.ts';
import { ReadHashes } from './read-hashes.ts';
import { garageState, TaskMemory } from './task-memory.ts';

/**
 * What is asked of stays so often that they need not be decoded for it, by their slots in the table: see `wasm/stay-columns.as.ts`. Derived
 * from the stays. What is said of a slot that no stay has, says nothing.
 */
export class StayColumns {
  readonly memory = new TaskMemory();
  /** Which are of one plate. */
  readonly plates = new PlateStays(this.memory);
  /** Of the reads in their passages. */
  readonly reads = new ReadHashes(this.memory);

  /** Garage clock at which it must be looked at again; NO_STAY: the stay is deleted. */
  dueAt(slot: number): number {
    return garageState.dueAt(this.memory.task, slot);
  }

  setDueAt(slot: number, at: number): void {
    garageState.setDueAt(this.memory.task, slot, at);
  }

  /** The last read of its passages, ms UTC. */
  lastSeenAt(slot: number): number {
    return garageState.lastSeenAt(this.memory.task, slot);
  }

  setLastSeenAt(slot: number, at: number): void {
    garageState.setLastSeenAt(this.memory.task, slot, at);
  }

  /** The first read of its exit passage, ms UTC; 0: it has none. */
  leftAt(slot: number): number {
    return garageState.leftAt(this.memory.task, slot);
  }

  setLeftAt(slot: number, at: number): void {
    garageState.setLeftAt(this.memory.task, slot, at);
  }

  /** Where it stands among those that may be inside; of one that does not, any number. */
  insideAt(slot: number): number {
    return garageState.insideAt(this.memory.task, slot);
  }

  setInsideAt(slot: number, place: number): void {
    garageState.setInsideAt(this.memory.task, slot, place);
  }

  /**
   * Looks where the read's id and its plate are looked for first, and what was read at its lane last (null: nothing was).
   * @returns of no use: it is for the look alone
   */
  lookAt(camera: number, readId: string, garage: number, country: string, plate: string, lane: LaneTrace | null): number {
    packPlate(plate);
    const trace = lane === null ? 0 : lane.trace;
    return garageState.lookAt(this.memory.task, camera, this.reads.hashOf(readId), garage, countryWord(country), trace);
  }

  /** Makes room for a slot: before anything is set of it. */
  makeRoomFor(slot: number): void {
    garageState.makeRoomFor(this.memory.task, slot);
  }
}

/** As a due time: never. */
export const NO_STAY = -1;
