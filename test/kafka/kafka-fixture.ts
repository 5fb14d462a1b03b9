import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Cluster } from '../../pipeline/kafka/cluster.ts';
import { kafkajsRequest } from '../../pipeline/kafka/kafkajs.ts';
import { openKafkaLog, type KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { claimWriter } from '../../pipeline/kafka/transaction.ts';
import type { TransactionVersion } from '../../pipeline/kafka/transaction-version.ts';
import { openTopicAdmin } from '../../pipeline/kafka/topic-admin.ts';
import type { CommitOffset, LogRecord, OutRecord, TopicPartition } from '../../pipeline/engine/log.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { readConfig } from '../../pipeline/service/config.ts';

const silent = { debug() {}, warn() {} };

export const kafkaOptions = { brokers: readConfig().brokers, clientId: 'bomfri-test', logger: silent };

export const openLog = (): KafkaLog => openKafkaLog(kafkaOptions);

/** Its claims speak transactions by this version of the protocol. */
export function logOfVersion(version: TransactionVersion): KafkaLog {
  const [log, cluster] = [openLog(), new Cluster(kafkaOptions)];
  return {
    ...log,
    claim: (transactionalId) => claimWriter(cluster, transactionalId, async () => version),
    close: async () => {
      await Promise.all([log.close(), cluster.close()]);
    },
  };
}

/** A name that no other test run has used. */
export const unique = (what: string): string => `test.${what}.${randomUUID()}`;

/** Makes a topic of its own for a test; compaction and retention as the broker has them. */
export async function newTopic(partitions = 1, settings: Record<string, string> = {}): Promise<string> {
  const name = unique('topic');
  const admin = openTopicAdmin(kafkaOptions);
  try {
    await admin.create([{ name, partitions, replication: 1, settings }]);
  } finally {
    await admin.close();
  }
  return name;
}

export const record = (value: string, key: Buffer | null = null): OutRecord => ({
  key, value: Buffer.from(value), timestamp: Date.now(),
});

export const values = (records: readonly LogRecord[]): string[] => records.map(({ value }) => value!.toString());

/**
 * All committed records of a partition that has no open transaction. A commit is answered before its markers are
 * written, so they are waited for: committed data ends where the log does.
 */
export async function readAll(log: KafkaLog, at: TopicPartition, from = 0): Promise<LogRecord[]> {
  const end = await endOf(at);
  const records: LogRecord[] = [];
  for await (const fetched of recordsBetween(log, at, from, end)) records.push(...fetched);
  return records;
}

/** Where the log ends, markers and open transactions included. */
async function endOf({ topic, partition }: TopicPartition): Promise<number> {
  const cluster = new Cluster(kafkaOptions);
  try {
    const answer = await cluster.questions.send(
      await cluster.leaderOf({ topic, partition }),
      kafkajsRequest<{ responses: { partitions: { offset: string }[] }[] }>('ListOffsets', 3, {
        isolationLevel: 0, topics: [{ topic, partitions: [{ partition, timestamp: -1 }] }],
      }),
    );
    return Number(answer.responses[0]!.partitions[0]!.offset);
  } finally {
    await cluster.close();
  }
}

/**
 * A partition with three transactions that were left open and aborted in another order than they began. Committed are
 * `alive` and `alive too`; some records have a key that looks like an abort marker's.
 */
export async function abortedInDisorder(log: KafkaLog): Promise<TopicPartition> {
  const at = { topic: await newTopic(), partition: 0 };
  const ids = [unique('writer'), unique('writer'), unique('writer')];
  for (const id of ids) await leaveTransactionOpen(id, at, [record('dead', FOUR_ZEROS), record('dead')]);
  await log.append([{ ...at, records: [record('alive', FOUR_ZEROS)] }]);
  const writers = [];
  for (const id of ids.toReversed()) writers.push(await log.claim(id));
  await writers[0]!.commit({ batches: [{ ...at, records: [record('alive too')] }], group: 'test.nobody', offsets: [] });
  await Promise.all(writers.map((writer) => writer.close()));
  return at;
}

const FOUR_ZEROS = Buffer.alloc(4);

/** Writes records, and offsets if there are any, in a transaction that stays open, as that of a killed owner does. */
export async function leaveTransactionOpen(
  transactionalId: string, at: TopicPartition, records: readonly OutRecord[],
  pending: { readonly group: string; readonly offsets: readonly CommitOffset[] } = { group: 'test.nobody', offsets: [] },
): Promise<void> {
  const log = openLog();
  try {
    const writer = await log.claim(transactionalId);
    const killed = new Error('killed before the end');
    (writer as unknown as { end(): Promise<void> }).end = () => Promise.reject(killed);
    await assert.rejects(writer.commit({ batches: [{ ...at, records }], ...pending }), killed);
  } finally {
    await log.close();
  }
}
