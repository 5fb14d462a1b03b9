import { Slab } from '../records/slab.ts';
import type { RecordBlock, ValueEncoder } from './record-block.ts';
import { RestingRows } from './resting-rows.ts';

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
  /** The same of bytes that begin at `start` and may go on behind the value: a value that rests is read where it is. */
  decodeAt?(bytes: Buffer, start: number, formatVersion: number, key: string): V;
  /**
   * True for a value of which soon after a change only the bytes are kept, as they stand in the changelog, and each look
   * decodes them (`decode` must then keep no view of them). Less memory, and less work for the collector.
   */
  rests?(value: V): boolean;
}

/** Told of each change, undone and restored ones too: keeps what is derived from a table (indexes, due times). */
export type Watcher<V> = (key: string, before: V | undefined, after: V | undefined) => void;

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
    this.journal.size = 0;
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

/** Records from one laying to rest to the next: the collector should hardly ever meet a value that is to rest. */
const LAID_EVERY = 128;

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

/** What became of a key since the last settle. */
interface Cell<V> {
  /** Undefined: taken away, or laid to rest. */
  value: V | undefined;
  /** The value is no longer here: it is held, rests, or is taken away. */
  isLaid: boolean;
  /** What was there before the change that is not laid to rest yet. */
  before: V | undefined;
  /** False: all that was done is undone again. */
  isOther: boolean;
  /** Whether the last settle had the key. */
  readonly isKnown: boolean;
}

export class Table<V> {
  /** What was changed since the last settle. */
  private readonly changed = new Map<string, Cell<V>>();
  /** Those of them that are not laid to rest yet. */
  private readonly freshKeys: string[] = [];
  private readonly freshCells: Cell<V>[] = [];
  private readonly held = new Map<string, V>();
  private readonly resting = new RestingRows();
  private readonly slab = new Slab(SLAB_BYTES);
  private live = 0;
  private readonly id: number;
  private readonly codec: StateCodec<V>;
  private readonly journal: Journal;
  private readonly watcher: Watcher<V> | null;
  /** The value at rest that was looked at last: what is looked at is often changed next. */
  private awakeKey = '';
  private awake: V | undefined = undefined;

  constructor(id: number, codec: StateCodec<V>, journal: Journal, watcher: Watcher<V> | null) {
    this.id = id;
    this.codec = codec;
    this.journal = journal;
    this.watcher = watcher;
  }

  get(key: string): V | undefined {
    const cell = this.changed.get(key);
    return cell === undefined || cell.isLaid ? this.laidValue(key) : cell.value;
  }

  put(key: string, value: V): void {
    this.change(key, value);
  }

  delete(key: string): void {
    this.change(key, undefined);
  }

  get size(): number {
    return this.live;
  }

  /** In no order that says anything. */
  *entries(): Generator<[string, V]> {
    const isFresh = (key: string): boolean => this.changed.get(key)?.isLaid === false;
    for (const [key, { value }] of this.changed) if (value !== undefined) yield [key, value];
    for (const [key, value] of this.held) if (!isFresh(key)) yield [key, value];
    for (const [key, row] of this.resting.entries()) if (!isFresh(key)) yield [key, this.decoded(key, row)];
  }

  private laidValue(key: string): V | undefined {
    const held = this.held.size === 0 ? undefined : this.held.get(key);
    if (held !== undefined || this.resting.size === 0) return held;
    if (this.awake !== undefined && this.awakeKey === key) return this.awake;
    const row = this.resting.find(key);
    if (row < 0) return undefined;
    this.awake = this.decoded(key, row);
    this.awakeKey = key;
    return this.awake;
  }

  private decoded(key: string, row: number): V {
    const { resting, codec } = this;
    if (codec.decodeAt === undefined) {
      const value = resting.valueAt(row);
      return codec.decode(value.subarray(1), value[0]!, key);
    }
    const bytes = resting.bytesOf(row);
    const start = resting.startOf(row);
    return codec.decodeAt(bytes, start + 1, bytes[start]!, key);
  }

  private change(key: string, after: V | undefined): void {
    let cell = this.changed.get(key);
    const before = cell === undefined || cell.isLaid ? this.laidValue(key) : cell.value;
    if (before === after) return;
    if (cell === undefined) {
      cell = { value: undefined, isLaid: true, before: undefined, isOther: false, isKnown: before !== undefined };
      this.changed.set(key, cell);
    }
    if (cell.isLaid) {
      cell.isLaid = false;
      cell.before = before;
      this.freshKeys.push(key);
      this.freshCells.push(cell);
    }
    this.journal.note(this as Table<unknown>, key, cell as Cell<unknown>, before);
    this.becomes(key, cell, before, after);
  }

