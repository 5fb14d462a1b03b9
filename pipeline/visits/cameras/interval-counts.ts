import { intervalOf } from './intervals.ts';

/**
 * How many reads of a camera fall into which interval. Derived from what the state holds of them, and so no more than that
 * holds: most cameras of a garage that is seldom visited have a read in few intervals of its days.
 */
export class IntervalCounts {
  /** In order the intervals with reads, each with its count behind it: one short list a camera, for cameras are many. */
  private readonly reads: number[] = [];

  add(at: number): void {
    const interval = intervalOf(at);
    const { reads } = this;
    // Reads mostly come in order.
    const place = reads.length > 0 && reads[reads.length - 2]! < interval ? reads.length : this.placeOf(interval);
    if (place === reads.length) reads.push(interval, 1);
    else if (reads[place] === interval) reads[place + 1]! += 1;
    else reads.splice(place, 0, interval, 1);
  }

  /** Takes out what was added once. */
  remove(at: number): void {
    const { reads } = this;
    const place = this.placeOf(intervalOf(at));
    if (reads[place + 1] === 1) reads.splice(place, 2);
    else reads[place + 1]! -= 1;
  }

  of(interval: number): number {
    const { reads } = this;
    const place = this.placeOf(interval);
    return place < reads.length && reads[place] === interval ? reads[place + 1]! : 0;
  }

  /** The first interval from that one on with any; Infinity: none. */
  firstFrom(interval: number): number {
    const place = this.placeOf(interval);
    return place < this.reads.length ? this.reads[place]! : Infinity;
  }

  /** How many there are from that interval on. */
  since(interval: number): number {
    const { reads } = this;
    let sum = 0;
    for (let place = this.placeOf(interval); place < reads.length; place += 2) sum += reads[place + 1]!;
    return sum;
  }

  /** Of the first interval that is not before. */
  private placeOf(interval: number): number {
    const { reads } = this;
    let low = 0;
    for (let high = reads.length >> 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if (reads[2 * middle]! < interval) low = middle + 1;
      else high = middle;
    }
    return 2 * low;
  }
}
