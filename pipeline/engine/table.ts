import { Slab, viewOf, type KeyAndValue } from '../records/slab.ts';
import { NO_ROW, SAME_ROW, type Journal } from './journal.ts';
import { KeyedSlots } from './keyed-slots.ts';
import type { RecordBlock, ValueEncoder } from './record-block.ts';
import type { RowMemory } from './row-memory.ts';

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
export type Watcher<V> = (key: string, before: V | undefined, after: V | undefined, slot: number) => void;

/**
 * Values by their key; whoever has the key's slot need not look for it. A slot is the key's from when it is put until the
 * transaction ends in which it was deleted; from then on it may be another's.
 */
export class Table<V> {
  private readonly slots = new KeyedSlots();
  /** By slot: values that are held, or not laid to rest yet. */
  private readonly values: (V | undefined)[] = [];
  /** By slot, see below. */
  private flags = new Uint8Array(SLOTS_AT_START);
  /** Slots that are IN_FRESH, and those IN_CHANGED. */
  private readonly fresh: number[] = [];
  private readonly changed: number[] = [];
  private readonly slab = new Slab(SLAB_BYTES);
  private live = 0;
  private readonly id: number;
  private readonly codec: StateCodec<V>;
  private readonly journal: Journal;
  private readonly watcher: Watcher<V> | null;
  /** Values at rest that were looked at lately, by the last bits of their slots: they are often looked at again, or changed. */
  private readonly awakeSlots = new Int32Array(AWAKE).fill(-1);
  private readonly awake = new Array<V | undefined>(AWAKE).fill(undefined);
  private isAnyAwake = false;

  constructor(id: number, codec: StateCodec<V>, journal: Journal, watcher: Watcher<V> | null) {
    this.id = id;
    this.codec = codec;
    this.journal = journal;
    this.watcher = watcher;
  }

  get(key: string): V | undefined {
    const slot = this.slots.find(key);
    return slot < 0 ? undefined : this.at(slot);
  }

  /** @returns the key's slot */
  put(key: string, value: V): number {
    const slot = this.slotFor(key);
    this.change(slot, key, value);
    return slot;
  }

  delete(key: string): void {
    const slot = this.slots.find(key);
    if (slot >= 0) this.change(slot, key, undefined);
  }

  /** The key's slot; -1: it has none. */
  slotOf(key: string): number {
    return this.slots.find(key);
  }

  /** The value whose key has the slot; undefined: it is deleted. */
  at(slot: number): V | undefined {
    const row = this.rowAt(slot);
    return row < 0 ? this.values[slot] : this.valueAtRest(slot, row);
  }

  /** Empty: no key has the slot. */
  keyAt(slot: number): string {
    return this.slots.keyOf(slot);
  }

  putAt(slot: number, value: V): void {
    this.change(slot, this.slots.keyOf(slot), value);
  }

  /**
   * Puts a value in the place of one that is not deleted. The watcher is not told, unless it is undone: who puts it has changed
   * what is derived as well.
   */
  replaceAt(slot: number, value: V): void {
    this.hold(slot, value);
  }

  private hold(slot: number, value: V | undefined): void {
    const flags = this.flags[slot]!;
    this.journal.note(this, slot, flags, this.values[slot], SAME_ROW);
    this.noteChange(slot, flags);
    this.noteFresh(slot);
    this.values[slot] = value;
  }

  deleteAt(slot: number): void {
    this.change(slot, this.slots.keyOf(slot), undefined);
  }

  /** Where the values at rest are: a format version, then what the codec writes. Rows stay where they are until the next mark. */
  get rows(): RowMemory {
    return this.slots.memory;
  }

  /** The row of a value at rest; -1: it is held, not laid to rest yet, or deleted. */
  rowAt(slot: number): number {
    return (this.flags[slot]! & (IS_FRESH | IS_GONE)) === 0 ? this.slots.rowOf(slot) : -1;
  }

  /**
   * Puts another row of a value at rest, a format version first. The watcher is not told, unless it is undone: who puts it has changed
   * what is derived as well.
   */
  putRowAt(slot: number, { bytes, valueAt, end }: KeyAndValue): void {
    const flags = this.flags[slot]!;
    this.journal.note(this, slot, flags, undefined, this.slots.putRow(slot, bytes, valueAt, end));
    this.noteChange(slot, flags);
    this.awakeSlots[slot % AWAKE] = -1;
  }

