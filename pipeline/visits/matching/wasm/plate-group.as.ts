import { BLOCK, Slices } from './slices.as';
import { isSought, READABLE, sought } from './sought-plate.as';

/** Plates and candidates of one length, each by a number: the lowest that was free, so that those that are left stand close. */
@unmanaged
export class PlateGroup {
  length: i32;
  /** Numbers from here on are free. */
  end: i32;
  slices!: Slices;
  private count: i32;
  private room: i32;
  /** By number: whose it is. */
  private ids: usize;
  /** By number: the classes of its characters. */
  private plates: usize;

  constructor(length: i32) {
    this.length = length;
    this.end = 0;
    this.count = 0;
    this.take(FIRST_ROOM);
  }

  drop(): void {
    this.giveBack();
    heap.free(changetype<usize>(this));
  }

  @inline
  idAt(at: i32): i32 {
    return load<i32>(this.ids + (usize(at) << 2));
  }

  @inline
  plateAt(at: i32): usize {
    return this.plates + usize(at * this.length);
  }

  /** Puts the sought plate. @returns its number */
  put(id: i32): i32 {
    const at = this.slices.firstFree();
    if (at == this.room) this.grow();
    store<i32>(this.ids + (usize(at) << 2), id);
    memory.copy(this.plateAt(at), sought, this.length);
    this.end = max(this.end, at + 1);
    this.count++;
    this.slices.put(at, sought);
    return at;
  }

  /** Takes out the sought plate of this id. @param likelyAt its number, or any. @returns whether there was one */
  remove(id: i32, likelyAt: i32): bool {
    const at = this.is(id, likelyAt) ? likelyAt : this.find(id);
    if (at < 0) return false;
    store<i32>(this.ids + (usize(at) << 2), NO_ID);
    this.slices.remove(at, sought);
    while (this.end > 0 && this.idAt(this.end - 1) == NO_ID) this.end--;
    this.count--;
    if (this.count == 0 && this.room > FIRST_ROOM) {
      this.giveBack();
      this.take(FIRST_ROOM);
    }
    return true;
  }

  /** The number of this id's plate, if it is the sought one; -1: there is none. */
  private find(id: i32): i32 {
    const slices = this.slices;
    slices.seek(sought, this.length);
    for (let block = 0; block << 3 < this.end; block += i32(BLOCK)) {
      const same = slices.sameInBlock(block);
      if (!v128.any_true(same)) continue;
      for (let half = 0; half < 2; half++) {
        let bits = half == 0 ? i64x2.extract_lane(same, 0) : i64x2.extract_lane(same, 1);
        for (; bits != 0; bits &= bits - 1) {
          const at = (block << 3) + (half << 6) + i32(ctz(bits));
          if (this.is(id, at)) return at;
        }
      }
    }
    return -1;
  }

  private is(id: i32, at: i32): bool {
    return u32(at) < u32(this.end) && this.idAt(at) == id && isSought(this.plateAt(at), this.length);
  }

  /** Room for so many, and none taken yet. */
  private take(room: i32): void {
    this.room = room;
    this.ids = heap.alloc(4 * room);
    this.plates = heap.alloc(this.length * room + READABLE);
    this.slices = new Slices(this.length, room);
  }

  /** Room for twice as many. */
  private grow(): void {
    const room = this.room;
    this.ids = heap.realloc(this.ids, 8 * room);
    this.plates = heap.realloc(this.plates, 2 * this.length * room + READABLE);
    this.slices.grow(2 * room);
    this.room = 2 * room;
  }

  private giveBack(): void {
    heap.free(this.ids);
    heap.free(this.plates);
    this.slices.drop();
  }
}

export const NO_ID: i32 = -1;

/** Few, for most garages are small; doubled as needed. */
const FIRST_ROOM: i32 = 8;
