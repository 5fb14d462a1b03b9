import { kafkajsRequest, type Protocol } from './kafkajs.ts';
import type { RequestBody } from './request-frame.ts';

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
  return { request: { ...request, encode: async () => new ProduceBody(transactionalId, batches, timeoutMs) }, response };
}

const PRODUCE_VERSION = 7;
const ALL_IN_SYNC = -1;

/** The body: transactional id, acks, timeout, then by topic the partitions with their batches. */
class ProduceBody implements RequestBody {
  private readonly transactionalId: string | null;
  private readonly topics: ReadonlyMap<string, readonly PartitionBatches[]>;
  private readonly timeoutMs: number;

  constructor(transactionalId: string | null, batches: readonly PartitionBatches[], timeoutMs: number) {
    this.transactionalId = transactionalId;
    this.topics = Map.groupBy(batches, ({ topic }) => topic);
    this.timeoutMs = timeoutMs;
  }

  size(): number {
    let bytes = INT16 + Buffer.byteLength(this.transactionalId ?? '') + INT16 + INT32 + INT32;
    for (const [topic, ofTopic] of this.topics) {
      bytes += INT16 + Buffer.byteLength(topic) + INT32;
      for (const { bytes: records } of ofTopic) bytes += INT32 + INT32 + records.length;
    }
    return bytes;
  }

  writeTo(frame: Buffer, start: number): void {
    let at = writeText(this.transactionalId, frame, start);
    at = frame.writeInt16BE(ALL_IN_SYNC, at);
    at = frame.writeInt32BE(this.timeoutMs, at);
    at = frame.writeInt32BE(this.topics.size, at);
    for (const [topic, ofTopic] of this.topics) {
      at = writeText(topic, frame, at);
      at = frame.writeInt32BE(ofTopic.length, at);
      for (const { partition, bytes } of ofTopic) {
        at = frame.writeInt32BE(partition, at);
        at = frame.writeInt32BE(bytes.length, at);
        frame.set(bytes, at);
        at += bytes.length;
      }
    }
  }
}

/** With its length before it; null is the length -1. Answers where it ends. */
function writeText(text: string | null, frame: Buffer, at: number): number {
  if (text === null) return frame.writeInt16BE(-1, at);
  const end = at + INT16 + frame.write(text, at + INT16);
  frame.writeInt16BE(end - at - INT16, at);
  return end;
}

const INT16 = 2;
const INT32 = 4;
