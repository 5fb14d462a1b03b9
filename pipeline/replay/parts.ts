import type { ClickHouseClient } from '@clickhouse/client';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import type { SchemaIds } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import type { Config } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';
import { openClickHouse } from '../warehouse/clickhouse.ts';
import { presentEpoch } from '../warehouse/epoch.ts';
import { downstreamOf, type Downstream } from './downstream.ts';

/** The running pipeline as a command-line program meets it. */
export interface Parts {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly clickhouse: ClickHouseClient;
  readonly downstream: Downstream;
  readonly logger: Logger;
  close(): Promise<void>;
}

/**
 * Connects to Kafka, registry and ClickHouse. @param name of the program, for the brokers' logs
 * @throws when one is not there, or the warehouse was never started
 */
export async function openParts(config: Config, name: string): Promise<Parts> {
  const logger = openLogger(name, 'error');
  const ids = await openRegistry(config.registryUrl);
  const clickhouse = openClickHouse(config.clickhouseUrl);
  const epoch = await presentEpoch(clickhouse).catch((error: Error) => {
    // The whole address may hold a password.
    const { host } = new URL(config.clickhouseUrl);
    throw new Error(`the warehouse at ${host} does not answer as it should: ${error.message}`);
  });
  if (epoch === null) {
    throw new Error('the warehouse was never started: run `npx bomfri warehouse`, or `npm start` for all');
  }
  const log = openKafkaLog({ brokers: config.brokers, clientId: `bomfri-${name}`, logger });
  return {
    log, ids, clickhouse, logger,
    downstream: downstreamOf(epoch),
    async close() {
      await log.close();
      await clickhouse.close();
    },
  };
}
