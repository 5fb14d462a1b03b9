import { systemClock, type EngineClock } from './clock.ts';
import { restAfterFetch } from './fetch-pace.ts';
import {
  NotMemberError, OffsetOutOfRangeError,
  type CommitOffset, type FetchedBatch, type GroupOffset, type Log, type LogRecord, type TopicPartition,
} from './log.ts';
import type { Logger } from './logger.ts';
import type { EngineObserver } from './observer.ts';
import { Signal } from './signal.ts';

/** A range of one partition, handed over whole; whenever it is handed over again it is exactly the same. */
export interface SinkRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** Exclusive; raw offsets, so holes (markers, aborted records) are included. */
  readonly to: number;
  /** The committed records of the range, in order; at least one. */
  readonly records: readonly LogRecord[];
}

export interface SinkOptions {
  /** The consumer group is `bomfri-<name>`. */
  readonly name: string;
  /** Topics of equal partition counts. */
  readonly topics: readonly string[];
  readonly log: Log;
  readonly observer: EngineObserver;
  readonly logger: Logger;
  /** Makes the range last. May be called again with the same range, by this process or another: repeating must do no harm. */
  readonly write: (range: SinkRange) => Promise<void>;
  /** How long a range waits for more records when little arrives, ms; 500 unless it is said. */
  readonly fillMs?: number;
  readonly clock?: EngineClock;
}

export interface RunningSink {
  /** Finishes the range in hand, then leaves the group. */
  stop(): Promise<void>;
  /** Resolves only when the sink has given up for good. */
  readonly failed: Promise<Error>;
}

/** One range holds at most so much, so that one insert stays within what the target takes as one block. */
export const RANGE_RECORDS_MAX = 50_000;
export const RANGE_BYTES_MAX = 8 * 1024 * 1024;
/** All partitions together: dozens that are far behind, and a target that is slow, would fill the memory. */
export const HELD_BYTES_MAX = 64 * 1024 * 1024;
/** How long a range waits for more records when little arrives, where it isn't said. */
const FILL_MS = 500;
/** While little comes in, the brokers are asked so often: it waits longer than that for more in any case. */
const FETCH_EVERY_MS = 100;
/** Waits between attempts of a write or of a call to the log; after the last the sink gives up. */
const RETRY_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * Hands every record of the topics to `write` at least once, in ranges that never change: before a range is written
 * its bounds are committed as metadata of its first offset, afterwards its end is committed. So whoever takes
 * over after a crash repeats exactly that range, and a target that knows a range by its bounds can drop the repetition.
 */
