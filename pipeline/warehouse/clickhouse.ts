import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';

/** The warehouse's connection. What fails is thrown; the client's own log, which may quote rows, is off. */
export function openClickHouse(url: string): ClickHouseClient {
  return createClient({
    url,
    application: 'bomfri-warehouse',
    request_timeout: REQUEST_TIMEOUT_MS,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

const REQUEST_TIMEOUT_MS = 60_000;
