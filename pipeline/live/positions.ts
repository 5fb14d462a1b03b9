import type { Redis } from 'ioredis';
import type { Log, TopicPartition } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import type { SinkRange } from '../engine/sink.ts';
import { keyPrefix } from './epoch.ts';

/** What the epoch's partitions were taken in up to, as Redis itself remembers it. */
export interface Positions {
  /**
   * Whether Redis has forgotten records before `offset` that it was given: it came back with an older state of the same
   * epoch, as one does that saves to a file now and then.
   */
  hasForgotten(epoch: string, at: TopicPartition, offset: number): Promise<boolean>;
  /** After all of the range is taken in: no state of Redis ever knows the position without what is counted. */
  taken(epoch: string, range: SinkRange): Promise<void>;
}

/** The consumer group can not tell: its offsets stand in Kafka, and stay where they were. */
export function openPositions(redis: Redis, log: Log): Positions {
  const positionsKey = (epoch: string): string => `${keyPrefix(epoch)}positions`;
  const fieldOf = ({ topic, partition }: TopicPartition): string => `${topic}:${partition}`;
  return {
    async hasForgotten(epoch, at, offset) {
      const taken = Number((await redis.hget(positionsKey(epoch), fieldOf(at))) ?? 0);
      if (taken >= offset) return false;
      const { start } = await log.bounds(at);
      const from = Math.max(taken, start);
      // Ranges without a record, of markers and aborted ones, are never handed over.
      for await (const records of recordsBetween(log, at, from, offset)) {
        if (records.some((record) => record.offset < offset)) return true;
      }
      return false;
    },
    async taken(epoch, range) {
      await redis.hset(positionsKey(epoch), fieldOf(range), range.to);
    },
  };
}
