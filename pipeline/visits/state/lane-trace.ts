import { isPackedLong, packPlate } from './packed-plate.ts';
import { MOST_SOUGHT, seek } from './sought-plates.ts';
import { garageState, stateDoubles, stateWords, type TaskMemory } from './task-memory.ts';
import { ENTRY_BYTES, SLOT_AT } from './trace-numbers.ts';

/**
 * Which stays were read at a lane, and when: an entry for each read, by time (`wasm/lane-trace.as.ts`). Derived from the stays, which it
 * names by their slots. Two plates could be of one vehicle if so many characters stand in the same place, counted from the start or from
 * the end (`wasm/alike-plates.as.ts`).
 */
export class LaneTrace {
  private readonly memory: TaskMemory;
  /** Where it stands there. */
  readonly trace: number;

  constructor(memory: TaskMemory) {
    this.memory = memory;
    this.trace = garageState.makeTrace(memory.task);
  }

  add(at: number, slot: number, plate: string): void {
    packPlate(plate);
    garageState.addToTrace(this.trace, at, slot);
  }

  /** When the last was read, ms UTC; 0: none was. */
  get lastAt(): number {
    return garageState.traceLastAt(this.trace);
  }

  /** One read of a stay: another may be of the same instant, by another plate. */
  remove(at: number, slot: number, plate: string): void {
    packPlate(plate);
    if (garageState.removeFromTrace(this.trace, at, slot) === 0) throw new Error(NOT_TRACED);
  }

  /** One read of a stay of which all go. */
  removeAny(at: number, slot: number): void {
    if (garageState.removeAnyFromTrace(this.trace, at, slot) === 0) throw new Error(NOT_TRACED);
  }

  /**
   * Slots of the stays read here less than `withinMs` from `at`, by a plate that could be the same one, or less than
   * `anyWithinMs` from it by any plate.
   */
  near(at: number, withinMs: number, anyWithinMs: number, plate: string, found: number[]): void {
    packPlate(plate);
    if (isPackedLong()) seek([plate]);
    garageState.findNear(this.trace, at, withinMs, anyWithinMs);
    addFound(found);
  }

  /** Each read from one instant up to another, in order. */
  between(from: number, to: number, found: (at: number, slot: number) => void): void {
    const end = garageState.traceEnd(this.trace);
    for (let entry = garageState.traceFirstFrom(this.trace, from); entry < end; entry += ENTRY_BYTES) {
      const at = stateDoubles()[entry / 8]!;
      if (at >= to) return;
      const slot = stateWords()[(entry + SLOT_AT) / 4]!;
      if (slot !== TAKEN) found(at, slot);
    }
  }

  /** Slots of the stays that have left since then and were read here since, by a plate that could be one of these. */
  leftSince(at: number, plates: readonly string[], found: number[]): void {
    this.left(at, Infinity, Infinity, plates, found);
  }

  /** The same of those that left up to a time, and were read up to `until` at the latest: where both are long past, little is looked at. */
  leftBetween(from: number, to: number, until: number, plates: readonly string[], found: number[]): void {
    this.left(from, to, until, plates, found);
  }

  private left(from: number, to: number, until: number, plates: readonly string[], found: number[]): void {
    for (let first = 0; first < plates.length; first += MOST_SOUGHT) {
      const some = plates.length <= MOST_SOUGHT ? plates : plates.slice(first, first + MOST_SOUGHT);
      seek(some);
      garageState.findLeft(this.memory.task, this.trace, from, to, until, some.length);
      addFound(found);
    }
  }
}

/** To be called after a search: its slots, but for those that are there. */
function addFound(slots: number[]): void {
  const words = stateWords();
  const count = words[FOUND]!;
  if (count === 0) return;
  const first = words[FOUND + 1]! / 4;
  for (let i = 0; i < count; i++) if (!slots.includes(words[first + i]!)) slots.push(words[first + i]!);
}

const FOUND = garageState.foundAt() / 4;
const TAKEN = -1;
const NOT_TRACED = 'a read was forgotten that was not traced';
