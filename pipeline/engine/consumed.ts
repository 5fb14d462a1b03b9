import { systemClock, type EngineClock } from './clock.ts';
import type { Log, TopicPartition } from './log.ts';

/** How far a consumer group is from the end of one partition. */
export interface GroupLag extends TopicPartition {
  /** Next offset that the group reads. */
  readonly offset: number;
  /** Where the committed data ended when asked. */
  readonly end: number;
  /** Offsets in between; transaction markers count. */
  readonly behind: number;
}

/** The lag of a group on every partition of the topics. */
export async function lagOf(log: Log, group: string, topics: readonly string[]): Promise<GroupLag[]> {
  return lagBehind(log, group, await endsOf(log, topics));
}

/** Where the committed data of a partition began and ended when asked. */
export interface PartitionEnd extends TopicPartition {
  readonly start: number;
  readonly end: number;
}

/** The ends of all partitions of the topics, now. */
export async function endsOf(log: Log, topics: readonly string[]): Promise<PartitionEnd[]> {
  const counts = await log.partitionCounts(topics);
  const partitions = topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic)! }, (_, partition): TopicPartition => ({ topic, partition })));
  return Promise.all(partitions.map(async (at) => {
    const { start, stable } = await log.bounds(at);
    return { ...at, start, end: stable };
  }));
}

/**
 * Where the group has still records to read before those ends. Markers of transactions and aborted records, which it need
 * not pass, don't count.
 * @param surelyBehind by more than this it lags without a look at what lies there
 */
export async function unreadOf(
  log: Log, group: string, ends: readonly PartitionEnd[], surelyBehind = Infinity,
): Promise<GroupLag[]> {
  const unread: GroupLag[] = [];
  for (const lag of await lagBehind(log, group, ends)) {
    if (lag.behind > surelyBehind || (await hasRecords(log, lag))) unread.push(lag);
  }
  return unread;
}

export interface ConsumedOptions {
  /** How long the group may stand still. */
  readonly timeoutMs: number;
  readonly clock?: EngineClock;
}

/**
 * Resolves when the group has consumed everything that stands in the topics at the time of the call.
 * @throws when it stands still for too long before that; the message names the partitions that lag
 */
export async function waitUntilConsumed(
  log: Log, group: string, topics: readonly string[], { timeoutMs, clock = systemClock }: ConsumedOptions,
): Promise<void> {
  const ends = await endsOf(log, topics);
  let least = Infinity;
  let deadline = Infinity;
  for (;;) {
    const lagging = await unreadOf(log, group, ends, MARKERS_MAX);
    if (lagging.length === 0) return;
    const behind = lagging.reduce((sum, lag) => sum + lag.behind, 0);
    if (behind < least) {
      least = behind;
      deadline = clock.monotonicMs() + timeoutMs;
    }
    if (clock.monotonicMs() >= deadline) {
      const who = lagging.map(({ offset, end, ...at }) => `${nameOf(at)} at offset ${offset} of ${end}`).join(', ');
      throw new Error(`group ${group} has not read on within ${Math.round(timeoutMs / 1000)} s: ${who}; is its process running?`);
    }
    await clock.sleep(POLL_MS);
  }
}

const POLL_MS = 200;
const FETCH_WAIT_MS = 500;
/** More than this behind and there is surely a record: a transaction leaves one marker. */
const MARKERS_MAX = 64;

async function lagBehind(log: Log, group: string, ends: readonly PartitionEnd[]): Promise<GroupLag[]> {
  const groupOffsets = await log.groupOffsets(group, ends);
  return ends.map(({ topic, partition, start, end }) => {
    const known = groupOffsets.find((one) => one.topic === topic && one.partition === partition);
    const offset = known?.offset ?? start;
    return { topic, partition, offset, end, behind: Math.max(0, end - offset) };
  });
}

async function hasRecords(log: Log, { topic, partition, offset, end }: GroupLag): Promise<boolean> {
  for (let from = offset; from < end; ) {
    const [batch] = await log.fetch([{ topic, partition, from }], FETCH_WAIT_MS);
    if (batch === undefined) return true;
    if (batch.records.some((record) => record.offset < end)) return true;
    from = batch.next;
  }
  return false;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}[${partition}]`;
}
