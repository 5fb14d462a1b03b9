import { intervalOf } from './intervals.ts';

/**
 * How many reads of a camera fall into each of the newest intervals. Derived from what the state holds of them; what an
 * older interval has lost its place to is judged long since.
 */
export class IntervalCounts {
  private readonly intervals = new Int32Array(PLACES);
  private readonly counts = new Uint16Array(PLACES);

  add(at: number): void {
    const interval = intervalOf(at);
    const place = interval & (PLACES - 1);
    if (this.intervals[place]! < interval) {
      this.intervals[place] = interval;
      this.counts[place] = 0;
    }
    if (this.intervals[place] === interval) this.counts[place]!++;
  }

  remove(at: number): void {
    const interval = intervalOf(at);
    const place = interval & (PLACES - 1);
    if (this.intervals[place] === interval) this.counts[place]!--;
  }

  of(interval: number): number {
    const place = interval & (PLACES - 1);
    return this.intervals[place] === interval ? this.counts[place]! : 0;
  }
}

/** A power of two: 32 hours, for which a garage clock may wait for a second camera. */
const PLACES = 128;
