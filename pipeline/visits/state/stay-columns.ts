import { DUE_AT, INSIDE, LAST_SEEN_AT, LEFT_AT } from './place-numbers.ts';
import { PlateStays } from './plate-stays.ts';
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
    return this.memory.timeOfStay(slot, DUE_AT);
  }

  setDueAt(slot: number, at: number): void {
    garageState.setDueAt(this.memory.task, slot, at);
  }

  /** The last read of its passages, ms UTC. */
  lastSeenAt(slot: number): number {
    return this.memory.timeOfStay(slot, LAST_SEEN_AT);
  }

  setLastSeenAt(slot: number, at: number): void {
    garageState.setLastSeenAt(this.memory.task, slot, at);
  }

  /** The first read of its exit passage, ms UTC; 0: it has none. */
  leftAt(slot: number): number {
    return this.memory.timeOfStay(slot, LEFT_AT);
  }

  setLeftAt(slot: number, at: number): void {
    garageState.setLeftAt(this.memory.task, slot, at);
  }

  /** Where it stands among those that may be inside; of one that does not, any number. */
  insideAt(slot: number): number {
    return this.memory.wordOfStay(slot, INSIDE);
  }

  setInsideAt(slot: number, place: number): void {
    garageState.setInsideAt(this.memory.task, slot, place);
  }

  /** Makes room for a slot: before anything is set of it. */
  makeRoomFor(slot: number): void {
    garageState.makeRoomFor(this.memory.task, slot);
  }
}

