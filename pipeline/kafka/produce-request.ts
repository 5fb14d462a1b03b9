import { Encoder, kafkajsRequest, type Protocol } from './kafkajs.ts';

/** Encoded batches of one partition, one after the other. */
export interface PartitionBatches {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

export interface ProduceAnswer {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/**
 * Produce, version 7, with batches that are already encoded; answered when all in-sync replicas have them.
 * A broker takes one batch a partition in one request.
 */
export function produceRequest(
  transactionalId: string | null, batches: readonly PartitionBatches[], timeoutMs: number,
): Protocol<ProduceAnswer> {
  const { request, response } = kafkajsRequest<ProduceAnswer>('Produce', PRODUCE_VERSION, {
    acks: ALL_IN_SYNC, timeout: timeoutMs, topicData: [],
  });
  return { request: { ...request, encode: async () => encode(transactionalId, batches, timeoutMs) }, response };
}

const PRODUCE_VERSION = 7;
const ALL_IN_SYNC = -1;

function encode(transactionalId: string | null, batches: readonly PartitionBatches[], timeoutMs: number): Encoder {
  let bytes = ENVELOPE_BYTES;
  for (const batch of batches) bytes += batch.bytes.length + ENVELOPE_BYTES + batch.topic.length;
  const encoder = new Encoder(bytes).writeString(transactionalId).writeInt16(ALL_IN_SYNC).writeInt32(timeoutMs);
  const topics = Map.groupBy(batches, ({ topic }) => topic);
  encoder.writeInt32(topics.size);
  for (const [topic, ofTopic] of topics) {
    encoder.writeString(topic).writeInt32(ofTopic.length);
    for (const { partition, bytes: records } of ofTopic) encoder.writeInt32(partition).writeBytes(records);
  }
  return encoder;
}

const ENVELOPE_BYTES = 64;
