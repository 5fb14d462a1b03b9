import { lengthBytes, NO_TAGS, readingFlexible, writeLength, type FlexibleReader } from './flexible.ts';
import type { Protocol } from './kafkajs.ts';
import type { RequestBody } from './request-frame.ts';
import type { TransactionVersion } from './transaction-version.ts';

/** Encoded batches of one partition, one after the other. */
export interface PartitionBatches {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

/** What batches are written in. */
export interface InTransaction {
  readonly transactionalId: string;
  readonly version: TransactionVersion;
}

export interface ProduceAnswer {
  readonly partitions: readonly { readonly topic: string; readonly partition: number; readonly errorCode: number }[];
}

/**
 * Produce, with batches that are already encoded; answered when all in-sync replicas have them. A broker takes one
 * batch a partition in one request. In a transaction of version 2 it adds the partitions to the transaction as well.
 */
export function produceRequest(
  transaction: InTransaction | null, batches: readonly PartitionBatches[], timeoutMs: number,
): Protocol<ProduceAnswer> {
  return {
    request: {
      apiName: 'Produce', apiKey: PRODUCE, apiVersion: VERSION[transaction?.version ?? 1],
      encode: async () => new ProduceBody(transaction?.transactionalId ?? null, batches, timeoutMs),
    },
    response: readingFlexible(readAnswer),
  };
}

const PRODUCE = 0;
/** The same bytes; what differs is what the broker does with them. */
const VERSION: Readonly<Record<TransactionVersion, number>> = { 1: 9, 2: 12 };
const ALL_IN_SYNC = -1;

function readAnswer(from: FlexibleReader): ProduceAnswer {
  const partitions = from.structures(() => {
    const topic = from.text();
    return from.structures(() => {
      const partition = from.int32();
      const errorCode = from.int16();
      from.int64(); // base offset
      from.int64(); // time of the append
      from.int64(); // where the log starts
      from.structures(() => [from.int32(), from.text()]); // each bad record and what is wrong with it
      from.text(); // what is wrong
      return { topic, partition, errorCode };
    });
  });
  return { partitions: partitions.flat() };
}

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
    let bytes = TAGS + textBytes(this.transactionalId) + INT16 + INT32 + lengthBytes(this.topics.size) + TAGS;
    for (const [topic, ofTopic] of this.topics) {
      bytes += textBytes(topic) + lengthBytes(ofTopic.length) + TAGS;
      for (const { bytes: records } of ofTopic) bytes += INT32 + lengthBytes(records.length) + records.length + TAGS;
    }
    return bytes;
  }

  writeTo(frame: Buffer, start: number): void {
    // The header's own tagged fields.
    let at = frame.writeInt8(NO_TAGS, start);
    at = writeText(this.transactionalId, frame, at);
    at = frame.writeInt16BE(ALL_IN_SYNC, at);
    at = frame.writeInt32BE(this.timeoutMs, at);
    at = writeLength(this.topics.size, frame, at);
    for (const [topic, ofTopic] of this.topics) {
      at = writeText(topic, frame, at);
      at = writeLength(ofTopic.length, frame, at);
      for (const { partition, bytes } of ofTopic) {
        at = frame.writeInt32BE(partition, at);
        at = writeLength(bytes.length, frame, at);
        frame.set(bytes, at);
        at = frame.writeInt8(NO_TAGS, at + bytes.length);
      }
      at = frame.writeInt8(NO_TAGS, at);
    }
    frame.writeInt8(NO_TAGS, at);
  }
}

/** Null stands as the length -1. */
function textBytes(text: string | null): number {
  if (text === null) return lengthBytes(-1);
  const bytes = Buffer.byteLength(text);
  return lengthBytes(bytes) + bytes;
}

/** Answers where it ends. */
function writeText(text: string | null, frame: Buffer, at: number): number {
  if (text === null) return writeLength(-1, frame, at);
  const textAt = writeLength(Buffer.byteLength(text), frame, at);
  return textAt + frame.write(text, textAt);
}

const INT16 = 2;
const INT32 = 4;
/** Of a structure without any. */
const TAGS = 1;
