import type { RecordBlock, ValueEncoder } from './record-block.ts';
import { RestingBytes, type Resting } from './resting-bytes.ts';

/**
 * The state of a task: tables in memory, changed in place. Every change is noted, so that one record's work can
 * be undone when its rule throws, and so that a transaction writes one changelog record per changed key. When a
 * commit fails the whole state is dropped and restored: only the changelog knows whether it landed.
 *
 * Values must never be changed once put: put a new one.
 */

export interface StateCodec<V> extends ValueEncoder<V> {
  /** First byte of every changelog value. A release reads its own version and the one before. */
  readonly formatVersion: number;
  /**
   * @param key the value's own in the table, which need not stand in its bytes: the engine always tells it
   * @throws when it can't read that version
   */
  decode(bytes: Buffer, formatVersion: number, key?: string): V;
  /**
   * True for a value that is hardly looked at any more: from the settle on only its bytes are kept, and each look
   * decodes them (`decode` must then keep no view of them). Less memory, and less work for the collector.
   */
  rests?(value: V): boolean;
}

/** Told of each change, undone and restored ones too: keeps what is derived from a table (indexes, due times). */
export type Watcher<V> = (key: string, before: V | undefined, after: V | undefined) => void;

export class TaskState {
  private readonly tables = new Map<number, Table<unknown>>();
  private readonly journal = new Journal();

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
    this.journal.size = 0;
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
 * What was changed since the mark, and what was there before. Lists side by side that are written over from mark to
 * mark: an object for each change would be one for each record at least, for an undo that hardly ever comes.
 */
class Journal {
  /** Changes that are noted; what stands behind is of earlier records. */
  size = 0;
  private readonly tables: Table<unknown>[] = [];
  private readonly keys: string[] = [];
  private readonly cells: Cell<unknown>[] = [];
  private readonly befores: unknown[] = [];

  note(table: Table<unknown>, key: string, cell: Cell<unknown>, before: unknown): void {
    const at = this.size++;
    this.tables[at] = table;
    this.keys[at] = key;
    this.cells[at] = cell;
    this.befores[at] = before;
  }

  undo(): void {
    for (let i = this.size - 1; i >= 0; i--) this.tables[i]!.revert(this.keys[i]!, this.cells[i]!, this.befores[i]);
    this.size = 0;
  }

  /** Lets go of the values too. */
  clear(): void {
    this.size = 0;
    this.tables.length = 0;
    this.keys.length = 0;
    this.cells.length = 0;
    this.befores.length = 0;
  }
}

/** A key's place in a table: found once, then changed in place. Without a value: taken away, and gone when settled. */
interface Cell<V> {
  /** Undefined when taken away, and for a value at rest. */
  value: V | undefined;
  /** A value at rest: its changelog bytes. */
  resting: Resting | null;
  /** While changed: the value at the last settle. */
  settled: V | undefined;
  isChanged: boolean;
}

export class Table<V> {
  private readonly cells = new Map<string, Cell<V>>();
  private readonly restingBytes = new RestingBytes();
  private readonly changedKeys: string[] = [];
  private readonly changedCells: Cell<V>[] = [];
  private readonly id: number;
  private readonly codec: StateCodec<V>;
  private readonly journal: Journal;
  private readonly watcher: Watcher<V> | null;
  /** The value at rest that was looked at last. */
  private awake: { readonly cell: Cell<V>; readonly value: V } | null = null;

  constructor(id: number, codec: StateCodec<V>, journal: Journal, watcher: Watcher<V> | null) {
    this.id = id;
    this.codec = codec;
    this.journal = journal;
    this.watcher = watcher;
  }

  get(key: string): V | undefined {
    const cell = this.cells.get(key);
    return cell === undefined ? undefined : this.valueOf(key, cell);
  }

  put(key: string, value: V): void {
    this.change(key, value);
  }

  delete(key: string): void {
    if (this.cells.has(key)) this.change(key, undefined);
  }

  get size(): number {
    let taken = 0;
    for (const { value } of this.changedCells) if (value === undefined) taken += 1;
    return this.cells.size - taken;
  }

