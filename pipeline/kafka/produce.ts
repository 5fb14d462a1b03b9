import type { TopicPartition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import { BrokerError, errorCode, isConnectionError, isLeaderMoved } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import type { Lane } from './lane.ts';
import { produceRequest, type InTransaction, type PartitionBatches, type ProduceAnswer } from './produce-request.ts';

/**
 * Writes one stamped batch for each partition, the batches of one broker in one request, and answers when all
 * in-sync replicas have each or it has failed. What fails for the moment (a leader that moves, too few replicas, a
 * lost connection) is sent again with its old sequence number, so that the broker knows a batch that it has already.
 * @returns for each batch what it failed with, or null; one that failed may have been written all the same
 */
export async function produce(
  cluster: Cluster, lane: Lane, transaction: InTransaction | null, batches: readonly PartitionBatches[], deadline: number,
): Promise<unknown[]> {
  const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, deadline);
  const problems = new Map<PartitionBatches, unknown>();
  for (let left = batches; ; ) {
    for (const [batch, problem] of await produceOnce(cluster, lane, transaction, left)) problems.set(batch, problem);
    left = batches.filter((batch) => isPassing(problems.get(batch)));
    if (left.length === 0 || !(await pause.wait())) return batches.map((batch) => problems.get(batch));
    cluster.forgetTopics(left.map(({ topic }) => topic));
  }
}

/** It may well succeed when it is tried again. */
export function isPassing(error: unknown): boolean {
  return error instanceof BrokerError ? isLeaderMoved(error.code) || PASSING.has(error.code) : isConnectionError(error);
}

const PASSING: ReadonlySet<number> = new Set([
  errorCode.requestTimedOut, errorCode.notEnoughReplicas, errorCode.notEnoughReplicasAfterAppend,
  // The markers of the transaction before are still being written.
  errorCode.concurrentTransactions,
]);

async function produceOnce(
  cluster: Cluster, lane: Lane, transaction: InTransaction | null, batches: readonly PartitionBatches[],
): Promise<Map<PartitionBatches, unknown>> {
  const problems = new Map<PartitionBatches, unknown>();
  const byLeader = new Map<number, PartitionBatches[]>();
  for (const batch of batches) {
    try {
      const leader = await cluster.leaderOf(batch);
      const ofLeader = byLeader.get(leader);
      if (ofLeader === undefined) byLeader.set(leader, [batch]);
      else ofLeader.push(batch);
    } catch (error) {
      problems.set(batch, error);
    }
  }
  await Promise.all(
    Array.from(byLeader, async ([leader, ofLeader]) => {
      try {
        const answer = await lane.send(leader, produceRequest(transaction, ofLeader, BROKER_TIMEOUT_MS));
        for (const batch of ofLeader) problems.set(batch, problemIn(answer, batch));
      } catch (error) {
        for (const batch of ofLeader) problems.set(batch, error);
      }
    }),
  );
  return problems;
}

function problemIn(answer: ProduceAnswer, { topic, partition }: TopicPartition): BrokerError | null {
  const code = answer.partitions.find((each) => each.partition === partition && each.topic === topic)?.errorCode
    ?? errorCode.unknownTopicOrPartition;
  const isWritten = code === errorCode.none || code === errorCode.duplicateSequence;
  return isWritten ? null : new BrokerError(code, `writing to ${topic}[${partition}]`);
}

/** How long the leader waits for its in-sync replicas. */
const BROKER_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 20;
const RETRY_MAX_MS = 500;
