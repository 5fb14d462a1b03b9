import type { GroupOffset, TopicPartition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import { BrokerError, check, errorCode } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { flexibleRequest, writeStructures, type FlexibleApi, type FlexibleReader } from './flexible.ts';
import type { Protocol } from './kafkajs.ts';

/**
 * A group's committed offsets, in the order asked. While a transaction that commits some is still open the broker answers
 * UNSTABLE_OFFSET_COMMIT and is asked again: an older offset must never be taken for the last one.
 */
export async function readGroupOffsets(
  cluster: Cluster, group: string, partitions: readonly TopicPartition[], deadline: number,
): Promise<GroupOffset[]> {
  const pause = backOff(UNSTABLE_MS, UNSTABLE_MAX_MS, deadline);
  const request = offsetFetchRequest(group, partitions);
  for (;;) {
    const answer = await cluster.askCoordinator(
      'group', group, deadline, (nodeId) => cluster.questions.send(nodeId, request), (each) => each.errorCode,
    );
    check(answer.errorCode, `reading the offsets of group ${group}`);
    const failed = answer.offsets.find((offset) => offset.errorCode !== errorCode.none);
    if (failed === undefined) return partitions.map((at) => offsetOf(answer, at));
    if (failed.errorCode !== errorCode.unstableOffsetCommit || !(await pause.wait())) {
      const where = `${failed.topic}[${failed.partition}]`;
      throw new BrokerError(failed.errorCode, `reading the offset of group ${group} in ${where}`);
    }
  }
}

function offsetOf({ offsets }: OffsetFetchAnswer, { topic, partition }: TopicPartition): GroupOffset {
  const { offset, metadata } = offsets.find((each) => each.partition === partition && each.topic === topic)!;
  return { topic, partition, offset, metadata };
}

interface OffsetFetchAnswer {
  readonly errorCode: number;
  readonly offsets: readonly (GroupOffset & { readonly errorCode: number })[];
}

/** OffsetFetch, version 7: the first that can ask for stable offsets only (kafkajs ends at 4). */
function offsetFetchRequest(group: string, partitions: readonly TopicPartition[]): Protocol<OffsetFetchAnswer> {
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  return flexibleRequest(OFFSET_FETCH, (to) => {
    to.writeUVarIntString(group);
    writeStructures(to, [...topics], ([topic, ofTopic]) => {
      to.writeUVarIntString(topic).writeUVarInt(ofTopic.length + 1);
      for (const { partition } of ofTopic) to.writeInt32(partition);
    });
    to.writeInt8(STABLE_ONLY);
  }, readOffsets);
}

const OFFSET_FETCH: FlexibleApi = ['OffsetFetch', 9, 7];
const STABLE_ONLY = 1;

function readOffsets(from: FlexibleReader): OffsetFetchAnswer {
  from.int32(); // throttle, ms
  const offsets = from.structures(() => {
    const topic = from.text();
    return from.structures(() => {
      const partition = from.int32();
      const offset = Number(from.int64());
      from.int32(); // leader epoch
      const metadata = from.text();
      return { topic, partition, offset: offset < 0 ? null : offset, metadata, errorCode: from.int16() };
    });
  });
  return { offsets: offsets.flat(), errorCode: from.int16() };
}

const UNSTABLE_MS = 5;
const UNSTABLE_MAX_MS = 200;
