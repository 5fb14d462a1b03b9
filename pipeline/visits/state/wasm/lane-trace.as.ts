import { ENTRY_BYTES, PLATE_AT, SLOT_AT, TAKEN } from '../trace-numbers';
import { couldBeAny } from './alike-plates.as';
import { asked, isAsked } from './asked-plate.as';
import { FoundSlots } from './found-slots.as';
import { unlook, unlookSlot } from './look.as';
import { alignedTo, giveBack } from './room.as';
import { StayColumns } from './stay-columns.as';

/**
 * Which stays were read at a lane, and when: an entry for each read, by time, as `../trace-numbers.ts` says. All of an entry stands side by
 * side: of a lane that is seldom passed each look would else fetch three lines of memory instead of one. Where garages are many there
 * are a hundred thousand such lists: they take no room until there is something in them.
 */
@unmanaged
export class LaneTrace {
  /** The trace that was made before it, of those of the same task. */
  before: LaneTrace | null;
  /** That of the lane that was met after its own, of those of the garage. */
  next: LaneTrace | null;
  private entries: usize;
  /** For so many entries; those in use; and those of them that are taken away. */
  private room: i32;
  length: i32;
  private taken: i32;
  /** Those of the lanes beside it, and how many they are. */
  private beside: usize;
  private besideCount: i32;

  constructor(before: LaneTrace | null) {
    this.before = before;
    this.next = null;
    this.entries = 0;
    this.room = 0;
    this.length = 0;
    this.taken = 0;
    this.beside = 0;
    this.besideCount = 0;
  }

  drop(): void {
    giveBack(this.entries);
    this.forgetBeside();
    heap.free(changetype<usize>(this));
  }

  /** Another lane lies beside it. Memory may grow. */
  addBeside(trace: LaneTrace): void {
    const count = this.besideCount;
    const beside = heap.alloc(usize(count + 1) << 2);
    memory.copy(beside, this.beside, usize(count) << 2);
    store<usize>(beside + (usize(count) << 2), changetype<usize>(trace));
    this.forgetBeside();
    this.beside = beside;
    this.besideCount = count + 1;
  }

  forgetBeside(): void {
    if (this.besideCount > 0) heap.free(this.beside);
    this.besideCount = 0;
    unlook();
  }

  /** A read by the asked plate. Memory may grow. */
  add(at: f64, slot: i32): void {
    unlook();
    if (this.length == this.room) this.grow();
    const end = this.of(this.length);
    let place = end;
    while (place > this.entries && load<f64>(place - ENTRY) > at) place -= ENTRY;
    if (place < end) memory.copy(place + ENTRY, place, end - place);
    this.length++;
    store<f64>(place, at);
    store<i32>(place, slot, SLOT);
    v128.store(place, v128.load(asked), PLATE);
  }

  /** When the last was read, ms UTC; 0: none was. */
  lastAt(): f64 {
    return this.length == 0 ? 0 : load<f64>(this.of(this.length - 1));
  }

  /** A read of the stay by the asked plate: another may be of the same instant, by another. @returns false: there is none */
  remove(at: f64, slot: i32): bool {
    unlook();
    const end = this.of(this.length);
    for (let place = this.firstFrom(at); place < end; place += ENTRY) {
      if (load<i32>(place, SLOT) == slot && isAsked(place + PLATE)) return this.takeAway(place);
    }
    return false;
  }

  /** A read of the stay, of which all go. @returns as `remove` does */
  removeAny(at: f64, slot: i32): bool {
    unlookSlot(slot);
    const end = this.of(this.length);
    for (let place = this.firstFrom(at); place < end; place += ENTRY) {
      if (load<i32>(place, SLOT) == slot) return this.takeAway(place);
    }
    return false;
  }

