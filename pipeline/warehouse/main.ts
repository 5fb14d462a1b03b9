import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { Logger } from 'pino';
import { runSink } from '../engine/sink.ts';
import type { SinkRange } from '../engine/sink.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import type { RunningPart, Service } from '../service/process.ts';
import { openClickHouse, withClickHouse } from './clickhouse.ts';
import { beginEpoch, epochToContinue, sinkName } from './epoch.ts';
import { migrate, remake } from './migrate.ts';
import { tableOfTopic } from './tables.ts';
import { rangeWriter } from './write-range.ts';

/** Each range is an insert, and ClickHouse takes few large ones far more easily than many small ones. */
const FILL_MS = 2_000;

/** `bomfri warehouse`: the process that keeps ClickHouse filled from the topics. */
export async function main(): Promise<never> {
  return runService('warehouse', localPort('warehouseAdmin'), startWarehouse);
}

/** `bomfri warehouse migrate`: the tables of this release; `bomfri warehouse` does it at its start too. */
export async function migrateMain(): Promise<void> {
  await withClickHouse(async (client) => {
    const applied = await migrate(client);
    console.log(applied.length === 0 ? 'The warehouse is up to date.' : `Applied ${applied.join(', ')}.`);
  });
}

/**
 * `bomfri warehouse rebuild`: makes missing tables anew and ends the present epoch. Rows that are there stay: what is
 * older than the topics' retention stands nowhere else, and newer rows replace their like.
 */
export async function rebuildMain(): Promise<void> {
  await withClickHouse(async (client) => {
    await remake(client);
    await beginEpoch(client, 'rebuild', new Date());
    console.log('Now start (or restart) `npx bomfri warehouse`: it reads the topics from their start.');
  });
}

async function startWarehouse(service: Service): Promise<RunningPart> {
  const { config, logger, metrics } = service;
  const client = openClickHouse(config.clickhouseUrl);
  await untilAnswering(client, config.clickhouseUrl, service);
  await migrate(client);

  const ids = await openRegistry(config.registryUrl);
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-warehouse', logger });
  const epoch = (await epochToContinue(client, log)) ?? (await firstEpoch(client, logger));
  const observer = engineObserver(metrics, 'warehouse');
  const write = rangeWriter({ client, epoch, ids, log, observer });
  const sink = await runSink({
    name: sinkName(epoch),
    topics: [...tableOfTopic.keys()],
    log,
    observer,
    logger,
    write: (range) => tellingReadiness(service, write, range),
    fillMs: FILL_MS,
  });
  return {
    failed: sink.failed,
    async stop() {
      await sink.stop();
      await log.close();
      await client.close();
    },
  };
}

/** Waits for ClickHouse for as long as the process lives: without it there is nothing to do. */
async function untilAnswering(client: ClickHouseClient, url: string, { logger, stopping }: Service): Promise<void> {
  for (let waitMs = 250; !stopping.aborted; waitMs = Math.min(2 * waitMs, 8_000)) {
    const ping = await client.ping();
    if (ping.success) return;
    logger.warn({ reason: ping.error.message }, `ClickHouse does not answer at ${new URL(url).host}, trying again`);
    await delay(waitMs, undefined, { signal: stopping }).catch(() => {});
  }
}

async function firstEpoch(client: ClickHouseClient, logger: Logger): Promise<string> {
  const epoch = await beginEpoch(client, 'first start', new Date());
  logger.info({ epoch }, 'there is no filling to go on with: a new one begins at the start of the topics');
  return epoch;
}

async function tellingReadiness(
  service: Service,
  write: (range: SinkRange) => Promise<void>,
  range: SinkRange,
): Promise<void> {
  try {
    await write(range);
    service.setReady(true);
  } catch (error) {
    service.setReady(false);
    throw error;
  }
}
