import { addMissing } from '../lists/same-list.ts';
import { isPackedLong, packPlate } from './packed-plate.ts';
import { MOST_SOUGHT, seek } from './sought-plates.ts';
import { garageState, slotsFound, stateDoubles, stateWords, type TaskMemory } from './task-memory.ts';
import { ENTRY_BYTES, SLOT_AT, TAKEN } from './trace-numbers.ts';

/**
 * Which stays were read at a lane, and when: an entry for each read, by time (`wasm/lane-trace.as.ts`). Derived from the stays, which it
 * names by their slots. Two plates could be of one vehicle if so many characters stand in the same place, counted from the start or from
 * the end (`wasm/alike-plates.as.ts`).
 */
export class LaneTrace {
  private readonly memory: TaskMemory;
  /** Where it stands there. */
  readonly place: number;

  constructor(memory: TaskMemory) {
    this.memory = memory;
    this.place = garageState.makeTrace(memory.task);
  }

  add(at: number, slot: number, plate: string): void {
    packPlate(plate);
    garageState.addToTrace(this.place, at, slot);
  }

  /** One read of a stay: another may be of the same instant, by another plate. */
  remove(at: number, slot: number, plate: string): void {
    packPlate(plate);
    if (garageState.removeFromTrace(this.place, at, slot) === 0) throw new Error(NOT_TRACED);
  }

  /** One read of a stay of which all go. */
  removeAny(at: number, slot: number): void {
    if (garageState.removeAnyFromTrace(this.place, at, slot) === 0) throw new Error(NOT_TRACED);
  }

  /** The lanes that lie beside its own. */
  lieBeside(others: readonly LaneTrace[]): void {
    garageState.forgetBeside(this.place);
    for (const other of others) garageState.addBeside(this.place, other.place);
  }

  /**
   * Slots of the stays read here less than `withinMs` from `at`, or at a lane beside less than `besideWithinMs`, by a plate that could be
   * the same one, and here less than `anyWithinMs` from it by any plate: a list that is written over when it is asked anew.
   */
  near(at: number, withinMs: number, anyWithinMs: number, plate: string, besideWithinMs = 0): readonly number[] {
    packPlate(plate);
    if (isPackedLong()) seek([plate]);
    garageState.findNear(this.place, at, withinMs, anyWithinMs, besideWithinMs);
    return slotsFound();
  }

  /** Each read from one instant up to another, in order. */
  between(from: number, to: number, visit: (at: number, slot: number) => void): void {
    const end = garageState.traceEnd(this.place);
    for (let entry = garageState.traceFirstFrom(this.place, from); entry < end; entry += ENTRY_BYTES) {
      const at = stateDoubles()[entry >>> 3]!;
      if (at >= to) return;
      const slot = stateWords()[(entry + SLOT_AT) >>> 2]!;
      if (slot !== TAKEN) visit(at, slot);
    }
  }

  /** How many reads there are from then on, and some that are forgotten. */
  readsSince(at: number): number {
    return (garageState.traceEnd(this.place) - garageState.traceFirstFrom(this.place, at)) / ENTRY_BYTES;
  }

  /** The garage met another lane, of which it is asked too where all of them are. */
  follow(before: LaneTrace): void {
    garageState.setNextTrace(before.place, this.place);
  }

  /**
   * Adds the slots of the stays that left since then and were read here since, or at a lane that was met later, by a plate that could be
   * one of these.
   */
  leftSince(at: number, plates: readonly string[], slots: number[]): void {
    this.left(at, Infinity, Infinity, plates, slots);
  }

  /** The same of those that left up to a time, and were read up to `until` at the latest: where both are long past, little is looked at. */
  leftBetween(from: number, to: number, until: number, plates: readonly string[], slots: number[]): void {
    this.left(from, to, until, plates, slots);
  }

  /** Adds those of the stays that left since then, and were read since another time, by any plate. */
  endedSince(from: number, at: number, slots: number[]): void {
    garageState.findEndedSince(this.memory.task, this.place, from, at);
    addMissing(slotsFound(), slots);
  }

  private left(from: number, to: number, until: number, plates: readonly string[], slots: number[]): void {
    for (let first = 0; first < plates.length; first += MOST_SOUGHT) {
      const some = plates.length <= MOST_SOUGHT ? plates : plates.slice(first, first + MOST_SOUGHT);
      seek(some);
      garageState.findLeft(this.memory.task, this.place, from, to, until, some.length);
      addMissing(slotsFound(), slots);
    }
  }
}

const NOT_TRACED = 'a read was forgotten that was not traced';
