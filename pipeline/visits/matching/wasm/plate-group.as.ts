import { Slices } from './slices.as';
import { classesOfSought, isSought, sought } from './sought-plate.as';

/** Plates and candidates of one length, each by a number: the lowest that was free, so that those that are left stand close. */
@unmanaged
export class PlateGroup {
  length: i32;
  /** Numbers from here on are free. */
  end: i32;
  /** Null: they are few, and looked through one by one. */
  slices: Slices | null;
  private count: i32;
  private room: i32;
  /** By number: whose it is. */
  private ids: usize;
  /** By number: the classes of its characters. */
  private plates: usize;
  /** By number: which classes it has, as bits. */
  private classes: usize;

  constructor(length: i32) {
    this.length = length;
    this.end = 0;
    this.slices = null;
    this.count = 0;
    this.room = 0;
    this.ids = 0;
    this.plates = 0;
    this.classes = 0;
  }

  drop(): void {
    this.empty();
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

  @inline
  classesAt(at: i32): i32 {
    return load<i32>(this.classes + (usize(at) << 2));
  }

  /** Puts the sought plate. @returns its number */
  put(id: i32): i32 {
    const at = this.firstFree();
    if (at == this.room) this.grow();
    store<i32>(this.ids + (usize(at) << 2), id);
    store<i32>(this.classes + (usize(at) << 2), classesOfSought(this.length));
    memory.copy(this.plateAt(at), sought, this.length);
    this.end = max(this.end, at + 1);
    this.count++;
    const slices = this.slices;
    if (slices !== null) slices.put(at, sought);
    return at;
  }

  /** Takes out the sought plate of this id. @param likelyAt its number, or any. @returns whether there was one */
  remove(id: i32, likelyAt: i32): bool {
    const at = this.is(id, likelyAt) ? likelyAt : this.find(id);
    if (at < 0) return false;
    store<i32>(this.ids + (usize(at) << 2), NO_ID);
    const slices = this.slices;
    if (slices !== null) slices.remove(at, sought);
    while (this.end > 0 && this.idAt(this.end - 1) == NO_ID) this.end--;
    this.count--;
    if (this.count == 0 && this.room > MOST_FEW) this.empty();
    return true;
  }

  /** The number of this id's plate, if it is the sought one; -1: there is none. */
  private find(id: i32): i32 {
    const slices = this.slices;
    if (slices === null) {
      for (let at = 0; at < this.end; at++) if (this.is(id, at)) return at;
      return -1;
    }
    for (let block = 0; block << 3 < this.end; block += 16) {
      const same = slices.same(block, sought);
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
    return at < this.end && this.idAt(at) == id && isSought(this.plateAt(at), this.length);
  }

  private firstFree(): i32 {
    if (this.count == this.end) return this.end;
    const slices = this.slices;
    if (slices !== null) return slices.firstFree();
    let at = 0;
    while (this.idAt(at) != NO_ID) at++;
    return at;
  }

  /** Room for twice as many. */
  private grow(): void {
    const room = this.room == 0 ? FIRST_ROOM : 2 * this.room;
    this.ids = widened(this.ids, 4 * this.room, 4 * room);
    this.classes = widened(this.classes, 4 * this.room, 4 * room);
    this.plates = widened(this.plates, this.length * this.room, this.length * room);
    this.room = room;
    const slices = this.slices;
    if (slices !== null) slices.grow(room);
    else if (room > MOST_FEW) this.slice();
  }

  private slice(): void {
    const slices = new Slices(this.length, this.room);
    for (let at = 0; at < this.end; at++) if (this.idAt(at) != NO_ID) slices.put(at, this.plateAt(at));
    this.slices = slices;
  }

  /** Gives back all memory but its own. */
  private empty(): void {
    const slices = this.slices;
    if (slices !== null) slices.drop();
    this.slices = null;
    if (this.room == 0) return;
    heap.free(this.ids);
    heap.free(this.plates);
    heap.free(this.classes);
    this.room = 0;
  }
}

export const NO_ID: i32 = -1;

/** Few, for most garages are small; doubled as needed. */
const FIRST_ROOM: i32 = 8;
/** So many are as quickly looked through one by one, and their slices would take as much memory as those of 128. */
const MOST_FEW: i32 = 64;

/** The same in a wider place; what stands there is given back. */
function widened(place: usize, width: i32, wider: i32): usize {
  const wide = heap.alloc(wider);
  if (width == 0) return wide;
  memory.copy(wide, place, width);
  heap.free(place);
  return wide;
}
