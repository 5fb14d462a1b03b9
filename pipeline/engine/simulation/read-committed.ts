import { committedBatches } from '../../kafka/aborted-records.ts';
import type { RawBatch, ReadCommittedFilter } from './memory-partition.ts';

/** The filter that the pipeline has on the real broker. */
export const readCommitted: ReadCommittedFilter = (batches, aborted) => {
  const isCommitted = committedBatches(aborted.map(({ producerId, firstOffset }) => (
    { producerId: BigInt(producerId), firstOffset }
  )));
  return batches.filter((batch) => isCommitted({ ...batch, producerId: BigInt(batch.producerId), marker: markerOf(batch) }))
    .flatMap(({ records }) => records);
};

/** A marker's kind is the last byte of its key. */
function markerOf({ isControl, records }: RawBatch): 'abort' | 'commit' | null {
  if (!isControl) return null;
  return records[0]!.key![3] === 1 ? 'commit' : 'abort';
}
