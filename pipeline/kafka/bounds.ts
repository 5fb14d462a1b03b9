import type { Bounds, TopicPartition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import { BrokerError, check, errorCode, isConnectionError, isLeaderMoved } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { kafkajsRequest } from './kafkajs.ts';

/** Where the committed data of a partition begins and ends now. Waits out a leader that moves. */
export async function readBounds(cluster: Cluster, at: TopicPartition, deadline: number): Promise<Bounds> {
  return withLeader(cluster, at, deadline, async (leader) => {
    const [start, stable] = await Promise.all([
      listOffset(cluster, leader, at, EARLIEST),
      // Read-committed, so that "latest" is the last stable offset.
      listOffset(cluster, leader, at, LATEST),
    ]);
    return { start, stable };
  });
}

/** Asks the partition's leader, and again with a back-off when it has moved or can't be reached. */
async function withLeader<T>(
  cluster: Cluster, at: TopicPartition, deadline: number, ask: (leader: number) => Promise<T>,
): Promise<T> {
  const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, deadline);
  for (;;) {
    try {
      return await ask(await cluster.leaderOf(at));
    } catch (error) {
      const moved = error instanceof BrokerError && isLeaderMoved(error.code);
      if ((!moved && !isConnectionError(error)) || !(await pause.wait())) throw error;
      cluster.forgetTopics([at.topic]);
    }
  }
}

interface ListOffsetsAnswer {
  readonly responses: readonly { readonly partitions: readonly { errorCode: number; offset: string }[] }[];
}

async function listOffset(cluster: Cluster, leader: number, at: TopicPartition, timestamp: number): Promise<number> {
  const request = kafkajsRequest<ListOffsetsAnswer>('ListOffsets', LIST_OFFSETS_VERSION, {
    isolationLevel: READ_COMMITTED,
    topics: [{ topic: at.topic, partitions: [{ partition: at.partition, timestamp }] }],
  });
  const answer = await cluster.questions.send(leader, request);
  const found = answer.responses[0]?.partitions[0];
  check(found?.errorCode ?? errorCode.unknownTopicOrPartition, `asking for the offsets of ${at.topic}[${at.partition}]`);
  return Number(found!.offset);
}

const LIST_OFFSETS_VERSION = 3;
const READ_COMMITTED = 1;
const EARLIEST = -2;
const LATEST = -1;
const FIRST_RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
