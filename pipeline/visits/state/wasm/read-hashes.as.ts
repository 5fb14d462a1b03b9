import { mixedLast } from './mixing.as';
import { giveBack, zeroedLines } from './room.as';

/**
 * Which reads the garages of a task may remember: a multiset of 32-bit hashes of (garage, camera, readId). Nearly every read is new and is
 * told so by one look here. One for all garages: where these are many, a table for each would be to fetch before the look at it.
 *
 * Open addressing with linear probing; a hash added twice takes two slots.
 */
@unmanaged
export class ReadHashes {
  private slots: usize;
  private mask: u32;
  private used: u32;

  constructor() {
    this.slots = zeroedLines(4 * SLOTS_AT_START);
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
    this.insert(ofCamera(camera, readIdHash));
    this.used++;
  }

  /** Takes out what was added once. @returns false: it was not added */
  remove(camera: u32, readIdHash: u32): bool {
    const hash = ofCamera(camera, readIdHash);
    const mask = this.mask;
    let hole = hash & mask;
    while (this.at(hole) != hash) {
      if (this.at(hole) == EMPTY) return false;
      hole = (hole + 1) & mask;
    }
    // Moves up what the hole would cut off from the place where it is looked for first.
    for (let next = (hole + 1) & mask; this.at(next) != EMPTY; next = (next + 1) & mask) {
      const moved = this.at(next);
      if (((next - moved) & mask) < ((next - hole) & mask)) continue;
      this.put(hole, moved);
      hole = next;
    }
    this.put(hole, EMPTY);
    this.used--;
    return true;
  }

  /** False: surely not there. True: there, or another with the same hash. */
  mayHave(camera: u32, readIdHash: u32): bool {
    const hash = ofCamera(camera, readIdHash);
    for (let at = hash & this.mask; this.at(at) != EMPTY; at = (at + 1) & this.mask) if (this.at(at) == hash) return true;
    return false;
  }

  /** Where `mayHave` looks first. */
  @inline
  placeOf(camera: u32, readIdHash: u32): usize {
    return this.slots + (usize(ofCamera(camera, readIdHash) & this.mask) << 2);
  }

  private insert(hash: u32): void {
    let at = hash & this.mask;
    while (this.at(at) != EMPTY) at = (at + 1) & this.mask;
    this.put(at, hash);
  }

  private grow(): void {
    const before = this.slots;
    const end = before + ((usize(this.mask) + 1) << 2);
    this.mask = 2 * this.mask + 1;
    this.slots = zeroedLines((usize(this.mask) + 1) << 2);
    for (let at = before; at < end; at += 4) if (load<u32>(at) != EMPTY) this.insert(load<u32>(at));
    giveBack(before);
  }

  @inline
  private at(slot: u32): u32 {
    return load<u32>(this.slots + (usize(slot) << 2));
  }

  @inline
  private put(slot: u32, hash: u32): void {
    store<u32>(this.slots + (usize(slot) << 2), hash);
  }
}

const EMPTY: u32 = 0;
/** A power of two, as all later sizes are. */
const SLOTS_AT_START: u32 = 1024;

@inline
function ofCamera(camera: u32, readIdHash: u32): u32 {
  const hash = mixedLast(readIdHash ^ camera);
  return hash == EMPTY ? 1 : hash;
}
