import { NO_ID, NO_PLACE } from '../shared-numbers';
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
  /** By number: whose it is, and the place of another plate that it may be, NO_PLACE: there is none behind it. */
  private owners: usize;
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
    return load<i32>(this.owners + (usize(at) << 3));
  }

  @inline
  plateAt(at: i32): usize {
    return this.plates + usize(at * this.length);
  }

  @inline
  private setIdAt(at: i32, id: i32): void {
    store<i32>(this.owners + (usize(at) << 3), id);
  }

  @inline
  otherAt(at: i32): i32 {
    return load<i32>(this.owners + (usize(at) << 3), OTHER);
  }

  @inline
  setOtherAt(at: i32, place: i32): void {
    store<i32>(this.owners + (usize(at) << 3), place, OTHER);
  }

  /** Puts the sought plate. @returns its number */
  put(id: i32): i32 {
    const at = this.slices.firstFree();
    if (at == this.room) this.grow();
    this.setIdAt(at, id);
    this.setOtherAt(at, NO_PLACE);
    memory.copy(this.plateAt(at), sought, this.length);
    this.end = max(this.end, at + 1);
    this.count++;
    this.slices.put(at, sought);
    return at;
  }

  /** Takes out the sought plate of this id. @returns whether there was one */
  remove(id: i32): bool {
    const at = this.find(id);
    if (at >= 0) this.removeAt(at);
    return at >= 0;
  }

  removeAt(at: i32): void {
    this.setIdAt(at, NO_ID);
    this.slices.remove(at, this.plateAt(at));
    while (this.end > 0 && this.idAt(this.end - 1) == NO_ID) this.end--;
    this.count--;
    if (this.count == 0 && this.room > FIRST_ROOM) {
      this.giveBack();
      this.take(FIRST_ROOM);
    }
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
          if (this.idAt(at) == id && isSought(this.plateAt(at), this.length)) return at;
        }
      }
    }
    return -1;
  }

  /** Room for so many, and none taken yet. */
  private take(room: i32): void {
    this.room = room;
    this.owners = heap.alloc(8 * room);
    this.plates = heap.alloc(this.length * room + READABLE);
    this.slices = new Slices(this.length, room);
  }

  /** Room for twice as many. */
  private grow(): void {
    const room = this.room;
    this.owners = heap.realloc(this.owners, 16 * room);
    this.plates = heap.realloc(this.plates, 2 * this.length * room + READABLE);
    this.slices.grow(2 * room);
    this.room = 2 * room;
  }

  private giveBack(): void {
    heap.free(this.owners);
    heap.free(this.plates);
    this.slices.drop();
  }
}

const OTHER: usize = 4;

/** Few, for most garages are small; doubled as needed. */
const FIRST_ROOM: i32 = 8;