  /** Puts back what a record changed. */
  revert(key: string, cell: Cell<V>, before: V | undefined): void {
    this.becomes(key, cell, cell.value, before);
  }

  private becomes(key: string, cell: Cell<V>, before: V | undefined, after: V | undefined): void {
    cell.value = after;
    if (before === undefined) this.live += 1;
    else if (after === undefined) this.live -= 1;
    this.watcher?.(key, before, after);
  }

  /** Lays what was changed to rest: of values that may rest only their bytes are kept from here on. */
  layToRest(): void {
    for (let i = 0; i < this.freshCells.length; i++) {
      const key = this.freshKeys[i]!;
      const cell = this.freshCells[i]!;
      if (cell.value !== cell.before) {
        this.lay(key, cell.value, cell.before !== undefined);
        cell.isOther = true;
      }
      cell.value = undefined;
      cell.before = undefined;
      cell.isLaid = true;
    }
    this.endLaying();
  }

  private lay(key: string, value: V | undefined, hadBefore: boolean): void {
    if (value === undefined || this.codec.rests?.(value) !== true) {
      this.hold(key, value);
      if (hadBefore) this.resting.remove(key);
      return;
    }
    if (hadBefore && this.held.size > 0) this.held.delete(key);
    const { slab, codec } = this;
    slab.end = 0;
    slab.appendByte(codec.formatVersion);
    codec.encodeTo(value, slab);
    this.resting.put(key, slab.bytes, 0, slab.end);
  }

  private hold(key: string, value: V | undefined): void {
    if (value === undefined) this.held.delete(key);
    else this.held.set(key, value);
  }

  private endLaying(): void {
    this.freshKeys.length = 0;
    this.freshCells.length = 0;
    this.awake = undefined;
  }

  settle(changelog: RecordBlock, timestamp: number): void {
    this.layToRest();
    for (const [key, { isOther, isKnown }] of this.changed) if (isOther) this.writeChange(changelog, timestamp, key, isKnown);
    this.changed.clear();
  }

  settleUnwritten(): void {
    for (let i = 0; i < this.freshCells.length; i++) {
      const key = this.freshKeys[i]!;
      const { value, before } = this.freshCells[i]!;
      if (value === before) continue;
      this.hold(key, value);
      this.resting.remove(key);
    }
    this.endLaying();
    this.changed.clear();
  }

  private writeChange(changelog: RecordBlock, timestamp: number, key: string, isKnown: boolean): void {
    const held = this.held.size === 0 ? undefined : this.held.get(key);
    const row = held === undefined ? this.resting.find(key) : -1;
    const isGone = held === undefined && row < 0;
    if (isGone && !isKnown) return;
    const slab = changelog.beginRecord(timestamp);
    slab.appendByte(this.id);
    slab.appendText(key);
    changelog.beginValue();
    if (row >= 0) {
      this.resting.copyTo(row, slab);
    } else if (held !== undefined) {
      slab.appendByte(this.codec.formatVersion);
      this.codec.encodeTo(held, slab);
    }
    changelog.endRecord(isGone);
  }

  /** Takes over a value that stands in no changelog. */
  restore(key: string, value: V): void {
    const before = this.laidValue(key);
    this.held.set(key, value);
    this.restored(key, before, value);
  }

  restoreBytes(key: string, bytes: Buffer | null): void {
    const before = this.laidValue(key);
    // A tombstone may outlive what it took away: compaction drops that first.
    if (bytes === null && before === undefined) return;
    const after = bytes === null ? undefined : this.codec.decode(bytes.subarray(1), bytes[0]!, key);
    if (bytes !== null && this.codec.rests?.(after!) === true) {
      this.resting.put(key, bytes, 0, bytes.length);
    } else {
      this.hold(key, after);
      if (before !== undefined) this.resting.remove(key);
    }
    this.restored(key, before, after);
  }

  private restored(key: string, before: V | undefined, after: V | undefined): void {
    this.awake = undefined;
    if (before === undefined) this.live += 1;
    else if (after === undefined) this.live -= 1;
    this.watcher?.(key, before, after);
  }
}

const SLAB_BYTES = 1024;
