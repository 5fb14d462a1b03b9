/**
 * Plates of one length, 128 to a block: for each class of characters and each place, one bit a plate says whether it has that
 * there. So 128 plates at a step are passed over that lack too many of a sought plate's characters where two edits would
 * leave or move them.
 */
@unmanaged
export class Slices {
  /** How many characters each of them has. */
  length: i32;
  /** How many bytes a slice takes, a bit for each plate that there is room for. What a block reads behind is not `taken`. */
  private width: usize;
  /** By class and place, one behind the other. */
  private slices: usize;
  /** Which numbers are taken: a slice, too. */
  private taken: usize;
  /** All bytes of `taken` before it are full; whole words. */
  private firstNotFull: usize;

  constructor(length: i32, room: i32) {
    this.length = length;
    this.width = 0;
    this.slices = 0;
    this.taken = 0;
    this.firstNotFull = 0;
    this.grow(room);
  }

  drop(): void {
    heap.free(this.slices);
    heap.free(this.taken);
    heap.free(changetype<usize>(this));
  }

  /** @param room for so many: a power of two, from 8 on */
  grow(room: i32): void {
    const before = this.width;
    const width = (usize(room) >> 3) + (room >= MANY ? CACHE_LINE : 0);
    const rows = usize(CLASSES * (this.length + 2 * MOST_MOVED));
    const slices = heap.alloc(rows * width + BLOCK);
    const taken = heap.alloc(max(width, BLOCK));
    memory.fill(slices, 0, rows * width);
    memory.fill(taken, 0, max(width, BLOCK));
    if (before > 0) {
      for (let row: usize = 0; row < rows; row++) memory.copy(slices + row * width, this.slices + row * before, before);
      memory.copy(taken, this.taken, before);
      heap.free(this.slices);
      heap.free(this.taken);
    }
    this.slices = slices;
    this.taken = taken;
    this.width = width;
  }

  /** The lowest number that no plate has: what there is room for, if all are taken. */
  firstFree(): i32 {
    let at = this.firstNotFull;
    while (at < this.width && load<u64>(this.taken + at) == u64.MAX_VALUE) at += 8;
    this.firstNotFull = at;
    return i32(at << 3) + (at < this.width ? i32(ctz(~load<u64>(this.taken + at))) : 0);
  }

  /** The plate of this number, by its classes. */
  put(at: i32, plate: usize): void {
    const byte = usize(at) >> 3;
    const bit: u8 = 1 << u8(at & 7);
    for (let i = 0; i < this.length; i++) {
      const slice = this.slice(load<u8>(plate + i), i) + byte;
      store<u8>(slice, load<u8>(slice) | bit);
    }
    store<u8>(this.taken + byte, load<u8>(this.taken + byte) | bit);
  }

  /** Takes out what was put there. */
  remove(at: i32, plate: usize): void {
    const byte = usize(at) >> 3;
    const others: u8 = ~(1 << u8(at & 7));
    for (let i = 0; i < this.length; i++) {
      const slice = this.slice(load<u8>(plate + i), i) + byte;
      store<u8>(slice, load<u8>(slice) & others);
    }
    store<u8>(this.taken + byte, load<u8>(this.taken + byte) & others);
    this.firstNotFull = min(this.firstNotFull, byte & ~7);
  }

  /** Finds out where the slices begin that `nearInBlock` and `sameInBlock` look at. */
  seek(plate: usize, length: i32): void {
    const longer = this.length - length;
    // Places behind the shorter one, and those before it, are empty.
    const first = longer < 0 ? max(longer, -MOST_MOVED) : 0;
    for (let i = 0; i < length; i++) store<usize>(sliceOf + (usize(i) << 2), this.slice(load<u8>(plate + i), i + first));
  }

  /**
   * Those of a block that may be near a sought plate, as bits: hardly any more than are, and never less. `seek` came before.
   * @param length how many characters the sought plate has
   * @param isCloser only those that may come to the same by an edit in each
   */
  @inline
  nearInBlock(block: usize, length: i32, isCloser: bool): v128 {
    switch (this.length - length) {
      case 0: return this.ofSameLength(block, length);
      // One was added, and one may be another. The same in those below.
      case 1: return this.lacking(block, length, 1, isCloser ? 0 : 1);
      case 2: return this.lacking(block, length, 2, 0);
      case -1: return this.lacking(block, length, 1, isCloser ? 1 : 2);
      default: return this.lacking(block, length, 2, 2);
    }
  }

