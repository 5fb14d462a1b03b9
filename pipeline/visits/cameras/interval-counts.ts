import { cutList, noListMemory } from '../lists/list-memory.ts';
import { intervalOf } from './intervals.ts';

/**
 * How many reads of a camera, or exits of a garage, fall into which interval. Derived from what the state holds of them, and so no more than that
 * holds: most cameras of a garage that is seldom visited have a read in few intervals of its days. In order the intervals with
 * reads, each with its count behind it.
 */
export class IntervalCounts {
  private ints = noListMemory.ints;
  /** Where the first begins there, and how many of them there is room for. */
  private from = 0;
  private room = 0;
  /** Intervals with reads. */
  private length = 0;

  /** The last interval with reads; 0: there is none. */
  get last(): number {
    return this.length === 0 ? 0 : this.ints[this.from + 2 * (this.length - 1)]!;
  }

  add(at: number): void {
    const interval = intervalOf(at);
    const { ints, from, length } = this;
    // Reads mostly come in order: they are of the last, or begin the next.
    const last = from + 2 * (length - 1);
    if (length === 0 || ints[last]! < interval) return this.insert(2 * length, interval);
    const place = ints[last] === interval ? last : this.placeOf(interval);
    if (ints[place] === interval) ints[place + 1]! += 1;
    else this.insert(place - from, interval);
  }

  private insert(behind: number, interval: number): void {
    if (this.length === this.room) this.grow();
    const { ints, from } = this;
    const place = from + behind;
    const { end } = this;
    if (place < end) ints.copyWithin(place + 2, place, end);
    this.length++;
    ints[place] = interval;
    ints[place + 1] = 1;
  }

  /** Takes out what was added once. */
  remove(at: number): void {
    const { ints } = this;
    const place = this.placeOf(intervalOf(at));
    if (ints[place + 1]! > 1) {
      ints[place + 1]! -= 1;
      return;
    }
    ints.copyWithin(place, place + 2, this.end);
    this.length--;
  }

  of(interval: number): number {
    const { ints } = this;
    const place = this.placeOf(interval);
    return place < this.end && ints[place] === interval ? ints[place + 1]! : 0;
  }

  /** The first interval from that one on with any; Infinity: none. */
  firstFrom(interval: number): number {
    const place = this.placeOf(interval);
    return place < this.end ? this.ints[place]! : Infinity;
  }

  /** How many there are from that interval on. */
  since(interval: number): number {
    return this.between(interval, Infinity);
  }

  /** From an interval up to another. */
  between(from: number, to: number): number {
    const { ints, end } = this;
    let sum = 0;
    for (let place = this.placeOf(from); place < end && ints[place]! < to; place += 2) sum += ints[place + 1]!;
    return sum;
  }

  private get end(): number {
    return this.from + 2 * this.length;
  }

  /** Of the first interval that is not before. */
  private placeOf(interval: number): number {
    const { ints, from } = this;
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (ints[from + 2 * middle]! < interval) low = middle + 1;
      else high = middle;
    }
    return from + 2 * low;
  }

  private grow(): void {
    const room = Math.max(FIRST_INTERVALS, 2 * this.room);
    const { memory: { ints }, from } = cutList(INTERVAL_BYTES * room);
    ints.set(this.ints.subarray(this.from, this.end), from / 4);
    this.ints = ints;
    this.from = from / 4;
    this.room = room;
  }
}

const FIRST_INTERVALS = 8;
/** An interval and its count, four bytes each. */
const INTERVAL_BYTES = 8;
