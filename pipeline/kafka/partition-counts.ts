import { backOff } from './back-off.ts';
import { BrokerError, errorCode, isConnectionError } from './broker-error.ts';
import type { Cluster } from './cluster.ts';

/** Partition counts of the topics. @throws when one does not exist, naming it */
export async function readPartitionCounts(
  cluster: Cluster, topics: readonly string[], deadline: number,
): Promise<Map<string, number>> {
  const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, deadline);
  for (;;) {
    try {
      await cluster.refresh(topics);
      return new Map(await Promise.all(topics.map(async (topic) => [topic, await countOf(cluster, topic)] as const)));
    } catch (error) {
      if (!isConnectionError(error) || !(await pause.wait())) throw error;
    }
  }
}

async function countOf(cluster: Cluster, topic: string): Promise<number> {
  try {
    return await cluster.partitionCount(topic);
  } catch (error) {
    const isMissing = error instanceof BrokerError && error.code === errorCode.unknownTopicOrPartition;
    throw isMissing ? new Error(`topic ${topic} does not exist: run \`npx bomfri topics apply\``) : error;
  }
}

const FIRST_RETRY_MS = 50;
const RETRY_MAX_MS = 1_000;
