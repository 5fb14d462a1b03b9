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
  const counts = await log.partitionCounts(topics);
  const partitions = topics.flatMap((topic) =>
    Array.from({ length: counts.get(topic)! }, (_, partition): TopicPartition => ({ topic, partition })));
  const [bounds, groupOffsets] = await Promise.all([
    Promise.all(partitions.map((at) => log.bounds(at))),
    log.groupOffsets(group, partitions),
  ]);
  return partitions.map((at, i) => {
    const { start, stable: end } = bounds[i]!;
    const known = groupOffsets.find((one) => one.topic === at.topic && one.partition === at.partition);
    const offset = known?.offset ?? start;
    return { ...at, offset, end, behind: Math.max(0, end - offset) };
  });
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
  const ends = new Map((await lagOf(log, group, topics)).map((lag) => [nameOf(lag), lag.end]));
  let least = Infinity;
  let deadline = Infinity;
  for (;;) {
    const lagging: GroupLag[] = [];
    for (const { offset, ...at } of await lagOf(log, group, topics)) {
      const end = ends.get(nameOf(at))!;
      if (await hasRecords(log, at, offset, end)) lagging.push({ ...at, offset, end, behind: end - offset });
    }
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
/** More than this behind and there is surely a record: a transaction leaves one marker. */
const MARKERS_MAX = 64;

/** The end may lie behind markers and aborted records, which a group need not pass. */
async function hasRecords(log: Log, at: TopicPartition, offset: number, end: number): Promise<boolean> {
  if (end - offset > MARKERS_MAX) return true;
  for (let from = offset; from < end; ) {
    const [batch] = await log.fetch([{ topic: at.topic, partition: at.partition, from }], POLL_MS);
    if (batch === undefined) return true;
    if (batch.records.some((record) => record.offset < end)) return true;
    from = batch.next;
  }
  return false;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}[${partition}]`;
}
