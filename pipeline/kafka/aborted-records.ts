/**
 * Which batches of a fetch belong to aborted transactions. The broker names each aborted transaction that touches
 * the fetched range with the offset of its first record, in the order of the aborts; its records end at its own
 * abort marker. kafkajs's filter takes the list as sorted by first offset, takes up one transaction per record and
 * any record whose key is four zero bytes for a marker, and so delivers records that were never committed.
 */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What tells a batch's transaction. */
export interface BatchOrigin {
  readonly producerId: bigint;
  readonly lastOffset: number;
  readonly isTransactional: boolean;
  /** Null: records. Control batches hold markers and no record. */
  readonly marker: 'abort' | 'commit' | 'other' | null;
}

/** A question to be asked of each batch in offset order: does it hold records that were committed? */
export function committedBatches(aborted: readonly AbortedTransaction[]): (batch: BatchOrigin) => boolean {
  const coming = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  let next = 0;
  const abortedNow = new Set<bigint>();
  return ({ producerId, lastOffset, isTransactional, marker }) => {
    for (; next < coming.length && coming[next]!.firstOffset <= lastOffset; next += 1) {
      abortedNow.add(coming[next]!.producerId);
    }
    if (marker !== null) {
      if (marker === 'abort') abortedNow.delete(producerId);
      return false;
    }
    return !(isTransactional && abortedNow.has(producerId));
  };
}
