import { IdHashes } from './id-hashes.as';

/** A garage's lanes and cameras by the hashes of their ids, for what finds these in a stay's row. */
@unmanaged
export class GarageIds {
  /** Those that were made before it, of those of the same task. */
  before: GarageIds | null;
  /** Traces. */
  lanes: IdHashes = new IdHashes();
  /** Numbers. */
  cameras: IdHashes = new IdHashes();

  constructor(before: GarageIds | null) {
    this.before = before;
  }

  drop(): void {
    this.lanes.drop();
    this.cameras.drop();
    heap.free(changetype<usize>(this));
  }
}
