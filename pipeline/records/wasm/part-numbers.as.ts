import { firstOf, isNothing } from './sixteen-bytes.as';

/**
 * Numbers of parts of records that repeat (where a read was made, what it came by), found by their bytes. All stand side by side, so that
 * those in use take few lines of the processor's cache. Up to fifteen bytes behind a part are looked at as well.
 */
@unmanaged
export class PartNumbers {
  /** So many parts have a number: those from 0 on. */
  private count: i32;
  /** Places of a hash and a number (+1; 0: free) each, a power of two of them, at least three of four free. */
  private places: usize;
  private mask: u32;
  /** By number: the length of the part and its bytes, `PART_BYTES` each. */
  private parts: usize;

  constructor() {
    this.count = 0;
    this.mask = 4 * PARTS_AT_FIRST - 1;
    this.places = zeroed(PLACE_BYTES * 4 * PARTS_AT_FIRST);
    this.parts = heap.alloc(PART_BYTES * PARTS_AT_FIRST);
  }

  /**
   * The part's number. One that has none is given one: then memory may grow, and where there are too many all others are forgotten.
   * @returns NEWEST - the number if it has just been given; NO_NUMBER: the part is too long for one
   */
  of(from: usize, to: usize): i32 {
    if (to - from > LONGEST) return NO_NUMBER;
    const hash = hashOf(from, to);
    let place = hash & this.mask;
    let number = this.numberIn(place);
    while (number >= 0 && !(this.hashIn(place) == hash && this.has(number, from, to))) {
      place = (place + 1) & this.mask;
      number = this.numberIn(place);
    }
    return number < 0 ? NEWEST - this.give(from, to, hash) : number;
  }

  /** Below 0: the place is free. */
  @inline
  private numberIn(place: u32): i32 {
    return load<i32>(this.places + usize(place) * PLACE_BYTES, 4) - 1;
  }

  @inline
  private hashIn(place: u32): u32 {
    return load<u32>(this.places + usize(place) * PLACE_BYTES);
  }

  @inline
  private has(number: i32, from: usize, to: usize): bool {
    const length = to - from;
    const part = this.parts + usize(number) * PART_BYTES;
    if (load<u32>(part) != u32(length)) return false;
    const own = part + 4;
    if (length < 16) return isNothing(firstOf(v128.xor(v128.load(own), v128.load(from)), length));
    // The last sixteen may have some of the bytes that those before have.
    let differs = v128.xor(v128.load(own + length - 16), v128.load(to - 16));
    for (let at: usize = 0; at + 16 < length; at += 16) {
      differs = v128.or(differs, v128.xor(v128.load(own + at), v128.load(from + at)));
    }
    return isNothing(differs);
  }

  private give(from: usize, to: usize, hash: u32): i32 {
    if (this.count == PARTS_AT_MOST) {
      this.count = 0;
      memory.fill(this.places, 0, (usize(this.mask) + 1) * PLACE_BYTES);
    }
    const number = this.count++;
    if (u32(4 * number) > this.mask) this.widen();
    this.put(number, hash);
    const part = this.parts + usize(number) * PART_BYTES;
    store<u32>(part, u32(to - from));
    memory.copy(part + 4, from, to - from);
    return number;
  }

  private put(number: i32, hash: u32): void {
    let place = hash & this.mask;
    while (this.numberIn(place) >= 0) place = (place + 1) & this.mask;
    store<u32>(this.places + usize(place) * PLACE_BYTES, hash);
    store<i32>(this.places + usize(place) * PLACE_BYTES, number + 1, 4);
  }

  private widen(): void {
    const before = this.places;
    const end = before + (usize(this.mask) + 1) * PLACE_BYTES;
    this.mask = 2 * this.mask + 1;
    this.places = zeroed((usize(this.mask) + 1) * PLACE_BYTES);
    for (let at = before; at < end; at += PLACE_BYTES) {
      if (load<i32>(at, 4) != 0) this.put(load<i32>(at, 4) - 1, load<u32>(at));
    }
    heap.free(before);
    this.parts = heap.realloc(this.parts, (usize(this.mask) + 1) / 4 * PART_BYTES);
  }
}

/** Of a part that has none. */
const NO_NUMBER: i32 = -1;
const NEWEST: i32 = -2;

const PLACE_BYTES: usize = 8;
/** Two lines of the cache: the length, then as many bytes as fit. */
const PART_BYTES: usize = 128;
const LONGEST: usize = 124;
/** Powers of two. Ten thousand garages have cameras at fifty thousand lanes. */
const PARTS_AT_FIRST: i32 = 64;
const PARTS_AT_MOST: i32 = 131072;

/** Of its words of eight bytes; the last of them ends where the part ends, and so may begin within the one before. */
function hashOf(from: usize, to: usize): u32 {
  let hash = u64(to - from);
  for (let at = from; at + 8 < to; at += 8) hash = mixed(hash, load<u64>(at));
  return u32(mixed(hash, lastWord(from, to)));
}

/** May have some of the bytes that the word before has; of fewer than eight bytes all that there are. */
@inline
function lastWord(from: usize, to: usize): u64 {
  const length = to - from;
  return length < 8 ? load<u64>(from) & ((u64(1) << (u64(length) << 3)) - 1) : load<u64>(to - 8);
}

/** Each bit of either counts in the low bits, which say where the part is looked for. */
@inline
function mixed(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * 0x9e3779b97f4a7c15;
  return product ^ (product >>> 32);
}

function zeroed(bytes: usize): usize {
  const at = heap.alloc(bytes);
  memory.fill(at, 0, bytes);
  return at;
}