  /** Those of a block with all of the characters of a sought plate of their length, or hardly ever others, as bits. `seek` came before. */
  @inline
  sameInBlock(block: usize): v128 {
    let same = v128.load(this.taken + block);
    for (let i = 0; i < this.length; i++) same = v128.and(same, v128.load(load<usize>(sliceOf + (usize(i) << 2)) + block));
    return same;
  }

  /** At most two characters are others; or one was lost and one added, and those between moved by one. */
  @inline
  private ofSameLength(block: usize, length: i32): v128 {
    const width = this.width;
    // Those that lack none, at most one, at most two where they were; and none, at most one where they may have moved to.
    let none = v128.load(this.taken + block);
    let one = none;
    let two = none;
    let noneMoved = none;
    let oneMoved = none;
    for (let i = 0; i < length; i++) {
      const slice = load<usize>(sliceOf + (usize(i) << 2)) + block;
      const here = v128.load(slice);
      const moved = v128.or(here, v128.or(v128.load(slice - width), v128.load(slice + width)));
      two = v128.or(one, v128.and(two, here));
      one = v128.or(none, v128.and(one, here));
      none = v128.and(none, here);
      oneMoved = v128.or(noneMoved, v128.and(oneMoved, moved));
      noneMoved = v128.and(noneMoved, moved);
    }
    return v128.or(two, oneMoved);
  }

  /** Those that lack at most so many (two at most) of the characters at their places, moved by up to so many. */
  @inline
  private lacking(block: usize, length: i32, moves: i32, most: i32): v128 {
    const width = this.width;
    let two = v128.load(this.taken + block);
    // Of those that may lack fewer, as if they lacked the rest.
    let one = most >= 1 ? two : i64x2.splat(0);
    let none = most >= 2 ? two : i64x2.splat(0);
    for (let i = 0; i < length; i++) {
      const slice = load<usize>(sliceOf + (usize(i) << 2)) + block;
      let have = v128.or(v128.load(slice), v128.load(slice + width));
      if (moves > 1) have = v128.or(have, v128.load(slice + 2 * width));
      two = v128.or(one, v128.and(two, have));
      one = v128.or(none, v128.and(one, have));
      none = v128.and(none, have);
    }
    return two;
  }

  /** Those of a block that are the sought plate less an end, or of which it is what is left less an end; as bits. */
  alikeInBlock(block: usize, plate: usize, length: i32): v128 {
    const longer = this.length - length;
    const compared = min(length, this.length);
    const from = longer < 0 ? -longer : 0;
    const ownFrom = longer > 0 ? longer : 0;
    let first = v128.load(this.taken + block);
    let last = first;
    for (let i = 0; i < compared; i++) {
      first = v128.and(first, v128.load(this.slice(load<u8>(plate + i), i) + block));
      last = v128.and(last, v128.load(this.slice(load<u8>(plate + from + i), ownFrom + i) + block));
    }
    return v128.or(first, last);
  }

  /** Where the slice of a class at a place begins. Places before and behind the plate are empty. */
  @inline
  private slice(symbol: u8, place: i32): usize {
    return this.slices + ((usize(symbol) & (CLASSES - 1)) * usize(this.length + 2 * MOST_MOVED) + usize(MOST_MOVED + place)) * this.width;
  }
}

/** Bytes that are looked at at a step. */
export const BLOCK: usize = 16;
/** Slices of so many begin a multiple of 512 bytes from each other, and would share few places in the cache, but for a line between. */
const MANY: i32 = 4096;
const CACHE_LINE: usize = 64;
/** What shares a slice can only make plates look nearer than they are: hardly any two classes do. */
const CLASSES: i32 = 32;
/** Two edits move a character by no more. */
const MOST_MOVED: i32 = 2;
/** By character sought: where its slice begins. */
const sliceOf: usize = memory.data(4 * 16, 16);
