import { FACTOR, FIRST_HASH } from '../../../engine/hashes';
import { hashOfBytes } from '../../../records/wasm/hash-of-bytes.as';
import { mixedLast } from './mixing.as';
import { giveBack, lines } from './room.as';

/** Cameras, lanes and reads by the hashes of their ids, as `../id-hashes.ts` has them, of ids that stand as ASCII. */

/** Of a garage's id: where those begin of what it has. */
@inline
export function hashOfGarage(from: usize, to: usize): u32 {
  return (hashOfBytes(FIRST_HASH, from, to) ^ SEPARATOR) * FACTOR;
}

/** Of a camera, or a lane, of the garage. */
@inline
export function hashInGarage(garage: u32, from: usize, to: usize): u32 {
  return mixedLast(hashOfBytes(garage, from, to));
}

@inline
export function hashOfReadId(from: usize, to: usize): u32 {
  return hashOfBytes(FIRST_HASH, from, to);
}

/** No character has this code. */
const SEPARATOR: u32 = 0x10000;

/** A garage's lanes, or its cameras, by their hashes: they are few, and stand side by side. */
@unmanaged
export class IdHashes {
  private entries: usize;
  private count: i32;
  private room: i32;

  constructor() {
    this.entries = 0;
    this.count = 0;
    this.room = 0;
  }

  drop(): void {
    giveBack(this.entries);
    heap.free(changetype<usize>(this));
  }

  /** Memory may grow. @returns false: another has the same hash, and nothing is to be found by it */
  add(hash: u32, value: usize): bool {
    const isOnly = this.of(hash) == NOBODYS;
    if (this.count == this.room) this.grow();
    const entry = this.entries + ENTRY * usize(this.count++);
    store<u32>(entry, hash);
    store<usize>(entry, value, VALUE);
    return isOnly;
  }

  /** What was added; NOBODYS: nothing was. */
  of(hash: u32): usize {
    const end = this.entries + ENTRY * usize(this.count);
    for (let entry = this.entries; entry < end; entry += ENTRY) if (load<u32>(entry) == hash) return load<usize>(entry, VALUE);
    return NOBODYS;
  }

  private grow(): void {
    const room = max(FIRST_ENTRIES, 2 * this.room);
    const entries = lines(ENTRY * usize(room));
    memory.copy(entries, this.entries, ENTRY * usize(this.count));
    giveBack(this.entries);
    this.entries = entries;
    this.room = room;
  }
}

export const NOBODYS: usize = usize.MAX_VALUE;
const ENTRY: usize = 8;
const VALUE: usize = 4;
const FIRST_ENTRIES: i32 = 8;
