/** What can be put back as it was. */
export interface Revertible {
  revert(slot: number, flags: number, value: unknown): void;
}

/**
 * What was changed since the mark, and what was there before. Lists side by side that are written over from mark to
 * mark: an object for each change would be one for each record at least, for an undo that hardly ever comes.
 */
export class Journal {
  /** Changes that are noted; what stands behind is of earlier records. */
  size = 0;
  private readonly tables: Revertible[] = [];
  private readonly slots: number[] = [];
  private readonly flags: number[] = [];
  private readonly values: unknown[] = [];

  note(table: Revertible, slot: number, flags: number, value: unknown): void {
    const at = this.size++;
    this.tables[at] = table;
    this.slots[at] = slot;
    this.flags[at] = flags;
    this.values[at] = value;
  }

  undo(): void {
    for (let i = this.size - 1; i >= 0; i--) this.tables[i]!.revert(this.slots[i]!, this.flags[i]!, this.values[i]);
    this.size = 0;
  }

  /** Lets go of the values too. */
  clear(): void {
    this.size = 0;
    this.tables.length = 0;
    this.slots.length = 0;
    this.flags.length = 0;
    this.values.length = 0;
  }
}