export async function runSink(options: SinkOptions): Promise<RunningSink> {
  const { name, topics, log, observer, logger, write, fillMs = FILL_MS } = options;
  const clock = options.clock ?? systemClock;
  const group = groupOf(name);
  const changed = new Signal();
  const stopping = new AbortController();
  /** The tasks of the present generation; a new array each time, null while there are none. */
  let assignment: readonly number[] | null = null;
  let membershipError: Error | null = null;

  const membership = await log.join(group, topics, {
    assigned(tasks) {
      assignment = tasks;
      changed.wake();
    },
    lost() {
      assignment = null;
      changed.wake();
    },
    failed(error) {
      membershipError = error;
      changed.wake();
    },
  });

  const failure = Promise.withResolvers<Error>();
  const ended = run()
    .catch((error: Error) => {
      logger.error({ sink: name, err: error }, 'sink gives up');
      failure.resolve(error);
    })
    .then(() => membership.leave())
    .catch((error: Error) => logger.warn({ sink: name, err: error }, 'not signed off: the group waits for the session to end'));

  return {
    failed: failure.promise,
    async stop() {
      stopping.abort();
      changed.wake();
      await ended;
    },
  };

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      if (membershipError !== null) throw membershipError;
      const tasks = assignment;
      if (tasks === null) {
        observer.tasksOwned(0);
        await changed.wait();
        continue;
      }
      try {
        await serve(tasks, () => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof NotMemberError || error instanceof AbandonedError) {
          await untilReassigned(tasks);
        } else if (isFinal(error) || failures === RETRY_MS.length) {
          throw error;
        } else {
          logger.warn({ sink: name, err: error }, 'the log does not answer, trying again');
          await clock.sleep(RETRY_MS[failures]!, stopping.signal);
          failures += 1;
        }
      }
    }
  }

  /** The group may refuse us before we are told that we lost our tasks. */
  async function untilReassigned(refused: readonly number[]): Promise<void> {
    while (assignment === refused && !stopping.signal.aborted && membershipError === null) await changed.wait();
  }

  /** Serves one assignment until it changes or the sink stops. */
  async function serve(tasks: readonly number[], progressed: () => void): Promise<void> {
    const feeds = await openFeeds(group, topics, tasks, fillMs, log);
    observer.tasksOwned(tasks.length);
    const isOurs = (): boolean => assignment === tasks && !stopping.signal.aborted;
    while (isOurs()) {
      if (feeds.length === 0) {
        await changed.wait();
        continue;
      }
      await fill(feeds);
      const isMuch = heldBytes(feeds) >= HELD_BYTES_MAX;
      for (const feed of feeds) {
        if (!isOurs()) return;
        if (feed.isReady(clock.monotonicMs(), isMuch)) await handOver(feed, tasks);
        observer.lag(feed.topic, feed.partition, feed.lagSeconds(clock.wallMs()));
      }
      progressed();
    }
  }

  async function fill(feeds: readonly Feed[]): Promise<void> {
    const isMuch = heldBytes(feeds) >= HELD_BYTES_MAX;
    const hungry = feeds.filter((feed) => feed.wantsMore && (!isMuch || feed.isRepeating));
    if (hungry.length === 0) return;
    const now = clock.monotonicMs();
    const waitMs = Math.min(...feeds.map((feed) => feed.patienceMs(now)));
    const batches = await log.fetch(hungry.map(({ topic, partition, next }) => ({ topic, partition, from: next })), waitMs);
    const arrivedMs = clock.monotonicMs();
    for (const batch of batches) {
      hungry.find(({ topic, partition }) => topic === batch.topic && partition === batch.partition)!.take(batch, arrivedMs);
    }
    await restAfterFetch(batches, now, Math.min(waitMs, FETCH_EVERY_MS), clock, stopping.signal);
  }

  async function handOver(feed: Feed, tasks: readonly number[]): Promise<void> {
    const startedMs = clock.monotonicMs();
    const range = feed.cut();
    const at = { topic: range.topic, partition: range.partition };
    let writtenMs = startedMs;
    if (range.records.length > 0) {
      if (!feed.isRepeating) await membership.commit([plan(range)]);
      await writeWithRetries(range, tasks);
      writtenMs = clock.monotonicMs();
      // Membership may have been lost and won anew meanwhile; then this range is another owner's to finish.
      if (assignment !== tasks) throw new AbandonedError();
    }
    await membership.commit([{ ...at, offset: range.to }]);
    feed.handedOver(range);
    const count = range.records.length;
    observer.committed(range.partition, count, count, clock.monotonicMs() - startedMs, clock.monotonicMs() - writtenMs);
  }

  async function writeWithRetries(range: SinkRange, tasks: readonly number[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await write(range);
      } catch (error) {
        const { topic, partition, from, to } = range;
        if (attempt === RETRY_MS.length) throw new SinkWriteError(range, error);
        logger.warn({ sink: name, topic, partition, from, to, err: error }, 'write failed, trying again');
        await clock.sleep(RETRY_MS[attempt]!, stopping.signal);
        if (assignment !== tasks || stopping.signal.aborted) throw new AbandonedError();
        await membership.heartbeat();
      }
    }
  }
}

/** The target refused a range again and again. The range stays planned: the next owner begins with it. */
export class SinkWriteError extends Error {
  override name = 'SinkWriteError';
  constructor({ topic, partition, from, to }: SinkRange, cause: unknown) {
    super(`${topic}[${partition}]: writing offsets ${from} to ${to} failed for good`, { cause });
  }
}

/** The range in hand is not ours to finish any more: its plan stays for the next owner. */
class AbandonedError extends Error {}

