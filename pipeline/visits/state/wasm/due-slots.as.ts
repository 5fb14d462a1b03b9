import { giveBack, lines } from './room.as';

/**
 * When to look at a garage's stays again: (garage clock, slot), by time and then by slot. Most due times come in order but for a few places,
 * once for each of the two constant horizons: they stand in two runs, and only what comes further out of order goes into a heap. Entries are
 * never taken out when a due time changes; who takes one looks whether it still holds.
 */
@unmanaged
export class DueSlots {
  /** The earliest due time, Infinity when there is none: asked without a call, so what stands first. */
  private first: f64;
  /** Those that were made before it, of those of the same task. */
  before: DueSlots | null;
  /** In all of its parts. */
  size: i32;
  /** The part that has the earliest. */
  private earliest!: Entries;
  private run: Entries = new Entries();
  private otherRun: Entries = new Entries();
  private heap: Entries = new Entries();

  constructor(before: DueSlots | null) {
    this.first = Infinity;
    this.before = before;
    this.size = 0;
    this.earliest = this.run;
  }

  drop(): void {
    this.run.drop();
    this.otherRun.drop();
    this.heap.drop();
    heap.free(changetype<usize>(this));
  }

  @inline
  firstAt(): f64 {
    return this.first;
  }

  @inline
  firstSlot(): i32 {
    return this.earliest.slot(this.earliest.from);
  }

  /** Looks where the next may be put. @returns of no use: it is for the look alone */
  lookAhead(): f64 {
    return this.run.last() + this.otherRun.last();
  }

  /** Memory may grow. */
  push(at: f64, slot: i32): void {
    this.size++;
    const run = this.runFor(at);
    if (run === null) this.heap.pushUp(at, slot);
    else run.insert(at, slot);
    // Mostly something else is due before.
    if (at <= this.first) this.findEarliest();
  }

  pop(): void {
    if (this.earliest === this.heap) this.heap.popDown();
    else this.earliest.popFirst();
    this.size--;
    this.findEarliest();
  }

  /** These, which are in order, in place of all that there were. */
  keep(kept: Entries): void {
    this.run.drop();
    this.otherRun.drop();
    this.heap.drop();
    this.run = kept;
    this.otherRun = new Entries();
    this.heap = new Entries();
    this.size = kept.length();
    this.findEarliest();
  }

  /** Of the runs near whose end it belongs the latest, so that the other stays open to what is earlier; null: there is none. */
  @inline
  private runFor(at: f64): Entries | null {
    const run = this.run;
    const otherRun = this.otherRun;
    if (!run.takes(at)) return otherRun.takes(at) ? otherRun : null;
    return otherRun.takes(at) && otherRun.last() > run.last() ? otherRun : run;
  }

  private findEarliest(): void {
    let earliest = this.run;
    if (this.otherRun.isBefore(earliest)) earliest = this.otherRun;
    if (this.heap.isBefore(earliest)) earliest = this.heap;
    this.earliest = earliest;
    this.first = earliest.first();
  }
}

/** Entries of a time and a slot each, in order, or as a binary heap. */
@unmanaged
export class Entries {
  private entries: usize;
  private room: i32;
  /** Those before are popped. */
  from: i32;
  private end: i32;

  constructor() {
    this.entries = 0;
    this.room = 0;
    this.from = 0;
    this.end = 0;
  }

  drop(): void {
    giveBack(this.entries);
    heap.free(changetype<usize>(this));
  }

  @inline
  length(): i32 {
    return this.end - this.from;
  }

  /** Infinity: it is empty. */
  @inline
  first(): f64 {
    return this.from == this.end ? Infinity : this.at(this.from);
  }

  /** -Infinity: it is empty. */
  @inline
  last(): f64 {
    return this.from == this.end ? -Infinity : this.at(this.end - 1);
  }

  @inline
  slot(entry: i32): i32 {
    return load<i32>(this.of(entry), SLOT);
  }

  endsWith(at: f64, slot: i32): bool {
    return this.from < this.end && this.at(this.end - 1) == at && this.slot(this.end - 1) == slot;
  }

  /** Of two first ones: this is earlier. */
  isBefore(other: Entries): bool {
    if (this.from == this.end) return false;
    return other.from == other.end || this.isEarlier(this.from, other.at(other.from), other.slot(other.from));
  }

  /** Whether it belongs behind the end, or before no more than some of the last. */
  @inline
  takes(at: f64): bool {
    return this.end - this.from < MOST_MOVED || this.at(this.end - MOST_MOVED) <= at;
  }

  /** In order. Memory may grow. */
  insert(at: f64, slot: i32): void {
    if (this.end == this.room) this.makeRoom();
    let place = this.end++;
    for (; place > this.from && !this.isEarlier(place - 1, at, slot); place--) v128.store(this.of(place), v128.load(this.of(place - 1)));
    this.put(place, at, slot);
  }

  popFirst(): void {
    this.from++;
    if (this.from == this.end) this.from = this.end = 0;
  }

  /** As into a heap. Memory may grow. */
  pushUp(at: f64, slot: i32): void {
    if (this.end == this.room) this.makeRoom();
    let hole = this.end++;
    while (hole > 0) {
      const parent = (hole - 1) >>> 1;
      if (this.isEarlier(parent, at, slot)) break;
      v128.store(this.of(hole), v128.load(this.of(parent)));
      hole = parent;
    }
    this.put(hole, at, slot);
  }

  /** As out of a heap. */
  popDown(): void {
    const size = --this.end;
    if (size == 0) return;
    const last = this.of(size);
    const at = load<f64>(last);
    const slot = load<i32>(last, SLOT);
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.isEarlier(child + 1, this.at(child), this.slot(child))) child++;
      if (!this.isEarlier(child, at, slot)) break;
      v128.store(this.of(hole), v128.load(this.of(child)));
      hole = child;
    }
    this.put(hole, at, slot);
  }

  /** The entry is earlier than that time and slot, or the same. */
  @inline
  private isEarlier(entry: i32, at: f64, slot: i32): bool {
    const own = this.at(entry);
    return own < at || (own == at && this.slot(entry) <= slot);
  }

  @inline
  private at(entry: i32): f64 {
    return load<f64>(this.of(entry));
  }

  @inline
  private put(entry: i32, at: f64, slot: i32): void {
    store<f64>(this.of(entry), at);
    store<i32>(this.of(entry), slot, SLOT);
  }

  /** For one more at the end. */
  private makeRoom(): void {
    const length = this.length();
    const first = this.of(this.from);
    if (length > this.room / 2 || this.room == 0) {
      const room = max(FIRST_ENTRIES, 2 * this.room);
      const entries = lines(ENTRY * usize(room));
      memory.copy(entries, first, ENTRY * usize(length));
      giveBack(this.entries);
      this.entries = entries;
      this.room = room;
    } else {
      memory.copy(this.entries, first, ENTRY * usize(length));
    }
    this.from = 0;
    this.end = length;
  }

  @inline
  private of(entry: i32): usize {
    return this.entries + ENTRY * usize(entry);
  }
}

/** Reads come so many places out of order, or a few more: to move those behind takes less than a heap. */
const MOST_MOVED: i32 = 32;
/** The time, then the slot. */
const ENTRY: usize = 16;
const SLOT: usize = 8;
const FIRST_ENTRIES: i32 = 8;
