import type { GroupOffset, TopicPartition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import { BrokerError, check, errorCode } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { Encoder, type Protocol } from './kafkajs.ts';

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

/**
 * OffsetFetch, version 7: the first that can ask for stable offsets only (kafkajs ends at 4). It is of the
 * "flexible" kind: lengths are unsigned varints one too high, and every structure ends with its tagged fields,
 * of which there are none.
 */
function offsetFetchRequest(group: string, partitions: readonly TopicPartition[]): Protocol<OffsetFetchAnswer> {
  const topics = Map.groupBy(partitions, ({ topic }) => topic);
  return {
    request: {
      apiKey: OFFSET_FETCH_KEY,
      apiVersion: OFFSET_FETCH_VERSION,
      apiName: 'OffsetFetch',
      encode: async () => {
        const encoder = new Encoder();
        // The header's own tagged fields, which kafkajs does not write.
        encoder.writeInt8(NO_TAGS).writeUVarIntString(group).writeUVarInt(topics.size + 1);
        for (const [topic, ofTopic] of topics) {
          encoder.writeUVarIntString(topic).writeUVarInt(ofTopic.length + 1);
          for (const { partition } of ofTopic) encoder.writeInt32(partition);
          encoder.writeInt8(NO_TAGS);
        }
        return encoder.writeInt8(STABLE_ONLY).writeInt8(NO_TAGS);
      },
    },
    response: { decode: async (payload) => decode(payload), parse: async (answer) => answer },
  };
}

const OFFSET_FETCH_KEY = 9;
const OFFSET_FETCH_VERSION = 7;
const STABLE_ONLY = 1;
const NO_TAGS = 0;

/**
 * Header tags, throttle int32, topics: name, partitions: number int32, offset int64, leader epoch int32, metadata,
 * error int16; error int16.
 */
function decode(payload: Buffer): OffsetFetchAnswer {
  let at = 0;
  const uvarint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = payload[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const text = (): string => {
    const bytes = Math.max(0, uvarint() - 1);
    return payload.toString('utf8', at, (at += bytes));
  };
  const skipTags = (): void => {
    for (let tags = uvarint(); tags > 0; tags -= 1) {
      uvarint();
      at += uvarint();
    }
  };
  skipTags();
  at += 4;
  const offsets: OffsetFetchAnswer['offsets'][number][] = [];
  for (let topics = uvarint() - 1; topics > 0; topics -= 1) {
    const topic = text();
    for (let count = uvarint() - 1; count > 0; count -= 1) {
      const partition = payload.readInt32BE(at);
      const offset = Number(payload.readBigInt64BE(at + 4));
      at += 16;
      const metadata = text();
      const code = payload.readInt16BE(at);
      at += 2;
      skipTags();
      offsets.push({ topic, partition, offset: offset < 0 ? null : offset, metadata, errorCode: code });
    }
    skipTags();
  }
  return { errorCode: payload.readInt16BE(at), offsets };
}

const UNSTABLE_MS = 5;
const UNSTABLE_MAX_MS = 200;