/** The group's metadata for a position is no plan of this sink. */
export class SinkPlanError extends Error {
  override name = 'SinkPlanError';
  constructor(at: TopicPartition, offset: number, metadata: string) {
    super(`${at.topic}[${at.partition}]: the group's offset ${offset} carries the metadata '${metadata}', which is no plan from there`);
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof OffsetOutOfRangeError || error instanceof SinkWriteError || error instanceof SinkPlanError;
}

function plan({ topic, partition, from, to }: SinkRange): CommitOffset {
  return { topic, partition, offset: from, metadata: JSON.stringify({ from, to }) };
}

/** The end of the range that a former owner planned at this offset, or null. */
function plannedEnd(at: TopicPartition, offset: number, metadata: string): number | null {
  if (metadata === '') return null;
  let planned: { from?: unknown; to?: unknown } | null;
  try {
    planned = JSON.parse(metadata);
  } catch {
    throw new SinkPlanError(at, offset, metadata);
  }
  if (planned?.from !== offset || !Number.isSafeInteger(planned.to) || (planned.to as number) <= offset) {
    throw new SinkPlanError(at, offset, metadata);
  }
  return planned.to as number;
}

const groupOf = (name: string): string => `bomfri-${name}`;

/** How far the sink of that name has come in each partition of the topics; null where it never was. */
export async function sinkOffsets(
  log: Pick<Log, 'partitionCounts' | 'groupOffsets'>, name: string, topics: readonly string[],
): Promise<readonly GroupOffset[]> {
  const counts = await log.partitionCounts(topics);
  const partitions = [...counts].flatMap(([topic, count]) => Array.from({ length: count }, (_, partition) => ({ topic, partition })));
  return log.groupOffsets(groupOf(name), partitions);
}

async function openFeeds(
  group: string, topics: readonly string[], tasks: readonly number[], fillMs: number, log: Log,
): Promise<Feed[]> {
  const partitions = topics.flatMap((topic) => tasks.map((partition) => ({ topic, partition })));
  if (partitions.length === 0) return [];
  const feeds: Feed[] = [];
  for (const { topic, partition, offset, metadata } of await log.groupOffsets(group, partitions)) {
    const at = { topic, partition };
    const from = offset ?? (await log.bounds(at)).start;
    feeds.push(new Feed(at, from, fillMs, offset === null ? null : plannedEnd(at, offset, metadata)));
  }
  return feeds;
}

function heldBytes(feeds: readonly Feed[]): number {
  return feeds.reduce((sum, { heldBytes: bytes }) => sum + bytes, 0);
}

/** One partition: what has been read of it and not yet handed over. */
class Feed {
  readonly topic: string;
  readonly partition: number;
  private readonly fillMs: number;
  /** Everything before it is handed over. */
  private from: number;
  /** End of the range that must be handed over as it was planned; null: the next range is free. */
  private plannedTo: number | null;
  /** Where to read on. */
  next: number;
  private records: LogRecord[] = [];
  private bytes = 0;
  private waitingSinceMs = 0;

  constructor(at: TopicPartition, from: number, fillMs: number, plannedTo: number | null) {
    this.topic = at.topic;
    this.partition = at.partition;
    this.from = from;
    this.next = from;
    this.fillMs = fillMs;
    this.plannedTo = plannedTo;
  }

  /** Of the records not handed over yet. */
  get heldBytes(): number {
    return this.bytes;
  }

  get isRepeating(): boolean {
    return this.plannedTo !== null;
  }

  get wantsMore(): boolean {
    if (this.plannedTo !== null) return this.next < this.plannedTo;
    return !this.isFull;
  }

  private get isFull(): boolean {
    return this.records.length >= RANGE_RECORDS_MAX || this.bytes >= RANGE_BYTES_MAX;
  }

  take(batch: FetchedBatch, nowMs: number): void {
    if (this.next === this.from) this.waitingSinceMs = nowMs;
    for (const record of batch.records) {
      this.records.push(record);
      this.bytes += sizeBytes(record);
    }
    this.next = batch.next;
  }

  /** @param isMuch what there is must go, little as it may be */
  isReady(nowMs: number, isMuch: boolean): boolean {
    if (this.plannedTo !== null) return this.next >= this.plannedTo;
    return this.next > this.from && (isMuch || this.isFull || this.patienceMs(nowMs) === 0);
  }

  /** How long the next range may still wait for more. */
  patienceMs(nowMs: number): number {
    return this.next === this.from ? this.fillMs : Math.max(0, this.waitingSinceMs + this.fillMs - nowMs);
  }

  /** The next range: the planned one, else as much as one range may hold. */
  cut(): SinkRange {
    const count = this.plannedTo === null ? this.countThatFits() : this.countBefore(this.plannedTo);
    const records = this.records.slice(0, count);
    const to = this.plannedTo ?? (count === this.records.length ? this.next : records.at(-1)!.offset + 1);
    return { topic: this.topic, partition: this.partition, from: this.from, to, records };
  }

  private countBefore(offset: number): number {
    const index = this.records.findIndex((record) => record.offset >= offset);
    return index === -1 ? this.records.length : index;
  }

  private countThatFits(): number {
    let bytes = 0;
    const limit = Math.min(this.records.length, RANGE_RECORDS_MAX);
    for (let count = 0; count < limit; count++) {
      bytes += sizeBytes(this.records[count]!);
      if (bytes > RANGE_BYTES_MAX && count > 0) return count;
    }
    return limit;
  }

  handedOver(range: SinkRange): void {
    this.records = this.records.slice(range.records.length);
    this.bytes = this.records.reduce((sum, record) => sum + sizeBytes(record), 0);
    this.from = range.to;
    this.plannedTo = null;
  }

  /** How long the oldest record not handed over has waited; 0 when there is none. */
  lagSeconds(wallMs: number): number {
    const oldest = this.records[0];
    return oldest === undefined ? 0 : Math.max(0, (wallMs - oldest.timestamp) / 1000);
  }
}

function sizeBytes(record: LogRecord): number {
  return (record.key?.length ?? 0) + (record.value?.length ?? 0);
}
