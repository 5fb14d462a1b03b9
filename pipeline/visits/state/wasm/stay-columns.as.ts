import { DUE_AT, INSIDE, LAST_SEEN_AT, LEFT_AT, PLATE, STAY_BYTES } from '../place-numbers';
import { giveBack, widened, zeroedLines } from './room.as';

/**
 * What is asked of stays so often that they need not be decoded for it, by their slots in the table: that of one stay side by side, half a
 * line of the processor's cache. What is said of a slot that no stay has, says nothing.
 */
@unmanaged
export class StayColumns {
  private stays: usize;
  private room: i32;

  constructor() {
    this.stays = zeroedLines(STAY_BYTES * usize(FIRST_SLOTS));
    this.room = FIRST_SLOTS;
  }

  drop(): void {
    giveBack(this.stays);
    heap.free(changetype<usize>(this));
  }

  /** Garage clock at which it must be looked at again; below 0: the stay is deleted. */
  @inline
  dueAt(slot: i32): f64 {
    return load<f64>(this.of(slot), DUE_AT);
  }

  @inline
  setDueAt(slot: i32, at: f64): void {
    store<f64>(this.of(slot), at, DUE_AT);
  }

  /** The last read of its passages, ms UTC. */
  @inline
  lastSeenAt(slot: i32): f64 {
    return load<f64>(this.of(slot), LAST_SEEN_AT);
  }

  @inline
  setLastSeenAt(slot: i32, at: f64): void {
    store<f64>(this.of(slot), at, LAST_SEEN_AT);
  }

  /** The first read of its exit passage, ms UTC; 0: it has none. */
  @inline
  leftAt(slot: i32): f64 {
    return load<f64>(this.of(slot), LEFT_AT);
  }

  @inline
  setLeftAt(slot: i32, at: f64): void {
    store<f64>(this.of(slot), at, LEFT_AT);
  }

  /** Where it stands among those that may be inside; of one that does not, any number. */
  @inline
  insideAt(slot: i32): i32 {
    return load<i32>(this.of(slot), INSIDE);
  }

  @inline
  setInsideAt(slot: i32, place: i32): void {
    store<i32>(this.of(slot), place, INSIDE);
  }

  /** The number of its plate. */
  @inline
  plate(slot: i32): i32 {
    return load<i32>(this.of(slot), PLATE);
  }

  @inline
  setPlate(slot: i32, plate: i32): void {
    store<i32>(this.of(slot), plate, PLATE);
  }

  /** Where it stands where they are, which moves when they need more room. */
  placeAt(): usize {
    return changetype<usize>(this) + offsetof<StayColumns>('stays');
  }

  /** Before anything is set of it. Memory may grow. */
  makeRoomFor(slot: i32): void {
    let room = this.room;
    if (slot < room) return;
    while (room <= slot) room *= 2;
    this.stays = widened(this.stays, STAY_BYTES * usize(this.room), STAY_BYTES * usize(room));
    this.room = room;
  }

  @inline
  private of(slot: i32): usize {
    return this.stays + STAY_BYTES * usize(slot);
  }
}

const FIRST_SLOTS: i32 = 64;
