import { ReadHashes } from '../passages/read-hashes.ts';
import { PlateStays } from './plate-stays.ts';

/**
 * What is asked of stays so often that they need not be decoded for it, by their slots in the table: numbers in memory apart
 * from the collector's heap, those of one stay side by side, so that they are one miss of the processor's cache. Derived from
 * the stays. What is said of a slot that no stay has, says nothing.
 */
export class StayColumns {
  /** By slot, `COLUMNS` each: see `AT`. */
  private times = new Float64Array(COLUMNS * FIRST_SLOTS);
  /** The same memory, for the number in it. */
  private numbers = new Int32Array(this.times.buffer);
  /** Which are of one plate. */
  readonly plates = new PlateStays();
  /** Of the reads in their passages. */
  readonly reads = new ReadHashes();

  /** Garage clock at which it must be looked at again; NO_STAY: the stay is deleted. */
  dueAt(slot: number): number {
    return this.times[COLUMNS * slot + AT.due]!;
  }

  setDueAt(slot: number, at: number): void {
    this.times[COLUMNS * slot + AT.due] = at;
  }

  /** The last read of its passages, ms UTC. */
  lastSeenAt(slot: number): number {
    return this.times[COLUMNS * slot + AT.lastSeen]!;
  }

  setLastSeenAt(slot: number, at: number): void {
    this.times[COLUMNS * slot + AT.lastSeen] = at;
  }

  /** The first read of its exit passage, ms UTC; 0: it has none. */
  leftAt(slot: number): number {
    return this.times[COLUMNS * slot + AT.left]!;
  }

  setLeftAt(slot: number, at: number): void {
    this.times[COLUMNS * slot + AT.left] = at;
  }

  /** Where it stands among those that may be inside; of one that does not, any number. */
  insideAt(slot: number): number {
    return this.numbers[2 * (COLUMNS * slot + AT.inside)]!;
  }

  setInsideAt(slot: number, place: number): void {
    this.numbers[2 * (COLUMNS * slot + AT.inside)] = place;
  }

  /** Makes room for a slot: before anything is set of it. */
  makeRoomFor(slot: number): void {
    if (COLUMNS * slot < this.times.length) return;
    const wider = new Float64Array(2 * this.times.length);
    wider.set(this.times);
    this.times = wider;
    this.numbers = new Int32Array(wider.buffer);
  }
}

/** As a due time: never. */
export const NO_STAY = -1;

/** Where each stands in a stay's own: half a line of the cache. */
const AT = { due: 0, lastSeen: 1, left: 2, inside: 3 } as const;
const COLUMNS = 4;
const FIRST_SLOTS = 64;
