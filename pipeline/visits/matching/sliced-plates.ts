/**
 * Plates of one length, 32 to a block: for each class of characters and each place, one bit a plate says whether it has that
 * there. So 32 plates at a step are passed over that lack too many of a sought plate's characters where two edits would
 * leave or move them.
 */
export class SlicedPlates {
  /** How many characters each of them has. */
  readonly length: number;
  /** Blocks that there is room for. */
  private room = 0;
  /** All behind these are empty. */
  private used = 0;
  /** All before it are full. */
  private firstNotFull = 0;
  /** By class, place and block. */
  private slices = new Int32Array(0);
  /** By block: which plates there are. */
  private taken = new Int32Array(0);
  /** Where the slices begin that are to be looked at: by character sought. */
  private readonly rows = new Int32Array(MOST_SOUGHT);

  constructor(length: number) {
    this.length = length;
  }

  /** The lowest number that no plate has. */
  firstFree(): number {
    const { taken, room } = this;
    let block = this.firstNotFull;
    while (block < room && taken[block] === ALL) block++;
    this.firstNotFull = block;
    return 32 * block + (block < room ? lowest(~taken[block]!) : 0);
  }

  /** @param at the plate's number: `32 * block + bit` */
  put(at: number, classes: Uint8Array): void {
    const block = at >> 5;
    if (block >= this.room) this.grow();
    if (block >= this.used) this.used = block + 1;
    const bit = 1 << (at & 31);
    this.taken[block]! |= bit;
    for (let i = 0; i < this.length; i++) this.slices[this.row(classes[i]!, i) + block]! |= bit;
  }

  /** Takes out what was put there with these classes. */
  remove(at: number, classes: Uint8Array): void {
    const block = at >> 5;
    const others = ~(1 << (at & 31));
    this.taken[block]! &= others;
    for (let i = 0; i < this.length; i++) this.slices[this.row(classes[i]!, i) + block]! &= others;
    if (block < this.firstNotFull) this.firstNotFull = block;
    while (this.used > 0 && this.taken[this.used - 1] === 0) this.used--;
  }

  /** The number of the first plate from `at` on with all of these characters, or hardly ever of another; -1: there is none. */
  likelySame(classes: Uint8Array, at: number): number {
    for (let block = at >> 5, from = -1 << (at & 31); block < this.used; block++, from = -1) {
      let same = this.taken[block]! & from;
      for (let i = 0; i < this.length && same !== 0; i++) same &= this.slices[this.row(classes[i]!, i) + block]!;
      if (same !== 0) return 32 * block + lowest(same);
    }
    return -1;
  }

  /**
   * Finds those that may be near a sought plate: hardly any more than are, and never less.
   * @param length how many characters the sought plate has
   * @param isCloser only those that may come to the same by an edit in each
   * @param found their numbers are put here, in order. @returns how many
   */
  mayBeNear(classes: Uint8Array, length: number, isCloser: boolean, found: number[]): number {
    const longer = this.length - length;
    switch (longer) {
      case 0: return this.ofSameLength(classes, found);
      // One was added, and one may be another. The same in those below.
      case 1: return this.lacking(classes, length, 0, 1, isCloser ? 0 : 1, found);
      case 2: return this.lacking(classes, length, 0, 2, 0, found);
      case -1: return this.lacking(classes, length, -1, 0, isCloser ? 1 : 2, found);
      case -2: return this.lacking(classes, length, -2, 0, 2, found);
      // One is the other less an end.
      case 3: return this.alike(classes, 0, 3, length, found);
      case -3: return this.alike(classes, 3, 0, this.length, found);
      default: return 0;
    }
  }

  /** At most two characters are others; or one was lost and one added, and those between moved by one. */
  private ofSameLength(classes: Uint8Array, found: number[]): number {
    const { length, slices, room, used, rows, taken } = this;
    for (let i = 0; i < length; i++) rows[i] = this.row(classes[i]!, i);
    let count = 0;
    for (let block = 0; block < used; block++) {
      const all = taken[block]!;
      // Those that lack at least one, two, three where they were; and one, two where they may have moved to.
      let one = 0;
      let two = 0;
      let three = 0;
      let oneMoved = 0;
      let twoMoved = 0;
      for (let i = 0; i < length; i++) {
        const at = rows[i]! + block;
        const here = slices[at]!;
        const moved = here | slices[at - room]! | slices[at + room]!;
        three |= two & ~here;
        two |= one & ~here;
        one |= ~here;
        twoMoved |= oneMoved & ~moved;
        oneMoved |= ~moved;
        if ((all & ~(three & twoMoved)) === 0) break;
      }
      for (let near = all & ~(three & twoMoved); near !== 0; near &= near - 1) found[count++] = 32 * block + lowest(near);
    }
    return count;
  }

  /** Those that lack at most so many (two at most) of the characters at their places, moved by `first` to `last`. */
  private lacking(classes: Uint8Array, length: number, first: number, last: number, most: number, found: number[]): number {
    const { slices, room, used, rows, taken } = this;
    for (let i = 0; i < length; i++) rows[i] = this.row(classes[i]!, i + first);
    const moves = (last - first) * room;
    let count = 0;
    for (let block = 0; block < used; block++) {
      const all = taken[block]!;
      // Of those that may lack fewer, as if they lacked the rest.
      let one = most < 2 ? all : 0;
      let two = most < 1 ? all : 0;
      let three = 0;
      for (let i = 0; i < length && (all & ~three) !== 0; i++) {
        const at = rows[i]! + block;
        let have = 0;
        for (let move = 0; move <= moves; move += room) have |= slices[at + move]!;
        three |= two & ~have;
        two |= one & ~have;
        one |= ~have;
      }
      for (let near = all & ~three; near !== 0; near &= near - 1) found[count++] = 32 * block + lowest(near);
    }
    return count;
  }

  /** Those whose `count` characters from `ownFrom` on, or from their first on, are the sought ones from `from` on, or from the first on. */
  private alike(classes: Uint8Array, from: number, ownFrom: number, length: number, found: number[]): number {
    let count = 0;
    for (let block = 0; block < this.used; block++) {
      let first = this.taken[block]!;
      let last = first;
      for (let i = 0; i < length && (first | last) !== 0; i++) {
        first &= this.slices[this.row(classes[i]!, i) + block]!;
        last &= this.slices[this.row(classes[from + i]!, ownFrom + i) + block]!;
      }
      for (let near = first | last; near !== 0; near &= near - 1) found[count++] = 32 * block + lowest(near);
    }
    return count;
  }

  /** Where the slices of a class at a place begin. Places before and behind the plate are empty. */
  private row(symbol: number, place: number): number {
    return ((symbol & (CLASSES - 1)) * (this.length + 2 * MOST_MOVED) + MOST_MOVED + place) * this.room;
  }

  /** Room for twice as many, and for 32 at least. */
  private grow(): void {
    const { room, slices, taken } = this;
    this.room = Math.max(1, 2 * room);
    this.taken = new Int32Array(this.room);
    this.taken.set(taken);
    this.slices = new Int32Array(CLASSES * (this.length + 2 * MOST_MOVED) * this.room);
    for (let from = 0, to = 0; from < slices.length; from += room, to += this.room) {
      for (let block = 0; block < room; block++) this.slices[to + block] = slices[from + block]!;
    }
  }
}

/** What shares a row can only make plates look nearer than they are: hardly any two classes do. */
const CLASSES = 32;
/** Two edits move a character by no more. */
const MOST_MOVED = 2;
const MOST_SOUGHT = 16;

/** A block in which each number is taken. */
const ALL = -1;

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