  /** The same for a key (ASCII) that has no value. @returns the key's slot */
  putRow({ bytes, valueAt, end }: KeyAndValue): number {
    const slot = this.withFlags(this.slots.giveOf(bytes, valueAt));
    const flags = this.flags[slot]!;
    const former = this.slots.putRow(slot, bytes, valueAt, end);
    this.journal.note(this, slot, flags, this.values[slot], former < 0 ? NO_ROW : former);
    this.noteChange(slot, flags & ~(IS_FRESH | IS_GONE));
    this.values[slot] = undefined;
    this.awakeSlots[slot % AWAKE] = -1;
    this.live += 1;
    return slot;
  }

  /** Deletes a value at rest. The watcher is not told, unless it is undone. */
  deleteRowAt(slot: number): void {
    const flags = this.flags[slot]!;
    this.journal.note(this, slot, flags, undefined, SAME_ROW);
    this.noteChange(slot, flags);
    this.noteFresh(slot);
    this.live -= 1;
  }

  get size(): number {
    return this.live;
  }

  /** In no order that says anything. */
  *entries(): Generator<[string, V]> {
    for (let slot = 0; slot < this.slots.end; slot++) {
      const value = this.at(slot);
      if (value !== undefined) yield [this.slots.keyOf(slot), value];
    }
  }

  private valueAtRest(slot: number, row: number): V {
    const place = slot % AWAKE;
    if (this.awakeSlots[place] !== slot) {
      this.awake[place] = this.decoded(this.slots.keyOf(slot), row);
      this.awakeSlots[place] = slot;
      this.isAnyAwake = true;
    }
    return this.awake[place]!;
  }

  private decoded(key: string, row: number): V {
    const { slots: { memory }, codec } = this;
    if (codec.decodeAt === undefined) {
      const value = memory.valueOf(row);
      return codec.decode(value.subarray(1), value[0]!, key);
    }
    const bytes = memory.bytesOf(row);
    const start = memory.startOf(row);
    return codec.decodeAt(bytes, start + 1, bytes[start]!, key);
  }

  private slotFor(key: string): number {
    return this.withFlags(this.slots.give(key));
  }

  private withFlags(slot: number): number {
    if (slot === this.flags.length) {
      const before = this.flags;
      this.flags = new Uint8Array(2 * before.length);
      this.flags.set(before);
    }
    return slot;
  }

  private change(slot: number, key: string, after: V | undefined): void {
    const before = this.at(slot);
    if (before === after) return;
    this.hold(slot, after);
    this.tell(slot, key, before, after);
  }

  private noteChange(slot: number, flags: number): void {
    if ((flags & IN_CHANGED) === 0) this.changed.push(slot);
    this.flags[slot] = flags | IS_CHANGED | IN_CHANGED;
  }

  private noteFresh(slot: number): void {
    const flags = this.flags[slot]!;
    if ((flags & IN_FRESH) === 0) this.fresh.push(slot);
    this.flags[slot] = flags | IS_FRESH | IN_FRESH;
  }

  /** Puts back what a record changed. */
  revert(slot: number, flags: number, value: unknown, row: number): void {
    const after = this.at(slot);
    if (row !== SAME_ROW) {
      if (row === NO_ROW) this.slots.dropRow(slot);
      else this.slots.restoreRow(slot, row);
      this.awakeSlots[slot % AWAKE] = -1;
    }
    this.flags[slot] = flags | (this.flags[slot]! & (IN_FRESH | IN_CHANGED));
    this.values[slot] = value as V | undefined;
    this.tell(slot, this.slots.keyOf(slot), after, this.at(slot));
  }

  private tell(slot: number, key: string, before: V | undefined, after: V | undefined): void {
    if (before === undefined) this.live += 1;
    else if (after === undefined) this.live -= 1;
    this.watcher?.(key, before, after, slot);
  }

  release(row: number): void {
    this.slots.memory.release(row);
  }

  /** Lays what was changed to rest: of values that may rest only their bytes are kept from here on. */
  layToRest(): void {
    const { fresh, flags, slots } = this;
    for (let i = 0; i < fresh.length; i++) {
      const slot = fresh[i]!;
      if ((flags[slot]! & IS_FRESH) !== 0) this.lay(slot);
      flags[slot]! &= ~(IS_FRESH | IN_FRESH);
    }
    this.endLaying();
    slots.tidy();
  }

