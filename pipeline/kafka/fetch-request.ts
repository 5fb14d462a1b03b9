import type { FetchPosition } from '../engine/log.ts';
import type { AbortedTransaction } from './aborted-records.ts';
import { kafkajsRequest, type Protocol } from './kafkajs.ts';

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Last stable offset: where committed data ends. */
  readonly stable: number;
  /** First offset that the log still has. */
  readonly start: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches as they stand in the log. */
  readonly batches: Buffer;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Fetch, version 11, read-committed; the response is taken apart here, for kafkajs's way loses what it filters. */
export function fetchRequest(positions: readonly FetchPosition[], maxWaitMs: number): Protocol<FetchAnswer> {
  const { request } = kafkajsRequest<unknown>('Fetch', FETCH_VERSION, {
    replicaId: -1,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: FETCH_BYTES_MAX,
    isolationLevel: READ_COMMITTED,
    topics: positions.map(({ topic, partition, from }) => ({
      topic,
      partitions: [{ partition, fetchOffset: from, maxBytes: PARTITION_BYTES_MAX }],
    })),
  });
  return {
    request,
    response: { decode: async (payload) => decode(payload), parse: async (answer) => answer },
    requestTimeout: maxWaitMs + ANSWER_TIMEOUT_MS,
  };
}

const FETCH_VERSION = 11;
const READ_COMMITTED = 1;
const PARTITION_BYTES_MAX = 512 * 1024;
const FETCH_BYTES_MAX = 8 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * throttle int32, error int16, session int32, then topics: name, partitions: number int32, error int16,
 * high watermark, last stable and log start int64, aborted transactions (producer and first offset int64),
 * preferred replica int32, batches as bytes.
 */
function decode(payload: Buffer): FetchAnswer {
  let at = 4;
  const int16 = (): number => payload.readInt16BE((at += 2) - 2);
  const int32 = (): number => payload.readInt32BE((at += 4) - 4);
  const int64 = (): bigint => payload.readBigInt64BE((at += 8) - 8);
  const errorCode = int16();
  int32();
  const partitions: FetchedPartition[] = [];
  for (let topics = int32(); topics > 0; topics -= 1) {
    const nameBytes = int16();
    const topic = payload.toString('utf8', at, (at += nameBytes));
    for (let count = int32(); count > 0; count -= 1) {
      const partition = int32();
      const partitionError = int16();
      int64();
      const stable = Number(int64());
      const start = Number(int64());
      const aborted: AbortedTransaction[] = [];
      for (let left = int32(); left > 0; left -= 1) aborted.push({ producerId: int64(), firstOffset: Number(int64()) });
      int32();
      const bytes = Math.max(0, int32());
      const batches = payload.subarray(at, (at += bytes));
      partitions.push({ topic, partition, errorCode: partitionError, stable, start, aborted, batches });
    }
  }
  return { errorCode, partitions };
}
