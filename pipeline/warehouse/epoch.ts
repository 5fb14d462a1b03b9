import type { ClickHouseClient } from '@clickhouse/client';
import type { Log } from '../engine/log.ts';
import { sinkOffsets } from '../engine/sink.ts';
import { tableOfTopic } from './tables.ts';

/**
 * An epoch is one filling of the warehouse from the topics. Its name is part of every deduplication token and of the
 * consumer group's name, so a new epoch reads everything from the start, and no token of a former one drops a row.
 */
export async function presentEpoch(client: ClickHouseClient): Promise<string | null> {
  const query = 'SELECT epoch FROM warehouse_epochs ORDER BY startedAt DESC LIMIT 1';
  const [newest] = await (await client.query({ query, format: 'JSONEachRow' })).json<{ epoch: string }>();
  return newest?.epoch ?? null;
}

/**
 * The epoch to go on with; null: a new one must begin. An epoch is only as good as its group's offsets: where there
 * are none, Kafka may have been made anew, and its ranges would meet tokens that stood for other records.
 */
export async function epochToContinue(
  client: ClickHouseClient,
  log: Pick<Log, 'partitionCounts' | 'groupOffsets'>,
): Promise<string | null> {
  const epoch = await presentEpoch(client);
  if (epoch === null) return null;
  const offsets = await sinkOffsets(log, sinkName(epoch), [...tableOfTopic.keys()]);
  return offsets.some(({ offset }) => offset !== null) ? epoch : null;
}

/** Begins a new epoch. Named by its time, so that a warehouse that was wiped never meets a former name again. */
export async function beginEpoch(
  client: ClickHouseClient,
  reason: 'first start' | 'rebuild',
  now: Date,
): Promise<string> {
  const epoch = now.toISOString().replace(/[-:.]/g, '');
  await client.insert({
    table: 'warehouse_epochs',
    values: [[epoch, now.getTime(), reason]],
    format: 'JSONCompactEachRow',
  });
  return epoch;
}

/** The sink's name in an epoch; its consumer group is `bomfri-` and this. */
export function sinkName(epoch: string): string {
  return `warehouse-${epoch}`;
}
