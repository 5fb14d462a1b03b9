import type { Bounds, LogRecord, OutRecord } from '../log.ts';

/** A record batch as a broker keeps it: what one produce request wrote, or one transaction marker. */
export interface RawBatch {
  /** -1: not written in a transaction. */
  readonly producerId: number;
  readonly isTransactional: boolean;
  /** A marker that ends a transaction; its one record is no data. */
  readonly isControl: boolean;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly records: readonly LogRecord[];
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

/**
 * Takes the data of committed transactions out of a fetch response. The list of aborted transactions comes as
 * a broker sends it: in the order of aborting, not of first offsets.
 */
export type ReadCommittedFilter = (
  batches: readonly RawBatch[],
  aborted: readonly AbortedTransaction[],
) => readonly LogRecord[];

/** What a broker answers to a fetch: whole batches up to the last stable offset. */
export interface RawFetch {
  readonly batches: readonly RawBatch[];
  readonly aborted: readonly AbortedTransaction[];
  readonly next: number;
}

/** One partition of one topic: batches, open transactions, the index of aborted ones. */
export class MemoryPartition {
  private batches: RawBatch[] = [];
  private logStart = 0;
  private logEnd = 0;
  /** First offset of the transaction that each producer has open here. */
  private readonly open = new Map<number, number>();
  private readonly abortedIndex: AbortedEntry[] = [];
  /** Batches of committed data, the truth that a filter is judged by. */
  private readonly abortedBatches = new Set<RawBatch>();

  get start(): number {
    return this.logStart;
  }

  /** Last stable offset: the first offset of the oldest open transaction, else the log's end. */
  get stable(): number {
    let stable = this.logEnd;
    for (const first of this.open.values()) stable = Math.min(stable, first);
    return stable;
  }

  get end(): number {
    return this.logEnd;
  }

  bounds(): Bounds {
    return { start: this.start, stable: this.stable };
  }

  /** Appends one batch; with a producer id it belongs to that producer's open transaction. */
  append(records: readonly OutRecord[], producerId: number | null): void {
    if (records.length === 0) return;
    if (producerId !== null && !this.open.has(producerId)) this.open.set(producerId, this.logEnd);
    this.push(records, producerId, false);
  }

  /** Writes the marker that ends a producer's transaction: one offset, whether it wrote anything here or not. */
  mark(producerId: number, outcome: 'commit' | 'abort'): void {
    const first = this.open.get(producerId);
    this.open.delete(producerId);
    const key = Buffer.from([0, 0, 0, outcome === 'commit' ? 1 : 0]);
    const markerOffset = this.logEnd;
    this.push([{ key, value: Buffer.alloc(6), timestamp: 0 }], producerId, true);
    if (outcome === 'commit' || first === undefined) return;
    this.abortedIndex.push({ producerId, firstOffset: first, lastOffset: markerOffset, stable: this.stable });
    for (const batch of this.batches) {
      if (batch.producerId === producerId && batch.firstOffset >= first && !batch.isControl) this.abortedBatches.add(batch);
    }
  }

  /** Whole batches from the one that holds `from`, up to the last stable offset, at least one and about `maxRecords`. */
  read(from: number, maxRecords: number): RawFetch {
    const stable = this.stable;
    const batches: RawBatch[] = [];
    let records = 0;
    let next = from;
    for (const batch of this.batches) {
      if (batch.lastOffset < from) continue;
      if (batch.firstOffset >= stable || records >= maxRecords) break;
      batches.push(batch);
      records += batch.records.length;
      next = batch.lastOffset + 1;
    }
    return { batches, aborted: this.abortedBetween(from, next), next };
  }

  /** As Kafka's transaction index answers: overlapping entries, until one whose stable offset lies behind the range. */
  private abortedBetween(from: number, to: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = [];
    for (const { producerId, firstOffset, lastOffset, stable } of this.abortedIndex) {
      if (lastOffset >= from && firstOffset < to) found.push({ producerId, firstOffset });
      if (stable >= to) break;
    }
    return found;
  }

  /** All committed data below the last stable offset, known without any filter. */
  committed(): LogRecord[] {
    const stable = this.stable;
    return this.batches
      .filter((batch) => !batch.isControl && batch.lastOffset < stable && !this.abortedBatches.has(batch))
      .flatMap((batch) => batch.records);
  }

  /** Drops all batches that end before the offset, as retention does. */
  deleteBefore(offset: number): void {
    this.batches = this.batches.filter((batch) => batch.lastOffset >= offset);
    this.logStart = Math.max(this.logStart, Math.min(offset, this.stable));
  }

  /**
   * Drops aborted data and each record that a later committed one of its key replaces, as the log cleaner does.
   * Offsets stay, so holes are left; tombstones and the newest batch stay too.
   */
  compact(): void {
    const stable = this.stable;
    const newest = new Map<string, number>();
    for (const { key, offset } of this.committed()) if (key !== null) newest.set(key.toString('latin1'), offset);
    const last = this.batches.findLast((batch) => batch.lastOffset < stable);
    this.batches = this.batches.flatMap((batch) => {
      if (batch.isControl || batch === last || batch.lastOffset >= stable) return [batch];
      if (this.abortedBatches.delete(batch)) return [];
      const records = batch.records.filter(({ key, offset }) => (
        key === null || newest.get(key.toString('latin1')) === offset
      ));
      return records.length === 0 ? [] : [{ ...batch, records }];
    });
  }

  private push(records: readonly OutRecord[], producerId: number | null, isControl: boolean): void {
    const firstOffset = this.logEnd;
    this.logEnd += records.length;
    this.batches.push({
      producerId: producerId ?? -1,
      isTransactional: producerId !== null,
      isControl,
      firstOffset,
      lastOffset: this.logEnd - 1,
      records: records.map(({ key, value, timestamp, headers }, i) => (
        { offset: firstOffset + i, key, value, timestamp, headers: headers ?? null }
      )),
    });
  }
}

interface AbortedEntry extends AbortedTransaction {
  /** Offset of the abort marker. */
  readonly lastOffset: number;
  /** Last stable offset right after the abort. */
  readonly stable: number;
}
