import type { Log } from '../engine/log.ts';
import { Appender } from './appender.ts';
import { readBounds } from './bounds.ts';
import { Cluster, type KafkaOptions } from './cluster.ts';
import { Fetcher } from './fetcher.ts';
import { readGroupOffsets } from './group-offsets.ts';
import { joinGroup } from './membership.ts';
import { readPartitionCounts } from './partition-counts.ts';
import { claimWriter } from './transaction.ts';

export type KafkaLog = Log;

/** The log on Kafka. Opens connections when they are first needed; `close` ends them at once. */
export function openKafkaLog(options: KafkaOptions): KafkaLog {
  const cluster = new Cluster(options);
  const fetcher = new Fetcher(cluster);
  const appender = new Appender(cluster);
  const deadline = (): number => performance.now() + AWAY_MS;
  return {
    partitionCounts: (topics) => readPartitionCounts(cluster, topics, deadline()),
    bounds: (at) => readBounds(cluster, at, deadline()),
    fetch: (positions, maxWaitMs) => fetcher.fetch(positions, maxWaitMs),
    append: (batches) => appender.append(batches),
    claim: (transactionalId) => claimWriter(cluster, transactionalId),
    join: (group, topics, listener) => joinGroup(cluster, group, topics, listener),
    groupOffsets: (group, partitions) => readGroupOffsets(cluster, group, partitions, deadline()),
    close: () => cluster.close(),
  };
}

/** How long questions wait for brokers that are away. */
const AWAY_MS = 30_000;
