/** What can be put back as it was. */
export interface Revertible {
  /** @param row SAME_ROW: another was not given; NO_ROW: there was none */
  revert(slot: number, flags: number, value: unknown, row: number): void;
  /** Nobody wants that row back any more. */
  release(row: number): void;
}

export const SAME_ROW = -1;
export const NO_ROW = -2;

/**
 * What was changed since the mark, and what was there before. Lists side by side that are written over from mark to
 * mark: an object for each change would be one for each record at least, for an undo that hardly ever comes.
 */
export class Journal {
  /** Changes that are noted; what stands behind is of earlier records. */
  private size = 0;
  private readonly tables: Revertible[] = [];
  private readonly slots: number[] = [];
  private readonly flags: number[] = [];
  private readonly values: unknown[] = [];
  /** Rows that were there before others were given instead: kept until nothing can be undone any more. */
  private readonly rows: number[] = [];
  private hasRows = false;

  /** @param row that was there (NO_ROW: none was), if there is another now; else SAME_ROW */
  note(table: Revertible, slot: number, flags: number, value: unknown, row: number): void {
    const at = this.size++;
    this.rows[at] = row;
    if (row >= 0) this.hasRows = true;
    this.tables[at] = table;
    this.slots[at] = slot;
    this.flags[at] = flags;
    this.values[at] = value;
  }

  undo(): void {
    for (let i = this.size - 1; i >= 0; i--) {
      this.tables[i]!.revert(this.slots[i]!, this.flags[i]!, this.values[i], this.rows[i]!);
    }
    this.size = 0;
    this.hasRows = false;
  }

  /** What was noted up to here can't be undone any more. */
  mark(): void {
    if (this.hasRows) this.releaseRows();
    this.size = 0;
  }

  /** Lets go of the values too. */
  clear(): void {
    this.mark();
    this.tables.length = 0;
    this.slots.length = 0;
    this.flags.length = 0;
    this.values.length = 0;
    this.rows.length = 0;
  }

  private releaseRows(): void {
    for (let i = 0; i < this.size; i++) if (this.rows[i]! >= 0) this.tables[i]!.release(this.rows[i]!);
    this.hasRows = false;
  }
}
