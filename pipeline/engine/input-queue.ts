import type { FetchedBatch, FetchPosition, LogRecord } from './log.ts';

/**
 * What has been fetched of one input and not yet applied. It tells where to fetch on, and takes only what
 * continues exactly there: a late answer to a former owner's fetch is dropped.
 */
export class InputQueue {
  readonly topic: string;
  private readonly partition: number;
  private fetchFrom: number;
  private batches: FetchedBatch[] = [];
  /** Index of the next record in the first batch. */
  private nextInBatch = 0;
  private queuedRecords = 0;
  /** Of each of the batches. */
  private readonly bytes: number[] = [];
  private queuedBytes = 0;
  /** Offset after the last record taken, or after what was filtered out behind it. */
  private takenTo: number;
  private atLogEnd = false;
  private lastTakenTimestamp = 0;

  constructor(topic: string, partition: number, from: number) {
    this.topic = topic;
    this.partition = partition;
    this.fetchFrom = from;
    this.takenTo = from;
  }

  /** Where to fetch on, or null while enough is queued. */
  want(): FetchPosition | null {
    if (!this.wantsMore) return null;
    return { topic: this.topic, partition: this.partition, from: this.fetchFrom };
  }

  get wantsMore(): boolean {
    return this.queuedRecords < QUEUED_RECORDS_MAX && this.queuedBytes < QUEUED_BYTES_MAX;
  }

  /** Says whether the batch was what this queue waits for. */
  deliver(batch: FetchedBatch): boolean {
    if (batch.from !== this.fetchFrom) return false;
    this.fetchFrom = batch.next;
    this.atLogEnd = batch.next >= batch.stable;
    if (batch.records.length > 0) {
      this.batches.push(batch);
      this.queuedRecords += batch.records.length;
      const bytes = batch.records.reduce((sum, record) => sum + valueBytes(record), 0);
      this.bytes.push(bytes);
      this.queuedBytes += bytes;
    } else if (this.queuedRecords === 0) {
      this.takenTo = batch.next;
    }
    return true;
  }

  peek(): LogRecord | undefined {
    return this.batches[0]?.records[this.nextInBatch];
  }

  /** Passes the record that `peek` showed. */
  take(): void {
    const batch = this.batches[0]!;
    const record = batch.records[this.nextInBatch]!;
    this.nextInBatch += 1;
    this.queuedRecords -= 1;
    this.lastTakenTimestamp = record.timestamp;
    if (this.nextInBatch < batch.records.length) {
      this.takenTo = record.offset + 1;
    } else {
      this.batches.shift();
      this.queuedBytes -= this.bytes.shift()!;
      this.nextInBatch = 0;
      // With nothing queued behind it, all that was filtered out after it is passed too.
      this.takenTo = this.batches.length === 0 ? this.fetchFrom : batch.next;
    }
  }

  /** The position to commit: everything before it is applied or holds no record. */
  get position(): number {
    return this.takenTo;
  }

  /** Records fetched and not yet applied. */
  get size(): number {
    return this.queuedRecords;
  }

  /** All that the log has is applied. */
  get isAtEnd(): boolean {
    return this.atLogEnd && this.queuedRecords === 0;
  }

  /** How long the oldest unapplied record has waited; 0 at the end. */
  lagSeconds(wallMs: number): number {
    if (this.isAtEnd) return 0;
    const since = this.peek()?.timestamp ?? this.lastTakenTimestamp;
    return since === 0 ? 0 : Math.max(0, (wallMs - since) / 1000);
  }
}

/** Enough for the next transaction to be at hand while one is being committed. */
const QUEUED_RECORDS_MAX = 4_000;
/** Records may be a thousand times as large as a read is. */
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;

function valueBytes({ value, valuePlace }: LogRecord): number {
  return valuePlace === undefined ? (value?.length ?? 0) : valuePlace.end - valuePlace.start;
}
