import { PlateStays } from './plate-stays.ts';
import { ReadHashes } from './read-hashes.ts';

/**
 * What is asked of stays so often that they need not be decoded for it, by their slots in the table: columns of numbers in
 * memory apart from the collector's heap. Derived from the stays. What a column says of a slot that no stay has, says nothing.
 */
export class StayColumns {
  /** Garage clock at which it must be looked at again; NO_STAY: the stay is deleted. */
  dueAt = new Float64Array(FIRST_SLOTS);
  /** The last read of its passages, and the first of its exit passage (0: it has none), ms UTC. */
  lastSeenAt = new Float64Array(FIRST_SLOTS);
  leftAt = new Float64Array(FIRST_SLOTS);
  /** Where it stands among those that may be inside; of one that does not, any number. */
  insideAt = new Int32Array(FIRST_SLOTS);
  /** Which are of one plate. */
  readonly plates = new PlateStays();
  /** Of the reads in their passages. */
  readonly reads = new ReadHashes();

  /** Makes room for a slot: before anything is set of it. */
  makeRoomFor(slot: number): void {
    if (slot < this.dueAt.length) return;
    this.dueAt = widened(this.dueAt);
    this.lastSeenAt = widened(this.lastSeenAt);
    this.leftAt = widened(this.leftAt);
    const { insideAt } = this;
    this.insideAt = new Int32Array(2 * insideAt.length);
    this.insideAt.set(insideAt);
  }
}

/** As a due time: never. */
export const NO_STAY = -1;
const FIRST_SLOTS = 64;

function widened(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * column.length);
  wider.set(column);
  return wider;
}
