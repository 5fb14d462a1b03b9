import { mixedLast } from './mixing.as';
import { giveBack, zeroedLines } from './room.as';

/**
 * Which reads the garages of a task may remember: a multiset of hashes of (garage, camera) and of readId, 32 bits each. Nearly every read is
 * new and is told so by one look here. One for all garages: where these are many, a table for each would be to fetch before the look at it.
 * Both are kept, not one hash of the two: where a task remembers 250,000 reads that would be another's for one new read in 17,000, for
 * which all stays of its garage are asked.
 *
 * Open addressing with linear probing; what is added twice takes two slots.
 */
@unmanaged
export class ReadHashes {
  private slots: usize;
  private mask: u32;
  private used: u32;

  constructor() {
    this.slots = zeroedLines(SLOT_BYTES * SLOTS_AT_START);
    this.mask = SLOTS_AT_START - 1;
    this.used = 0;
  }

  drop(): void {
    giveBack(this.slots);
    heap.free(changetype<usize>(this));
  }

  /** Memory may grow. */
  add(camera: u32, readIdHash: u32): void {
    if (this.used << 1 > this.mask) this.grow();
    this.insert(both(camera, readIdHash));
    this.used++;
  }

  /** Takes out what was added once. @returns false: it was not added */
  remove(camera: u32, readIdHash: u32): bool {
    const read = both(camera, readIdHash);
    const mask = this.mask;
    let hole = firstOf(read) & mask;
    while (this.at(hole) != read) {
      if (this.at(hole) == EMPTY) return false;
      hole = (hole + 1) & mask;
    }
    // Moves up what the hole would cut off from the place where it is looked for first.
    for (let next = (hole + 1) & mask; this.at(next) != EMPTY; next = (next + 1) & mask) {
      const moved = this.at(next);
      if (((next - firstOf(moved)) & mask) < ((next - hole) & mask)) continue;
      this.put(hole, moved);
      hole = next;
    }
    this.put(hole, EMPTY);
    this.used--;
    return true;
  }

  /** False: surely not there. True: there, or another with the same hash. */
  mayHave(camera: u32, readIdHash: u32): bool {
    const read = both(camera, readIdHash);
    for (let at = firstOf(read) & this.mask; this.at(at) != EMPTY; at = (at + 1) & this.mask) if (this.at(at) == read) return true;
    return false;
  }

  /** Where `mayHave` looks first. */
  @inline
  placeOf(camera: u32, readIdHash: u32): usize {
    return this.slots + SLOT_BYTES * usize(firstOf(both(camera, readIdHash)) & this.mask);
  }

  private insert(read: u64): void {
    let at = firstOf(read) & this.mask;
    while (this.at(at) != EMPTY) at = (at + 1) & this.mask;
    this.put(at, read);
  }

  private grow(): void {
    const before = this.slots;
    const end = before + SLOT_BYTES * (usize(this.mask) + 1);
    this.mask = 2 * this.mask + 1;
    this.slots = zeroedLines(SLOT_BYTES * (usize(this.mask) + 1));
    for (let at = before; at < end; at += SLOT_BYTES) if (load<u64>(at) != EMPTY) this.insert(load<u64>(at));
    giveBack(before);
  }

  @inline
  private at(slot: u32): u64 {
    return load<u64>(this.slots + SLOT_BYTES * usize(slot));
  }

  @inline
  private put(slot: u32, read: u64): void {
    store<u64>(this.slots + SLOT_BYTES * usize(slot), read);
  }
}

const EMPTY: u64 = 0;
const SLOT_BYTES: usize = 8;
/** A power of two, as all later sizes are. */
const SLOTS_AT_START: u32 = 1024;

@inline
function both(camera: u32, readIdHash: u32): u64 {
  const read = (u64(camera) << 32) | readIdHash;
  return read == EMPTY ? 1 : read;
}

/** Where it is looked for first, in as many of the low bits as there are slots. */
@inline
function firstOf(read: u64): u32 {
  return mixedLast(u32(read) ^ u32(read >> 32));
}
