import { INTERVAL_MS } from '../../cameras/interval-ms';

/**
 * How many reads of a camera, or exits of a garage, fall into which interval. Most cameras of a garage that is seldom visited have a read
 * in few intervals of its days: in order the intervals with reads, each with its count. Reads mostly come in order: the last stands apart
 * from the others, so that one line of memory is all that is changed.
 */
@unmanaged
export class IntervalCounts {
  /** Those that were made before, of those of the same task. */
  before: IntervalCounts | null;
  /** The number of the camera, where they are one's. */
  number: i32;
  private last: i32;
  /** 0: there are none. */
  private lastCount: i32;
  /** The others, how many they are, and how many there is room for. */
  private entries: usize;
  private length: i32;
  private room: i32;

  constructor(before: IntervalCounts | null, number: i32) {
    this.before = before;
    this.number = number;
    this.last = 0;
    this.lastCount = 0;
    this.entries = 0;
    this.length = 0;
    this.room = 0;
  }

  drop(): void {
    if (this.room > 0) heap.free(this.entries);
    heap.free(changetype<usize>(this));
  }

  /** Of no use: it is for the look alone. */
  @inline
  lookAt(): i32 {
    return this.last;
  }

  /** @param at ms UTC. Memory may grow. */
  add(at: f64): void {
    const interval = intervalOf(at);
    if (this.lastCount == 0) {
      this.last = interval;
      this.lastCount = 1;
    } else if (interval == this.last) {
      this.lastCount++;
    } else if (interval > this.last) {
      this.insert(this.length, this.last, this.lastCount);
      this.last = interval;
      this.lastCount = 1;
    } else {
      const place = this.placeOf(interval);
      if (place < this.length && this.intervalAt(place) == interval) this.count(place, this.countAt(place) + 1);
      else this.insert(place, interval, 1);
    }
  }

  /** Takes out what was added once. */
  remove(at: f64): void {
    const interval = intervalOf(at);
    if (interval == this.last) {
      if (--this.lastCount > 0 || this.length == 0) return;
      this.length--;
      this.last = this.intervalAt(this.length);
      this.lastCount = this.countAt(this.length);
      return;
    }
    const place = this.placeOf(interval);
    const left = this.countAt(place) - 1;
    if (left > 0) return this.count(place, left);
    this.length--;
    memory.copy(this.of(place), this.of(place + 1), this.of(this.length) - this.of(place));
  }

  /** How many there are from an interval up to another. */
  between(from: f64, to: f64): i32 {
    let sum = 0;
    for (let place = this.placeOf(from); place < this.length && f64(this.intervalAt(place)) < to; place++) sum += this.countAt(place);
    return f64(this.last) >= from && f64(this.last) < to ? sum + this.lastCount : sum;
  }

  /** The first interval from that one on with any; Infinity: none. */
  firstFrom(interval: f64): f64 {
    const place = this.placeOf(interval);
    if (place < this.length) return this.intervalAt(place);
    return this.lastCount > 0 && f64(this.last) >= interval ? f64(this.last) : Infinity;
  }

  /** Of the first of the others that is not before. */
  private placeOf(interval: f64): i32 {
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (f64(this.intervalAt(middle)) < interval) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(place: i32, interval: i32, count: i32): void {
    if (this.length == this.room) this.grow();
    const at = this.of(place);
    memory.copy(at + ENTRY_BYTES, at, this.of(this.length) - at);
    this.length++;
    store<i32>(at, interval);
    store<i32>(at, count, COUNT);
  }

  private grow(): void {
    const room = max(FIRST_ENTRIES, 2 * this.room);
    const entries = heap.alloc(ENTRY_BYTES * usize(room));
    memory.copy(entries, this.entries, ENTRY_BYTES * usize(this.length));
    if (this.room > 0) heap.free(this.entries);
    this.entries = entries;
    this.room = room;
  }

  @inline
  private of(place: i32): usize {
    return this.entries + ENTRY_BYTES * usize(place);
  }

  @inline
  private intervalAt(place: i32): i32 {
    return load<i32>(this.of(place));
  }

  @inline
  private countAt(place: i32): i32 {
    return load<i32>(this.of(place), COUNT);
  }

  @inline
  private count(place: i32, count: i32): void {
    store<i32>(this.of(place), count, COUNT);
  }
}

/** An interval and its count. */
const ENTRY_BYTES: usize = 8;
const COUNT: usize = 4;
const FIRST_ENTRIES: i32 = 8;

@inline
function intervalOf(at: f64): i32 {
  return i32(floor(at / INTERVAL_MS));
}