  *entries(): Generator<[string, V]> {
    for (const [key, cell] of this.cells) {
      const value = this.valueOf(key, cell);
      if (value !== undefined) yield [key, value];
    }
  }

  private valueOf(key: string, cell: Cell<V>): V | undefined {
    const { value, resting } = cell;
    if (value !== undefined || resting === null) return value;
    // What is looked at is often changed next.
    if (this.awake?.cell !== cell) {
      const { segment: { bytes }, at, length } = resting;
      this.awake = { cell, value: this.codec.decode(bytes.subarray(at + 1, at + length), bytes[at]!, key) };
    }
    return this.awake.value;
  }

  private change(key: string, after: V | undefined): void {
    let cell = this.cells.get(key);
    if (cell === undefined) {
      cell = { value: undefined, resting: null, settled: undefined, isChanged: false };
      this.cells.set(key, cell);
    }
    const before = this.valueOf(key, cell);
    if (before === after) return;
    if (cell.resting !== null) this.wake(cell);
    this.journal.note(this as Table<unknown>, key, cell as Cell<unknown>, before);
    if (!cell.isChanged) {
      cell.isChanged = true;
      cell.settled = before;
      this.changedKeys.push(key);
      this.changedCells.push(cell);
    }
    cell.value = after;
    this.watcher?.(key, before, after);
  }

  /** Lets go of its bytes. */
  private wake(cell: Cell<V>): void {
    this.restingBytes.release(cell.resting!);
    cell.resting = null;
    this.awake = null;
  }

  /** Puts back what a record changed. */
  revert(key: string, cell: Cell<V>, before: V | undefined): void {
    const after = cell.value;
    cell.value = before;
    this.watcher?.(key, after, before);
  }

  settle(changelog: RecordBlock, timestamp: number): void {
    for (let i = 0; i < this.changedCells.length; i++) {
      const key = this.changedKeys[i]!;
      const cell = this.changedCells[i]!;
      if (cell.value !== cell.settled) this.writeChange(changelog, timestamp, key, cell);
    }
    this.settleUnwritten();
  }

  settleUnwritten(): void {
    for (let i = 0; i < this.changedCells.length; i++) {
      const cell = this.changedCells[i]!;
      if (cell.value === undefined && cell.resting === null) this.cells.delete(this.changedKeys[i]!);
      cell.settled = undefined;
      cell.isChanged = false;
    }
    this.changedKeys.length = 0;
    this.changedCells.length = 0;
  }

  /** A record of the changelog; a value that rests from now on leaves its bytes. */
  private writeChange(changelog: RecordBlock, timestamp: number, key: string, cell: Cell<V>): void {
    const { codec, id } = this;
    const { value } = cell;
    const slab = changelog.beginRecord(timestamp);
    slab.appendByte(id);
    slab.appendText(key);
    changelog.beginValue();
    if (value === undefined) return changelog.endRecord(true);
    const start = slab.end;
    slab.appendByte(codec.formatVersion);
    codec.encodeTo(value, slab);
    if (codec.rests?.(value) === true) {
      cell.resting = this.restingBytes.keep(slab.bytes, start, slab.end);
      cell.value = undefined;
    }
    changelog.endRecord();
  }

  /** Takes over a committed value, or takes away. */
  restore(key: string, value: V | undefined, bytes: Buffer | null = null): void {
    const known = this.cells.get(key);
    const before = known === undefined ? undefined : this.valueOf(key, known);
    // A tombstone may outlive what it took away: compaction drops that first.
    if (value === undefined && before === undefined) return;
    if (known !== undefined && known.resting !== null) this.wake(known);
    if (value === undefined) this.cells.delete(key);
    else {
      const rests = bytes !== null && this.codec.rests?.(value) === true;
      this.cells.set(key, {
        value: rests ? undefined : value, resting: rests ? this.restingBytes.keep(bytes, 0, bytes.length) : null,
        settled: undefined, isChanged: false,
      });
    }
    this.watcher?.(key, before, value);
  }

  restoreBytes(key: string, bytes: Buffer | null): void {
    if (bytes === null) return this.restore(key, undefined);
    this.restore(key, this.codec.decode(bytes.subarray(1), bytes[0]!, key), bytes);
  }
}
