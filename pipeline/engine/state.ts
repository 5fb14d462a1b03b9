import { Journal } from './journal.ts';
import type { RecordBlock } from './record-block.ts';
import { Table, type StateCodec, type Watcher } from './table.ts';

/**
 * The state of a task: tables in memory, changed in place. Every change is noted, so that one record's work can
 * be undone when its rule throws, and so that a transaction writes one changelog record per changed key. When a
 * commit fails the whole state is dropped and restored: only the changelog knows whether it landed.
 *
 * Values must never be changed once put: put a new one.
 */

export type { StateCodec, Table, Watcher };

export class TaskState {
  private readonly tables = new Map<number, Table<unknown>>();
  private readonly journal = new Journal();
  private marks = 0;

  /**
   * Opens a table; `id` stands as the first byte of its changelog keys and must never be given anew.
   * 0 is the engine's own (input offsets), 1 to 255 are the stage's.
   */
  table<V>(id: number, codec: StateCodec<V>, watcher?: Watcher<V>): Table<V> {
    if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError(`table id ${id} is not 0 to 255`);
    if (this.tables.has(id)) throw new Error(`table id ${id} is opened twice`);
    const table = new Table<V>(id, codec, this.journal, watcher ?? null);
    this.tables.set(id, table as Table<unknown>);
    return table;
  }

  /** A point to go back to with `undo`. */
  mark(): void {
    this.journal.mark();
    this.marks += 1;
    if (this.marks % LAID_EVERY === 0) for (const table of this.tables.values()) table.layToRest();
  }

  /** Undoes all since `mark`. */
  undo(): void {
    this.journal.undo();
  }

  /**
   * Ends a transaction's work: writes one record per key changed since the last settle (a key that came and went in
   * between has none), and holds what is in the tables now for the truth. So it is, or will be: should the commit
   * fail, all of this is dropped.
   */
  settle(changelog: RecordBlock, timestamp: number): void {
    this.journal.clear();
    for (const table of this.tables.values()) table.settle(changelog, timestamp);
  }

  /** The same where nobody keeps a changelog: nothing is written, and no value rests. */
  settleUnwritten(): void {
    this.journal.clear();
    for (const table of this.tables.values()) table.settleUnwritten();
  }

  /**
   * Takes in one changelog record.
   * @throws when the table is not known, or its format version can't be read
   */
  restore(key: Buffer, value: Buffer | null): void {
    const table = this.tables.get(key[0] ?? 0);
    if (table === undefined) throw new Error(`changelog key of unknown table ${key[0]}`);
    table.restoreBytes(key.toString('utf8', 1), value);
  }

  /** Number of keys in all tables. */
  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }
}

/**
 * Records from one laying to rest to the next. What changes again meanwhile is written once: a vehicle that stands before the
 * camera, and what is due soon after. But the collector should hardly ever meet a value that is to rest.
 */
const LAID_EVERY = 512;
