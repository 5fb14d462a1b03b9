import type { RecordBlock } from './record-block.ts';

/**
 * The log as the engine needs it: nine calls. `pipeline/kafka/` has them on Kafka,
 * `engine/simulation/` in memory. Offsets are plain numbers (safe up to 2^53).
 *
 * Reading is always read-committed: records of open and aborted transactions are never seen, control
 * records are skipped but count in offsets, so a batch's `next` may lie beyond its last record.
 */

export interface LogRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  /** Null: a tombstone. */
  readonly value: Buffer | null;
  /** Where the value stands in what was fetched: for who reads records by the million, and can do without a view of each. */
  readonly valuePlace?: ValuePlace;
  /** ms since the epoch, as the writer set it. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, Buffer>> | null;
}

export interface ValuePlace {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Read from `from` on. */
export interface FetchPosition extends TopicPartition {
  readonly from: number;
}

export interface FetchedBatch extends TopicPartition {
  /** The position that was asked for; all records are at or after it. */
  readonly from: number;
  readonly records: readonly LogRecord[];
  /** Where to read on: behind the last record, and behind what was filtered out after it. */
  readonly next: number;
  /** First offset that the log still has. */
  readonly start: number;
  /** Last stable offset: where committed data ends (exclusive). */
  readonly stable: number;
}

export interface Bounds {
  /** First offset that the log still has. */
  readonly start: number;
  /** Last stable offset: where committed data ends (exclusive). */
  readonly stable: number;
}

export interface OutRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers?: Readonly<Record<string, Buffer>>;
}

/** Records for one partition, in order. */
export interface OutBatch extends TopicPartition {
  readonly records: readonly OutRecord[];
}

/** A group's committed position: the next offset to read. */
export interface GroupOffset extends TopicPartition {
  /** Null: the group has none for this partition. */
  readonly offset: number | null;
  readonly metadata: string;
}

export interface CommitOffset extends TopicPartition {
  readonly offset: number;
  readonly metadata?: string;
}

/** As `OutBatch`, or already encoded. */
export interface TransactionBatch extends TopicPartition {
  readonly records: readonly OutRecord[] | RecordBlock;
}

export interface Transaction {
  readonly batches: readonly TransactionBatch[];
  readonly group: string;
  readonly offsets: readonly CommitOffset[];
}

/**
 * The one open writer of a transactional id. After any error it is of no more use: close it and claim again.
 */
export interface TransactionalWriter {
  /**
   * Writes everything in one transaction and commits it. At least one batch must hold a record. Blocks must stay as they
   * are until then.
   * @throws {FencedError} a newer owner of the transactional id exists
   * @throws any other error: the outcome is unknown, and only the log itself can tell
   */
  commit(transaction: Transaction): Promise<void>;
  close(): Promise<void>;
}

export interface GroupListener {
  /**
   * A rebalance ended: these tasks are ours now (all of them, kept ones too).
   * Called again at every new generation. Must not block: it only signals.
   */
  assigned(tasks: readonly number[]): void;
  /** Membership is lost (session timeout, rebalance begun elsewhere, crash): nothing is ours until `assigned`. */
  lost(): void;
  /** The membership failed for good; the process should stop. */
  failed(error: Error): void;
}

export interface Membership {
  /** Sends a real heartbeat now. @throws {NotMemberError} the group no longer knows us in this generation */
  heartbeat(): Promise<void>;
  /** Commits outside a transaction, for sinks. @throws {NotMemberError} refused: a newer generation exists */
  commit(offsets: readonly CommitOffset[]): Promise<void>;
  /** Leaves at once, so that the others need not wait for the session to time out. */
  leave(): Promise<void>;
}

export interface Log {
  /** Partition counts of the topics. @throws when one does not exist */
  partitionCounts(topics: readonly string[]): Promise<Map<string, number>>;
  /** Where the committed data begins and ends now. */
  bounds(at: TopicPartition): Promise<Bounds>;
  /**
   * Reads what is there, waiting at most `maxWaitMs` for the first record of any of the positions. Answers partitions
   * whose position moved, and those that are read to their end (no records, `next` = `from` = `stable`); one that has
   * more may be left out when the answer is full.
   * @throws {OffsetOutOfRangeError} a position is outside the log: never skipped in silence
   */
  fetch(positions: readonly FetchPosition[], maxWaitMs: number): Promise<FetchedBatch[]>;
  /** Plain idempotent write, answered when all in-sync replicas have it. */
  append(batches: readonly OutBatch[]): Promise<void>;
  /** Fences all former owners of the transactional id and settles what they left open. */
  claim(transactionalId: string): Promise<TransactionalWriter>;
  /**
   * Joins a consumer group whose members share out tasks: task n is partition n of each of the topics
   * (equal counts are checked).
   */
  join(group: string, topics: readonly string[], listener: GroupListener): Promise<Membership>;
  /** Committed positions of a group, transactional commits still pending excluded. */
  groupOffsets(group: string, partitions: readonly TopicPartition[]): Promise<GroupOffset[]>;
  close(): Promise<void>;
}

/** A newer owner has taken the transactional id over. */
export class FencedError extends Error {
  override name = 'FencedError';
}

/** The group has moved on without this member. */
export class NotMemberError extends Error {
  override name = 'NotMemberError';
}

/** The position is before the log's start or after its end. */
export class OffsetOutOfRangeError extends Error {
  override name = 'OffsetOutOfRangeError';
  constructor(at: FetchPosition, bounds: Bounds) {
    super(
      `${at.topic}[${at.partition}]: position ${at.from} is outside the log, ` +
        `which has offsets ${bounds.start} to ${bounds.stable}`,
    );
  }
}
