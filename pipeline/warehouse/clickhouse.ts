import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { readConfig } from '../service/config.ts';

/** The warehouse's connection. What fails is thrown; the client's own log, which may quote rows, is off. */
export function openClickHouse(url: string): ClickHouseClient {
  return createClient({
    url,
    application: 'bomfri-warehouse',
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** Asks the warehouse that the environment names, as a command does. */
export async function withClickHouse(work: (client: ClickHouseClient) => Promise<void>): Promise<void> {
  const client = openClickHouse(readConfig().clickhouseUrl);
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

const REQUEST_TIMEOUT_MS = 60_000;