  private lay(slot: number): void {
    const { slab, codec, slots } = this;
    const value = this.values[slot];
    if (value === undefined || codec.rests?.(value) !== true) return this.layHeld(slot);
    slab.end = 0;
    slab.appendByte(codec.formatVersion);
    codec.encodeTo(value, slab);
    slots.setRow(slot, slab.view, 0, slab.end);
    this.values[slot] = undefined;
    this.flags[slot]! &= ~IS_GONE;
  }

  /** A value that does not rest, or none: of one that is deleted the row has the key, until the slot is taken back. */
  private layHeld(slot: number): void {
    if (this.values[slot] === undefined) {
      this.flags[slot]! |= IS_GONE;
    } else {
      this.slots.dropRow(slot);
      this.flags[slot]! &= ~IS_GONE;
    }
  }

  private endLaying(): void {
    this.fresh.length = 0;
    // Most tables have none ever.
    if (!this.isAnyAwake) return;
    this.isAnyAwake = false;
    this.awakeSlots.fill(-1);
    this.awake.fill(undefined);
  }

  settle(changelog: RecordBlock, timestamp: number): void {
    this.layToRest();
    const { changed, flags } = this;
    for (let i = 0; i < changed.length; i++) {
      const slot = changed[i]!;
      if ((flags[slot]! & IS_CHANGED) !== 0) this.writeChange(changelog, timestamp, slot);
      this.settleSlot(slot);
    }
    changed.length = 0;
  }

  settleUnwritten(): void {
    const { fresh, changed, flags } = this;
    for (let i = 0; i < fresh.length; i++) {
      const slot = fresh[i]!;
      if ((flags[slot]! & IS_FRESH) !== 0) this.layHeld(slot);
      flags[slot]! &= ~(IS_FRESH | IN_FRESH);
    }
    this.endLaying();
    for (let i = 0; i < changed.length; i++) this.settleSlot(changed[i]!);
    changed.length = 0;
  }

  private settleSlot(slot: number): void {
    const isGone = this.rowAt(slot) < 0 && this.values[slot] === undefined;
    if (isGone) this.slots.takeBack(slot);
    this.flags[slot] = isGone ? 0 : IS_KNOWN;
  }

  private writeChange(changelog: RecordBlock, timestamp: number, slot: number): void {
    const { slots } = this;
    const row = this.rowAt(slot);
    if (row >= 0) return slots.memory.addTo(changelog, timestamp, this.id, row);
    const held = this.values[slot];
    const isGone = held === undefined;
    if (isGone && (this.flags[slot]! & IS_KNOWN) === 0) return;
    const slab = changelog.beginRecord(timestamp);
    slab.appendByte(this.id);
    slots.appendKey(slot, slab);
    changelog.beginValue();
    if (!isGone) {
      slab.appendByte(this.codec.formatVersion);
      this.codec.encodeTo(held, slab);
    }
    changelog.endRecord(isGone);
  }

  /** Takes over a value that stands in no changelog. */
  restore(key: string, value: V): void {
    const slot = this.slotFor(key);
    const before = this.at(slot);
    this.slots.dropRow(slot);
    this.values[slot] = value;
    this.restored(slot, key, before, value);
  }

  restoreBytes(key: string, bytes: Buffer | null): void {
    // A tombstone may outlive what it took away: compaction drops that first.
    if (bytes === null && this.slots.find(key) < 0) return;
    const slot = this.slotFor(key);
    const before = this.at(slot);
    const after = bytes === null ? undefined : this.codec.decode(bytes.subarray(1), bytes[0]!, key);
    const rests = after !== undefined && this.codec.rests?.(after) === true;
    if (rests) this.slots.setRow(slot, viewOf(bytes!), 0, bytes!.length);
    else this.slots.dropRow(slot);
    this.values[slot] = rests ? undefined : after;
    this.restored(slot, key, before, after);
  }

  private restored(slot: number, key: string, before: V | undefined, after: V | undefined): void {
    this.awakeSlots[slot % AWAKE] = -1;
    this.tell(slot, key, before, after);
    this.settleSlot(slot);
  }
}

/** The value in `values` is what holds, not the row: it is not laid to rest yet. */
const IS_FRESH = 1;
const IN_FRESH = 2;
/** Since the last settle, and not undone again. */
const IS_CHANGED = 4;
const IN_CHANGED = 8;
/** The changelog has the key. */
const IS_KNOWN = 16;
/** The value is deleted: the row, if there is one, only has the key. */
const IS_GONE = 32;

/** A fifth of all that is decoded is spared by so many, a fortieth of the rest by four times as many. */
const AWAKE = 64;
const SLOTS_AT_START = 64;
const SLAB_BYTES = 1024;