  /**
   * Finds the slots of the stays read here less than `withinMs` from `at`, by a plate that could be one of those sought, or less than
   * `anyWithinMs` from it by any plate. Memory may grow.
   */
  near(at: f64, withinMs: f64, anyWithinMs: f64, sought: usize, count: i32, found: FoundSlots): void {
    let place = this.of(this.length);
    // Reads mostly come in order: what is near stands at the end.
    while (place > this.entries && load<f64>(place - ENTRY) >= at + withinMs) place -= ENTRY;
    for (; place > this.entries && load<f64>(place - ENTRY) > at - withinMs; place -= ENTRY) {
      const slot = load<i32>(place - ENTRY, SLOT);
      if (slot == TAKEN) continue;
      const isClose = abs(load<f64>(place - ENTRY) - at) < anyWithinMs;
      if (isClose || couldBeAny(place - ENTRY + PLATE, sought, count)) found.add(slot);
    }
  }

  /** The same at the lanes beside it, by a plate that could be one of those sought. Memory may grow. */
  nearBeside(at: f64, withinMs: f64, sought: usize, count: i32, found: FoundSlots): void {
    for (let i = 0; i < this.besideCount; i++) {
      changetype<LaneTrace>(load<usize>(this.beside + (usize(i) << 2))).near(at, withinMs, 0, sought, count, found);
    }
  }

  /**
   * Finds the slots of the stays that left from then on up to another time, and were read here since, up to `until`, by a plate that could
   * be one of those sought. Memory may grow.
   */
  left(from: f64, to: f64, until: f64, sought: usize, count: i32, columns: StayColumns, found: FoundSlots): void {
    let place = until == Infinity ? this.of(this.length) : this.firstFrom(until + 1);
    for (; place > this.entries && load<f64>(place - ENTRY) >= from; place -= ENTRY) {
      const slot = load<i32>(place - ENTRY, SLOT);
      if (slot == TAKEN || !couldBeAny(place - ENTRY + PLATE, sought, count)) continue;
      const leftAt = columns.leftAt(slot);
      if (leftAt >= from && leftAt <= to) found.add(slot);
    }
  }

  /** Finds the slots of the stays that left since `at` and were read here since `from`. Memory may grow. */
  endedSince(from: f64, at: f64, columns: StayColumns, found: FoundSlots): void {
    const end = this.of(this.length);
    for (let place = this.firstFrom(from); place < end; place += ENTRY) {
      const slot = load<i32>(place, SLOT);
      if (slot != TAKEN && columns.leftAt(slot) >= at) found.add(slot);
    }
  }

  /** Where the first entry stands that is not before. */
  firstFrom(at: f64): usize {
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (load<f64>(this.of(middle)) < at) low = middle + 1;
      else high = middle;
    }
    return this.of(low);
  }

  /** Where entries end. */
  end(): usize {
    return this.of(this.length);
  }

  private takeAway(place: usize): bool {
    store<i32>(place, TAKEN, SLOT);
    this.taken++;
    if (this.taken > 64 && this.taken > this.length / 2) this.compact();
    return true;
  }

  private compact(): void {
    const end = this.of(this.length);
    let left = this.entries;
    for (let place = this.entries; place < end; place += ENTRY) {
      if (load<i32>(place, SLOT) == TAKEN) continue;
      // A call of `memory.copy` costs more than the two steps.
      if (left != place) {
        v128.store(left, v128.load(place));
        v128.store(left, v128.load(place, 16), 16);
      }
      left += ENTRY;
    }
    this.length = i32((left - this.entries) / ENTRY);
    this.taken = 0;
  }

  private grow(): void {
    const room = max(FIRST_ENTRIES, 2 * this.room);
    const entries = alignedTo(ENTRY, ENTRY * usize(room));
    memory.copy(entries, this.entries, ENTRY * usize(this.length));
    giveBack(this.entries);
    this.entries = entries;
    this.room = room;
  }

  @inline
  private of(entry: i32): usize {
    return this.entries + ENTRY * usize(entry);
  }
}

const ENTRY: usize = ENTRY_BYTES;
const SLOT: usize = SLOT_AT;
const PLATE: usize = PLATE_AT;
/** Once there is one: at many lanes nothing is ever read without a plate, or nothing at all. */
const FIRST_ENTRIES: i32 = 8;
