import { garageState, stateDoubles, type TaskMemory } from './task-memory.ts';

/**
 * When to look at a garage's stays again: (garage clock, slot) by time, then by slot (`wasm/due-slots.as.ts`). Entries are never taken out
 * when a due time changes: one holds if the stay that has the slot now is of the garage, and due then.
 */
export class SlotsDue {
  private readonly memory: TaskMemory;
  private readonly garage: number;
  /** Where it stands there. */
  readonly place: number;

  /** @param garage its number */
  constructor(memory: TaskMemory, garage: number) {
    this.memory = memory;
    this.garage = garage;
    this.place = garageState.makeDue(memory.task);
  }

  get size(): number {
    return garageState.dueSize(this.place);
  }

  /** The earliest due time, Infinity when there is none. */
  get first(): number {
    return stateDoubles()[this.place / 8]!;
  }

  get firstSlot(): number {
    return garageState.firstDueSlot(this.place);
  }

  /** @returns how many there are then */
  push(at: number, slot: number): number {
    return garageState.pushDue(this.place, at, slot);
  }

  pop(): void {
    garageState.popDue(this.place);
  }

  /** Whether it holds. */
  isDue(slot: number, at: number): boolean {
    return garageState.isStayDue(this.memory.task, this.garage, slot, at) !== 0;
  }

  /** Drops the first ones as long as they don't hold: mostly of stays that ended long before. */
  dropStale(): void {
    garageState.dropStaleDue(this.memory.task, this.place, this.garage);
  }

  /**
   * Takes out the slot of the only stay that is due first.
   * @returns NO_SLOT: of what was noted for that time nothing holds any more; SEVERAL: so many are due then, and left
   */
  take(): number {
    return garageState.takeDue(this.memory.task, this.place, this.garage);
  }

  /** Keeps each entry that holds, once. */
  compact(): void {
    garageState.compactDue(this.memory.task, this.place, this.garage);
  }
}
