import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { startClickHouseFront } from '../../local/clickhouse/front.ts';
import { openClickHouse } from './clickhouse.ts';

/** A real ClickHouse engine over an empty directory, for tests; a process can have one open at a time. */
export interface TemporaryWarehouse {
  readonly url: string;
  readonly client: ClickHouseClient;
  /** Rows of a query, as objects. */
  select<T>(query: string): Promise<T[]>;
  close(): Promise<void>;
}

export async function openTemporaryWarehouse(): Promise<TemporaryWarehouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bomfri-warehouse-'));
  const front = await startClickHouseFront({ port: 0, dataDir });
  const client = openClickHouse(front.url);
  return {
    url: front.url,
    client,
    select: async <T>(query: string) =>
      (await client.query({
        query,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      })).json<T>(),
    async close() {
      await client.close();
      await front.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
