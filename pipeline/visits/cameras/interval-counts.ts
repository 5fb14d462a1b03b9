import { intervalOf } from './intervals.ts';

/**
 * How many reads of a camera fall into each of the newest intervals, up to so many that more say nothing more. Derived from what the
 * state holds of them; what an older interval has lost its place to is judged long since.
 */
export class IntervalCounts {
  /** By place the interval's epoch and its count, side by side: cameras are many, and each is looked at seldom. */
  private readonly places = new Uint16Array(2 * PLACES);

  add(at: number): void {
    const interval = intervalOf(at);
    const { places } = this;
    const place = placeOf(interval);
    const epoch = epochOf(interval);
    if (places[place]! < epoch) {
      places[place] = epoch;
      places[place + 1] = 0;
    }
    if (places[place] === epoch && places[place + 1]! < MOST) places[place + 1]! += 1;
  }

  remove(at: number): void {
    const interval = intervalOf(at);
    const place = placeOf(interval);
    // How many there were beyond the most is not known.
    if (this.places[place] === epochOf(interval) && this.places[place + 1]! < MOST) this.places[place + 1]! -= 1;
  }

  of(interval: number): number {
    const place = placeOf(interval);
    return this.places[place] === epochOf(interval) ? this.places[place + 1]! : 0;
  }

  /** From that interval on. */
  since(interval: number): number {
    let sum = 0;
    for (let next = interval; next < interval + PLACES; next++) sum += this.of(next);
    return sum;
  }
}

/** A power of two: 64 hours, for a day may wait to be judged, and a garage clock for a second camera. */
const PLACES = 256;
const MOST = 0xffff;

function placeOf(interval: number): number {
  return 2 * (interval & (PLACES - 1));
}

/** How often the places were gone round: below 65,536 for centuries. */
function epochOf(interval: number): number {
  return Math.floor(interval / PLACES);
}
