import { intervalOf } from './intervals.ts';

/**
 * How many reads of a camera fall into each of the newest intervals. Derived from what the state holds of them; what an
 * older interval has lost its place to is judged long since.
 */
export class IntervalCounts {
  /** By place the interval and its count, side by side: cameras are many, and each is looked at seldom. */
  private readonly places = new Int32Array(2 * PLACES);

  add(at: number): void {
    const interval = intervalOf(at);
    const { places } = this;
    const place = placeOf(interval);
    if (places[place]! < interval) {
      places[place] = interval;
      places[place + 1] = 0;
    }
    if (places[place] === interval) places[place + 1]! += 1;
  }

  remove(at: number): void {
    const interval = intervalOf(at);
    const place = placeOf(interval);
    if (this.places[place] === interval) this.places[place + 1]! -= 1;
  }

  of(interval: number): number {
    const place = placeOf(interval);
    return this.places[place] === interval ? this.places[place + 1]! : 0;
  }
}

/** A power of two: 32 hours, for which a garage clock may wait for a second camera. */
const PLACES = 128;

function placeOf(interval: number): number {
  return 2 * (interval & (PLACES - 1));
}
