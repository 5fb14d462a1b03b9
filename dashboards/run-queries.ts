import type { ClickHouseClient } from '@clickhouse/client';
import { openClickHouse } from '../pipeline/warehouse/clickhouse.ts';
import { dashboards } from './build.ts';
import { expandMacros } from './expand-macros.ts';
import type { Shown } from './expand-macros.ts';
import type { Query } from './queries.ts';

export interface PanelRows {
  readonly dashboard: string;
  readonly panel: string;
  readonly rows: readonly Record<string, unknown>[];
}

/**
 * Runs every ClickHouse query of every dashboard, as Grafana would with all garages chosen and a time range that
 * holds all visits.
 * @throws {Error} naming the panel whose query ClickHouse refuses
 */
export async function runAllQueries(clickhouseUrl: string): Promise<PanelRows[]> {
  const client = openClickHouse(clickhouseUrl);
  try {
    const shown = await showEverything(client);
    const results: PanelRows[] = [];
    for (const { title, panels } of Object.values(dashboards)) {
      for (const panel of panels) {
        for (const query of panel.targets) {
          if (!('rawSql' in query)) continue;
          results.push({ dashboard: title, panel: panel.title, rows: await run(client, panel.title, query, shown) });
        }
      }
    }
    return results;
  } finally {
    await client.close();
  }
}

async function run(
  client: ClickHouseClient,
  panel: string,
  query: Extract<Query, { rawSql: string }>,
  shown: Shown,
): Promise<Record<string, unknown>[]> {
  try {
    return await select(client, expandMacros(query.rawSql, shown));
  } catch (error) {
    throw new Error(`the query of panel '${panel}' fails: ${(error as Error).message}`, { cause: error });
  }
}

async function showEverything(client: ClickHouseClient): Promise<Shown> {
  const [range] = await select<{ from: number; to: number; garages: string[] }>(
    client,
    `SELECT toUnixTimestamp(min(firstSeenAt)) AS from, toUnixTimestamp(max(coalesce(exitedAt, firstSeenAt))) AS to,
        groupUniqArray(garageId) AS garages
    FROM visits`,
  );
  const { from, to, garages } = range!;
  return { from: new Date(from * 1000), to: new Date((to + 1) * 1000), garages: garages.length === 0 ? [''] : garages };
}

async function select<T extends Record<string, unknown>>(client: ClickHouseClient, query: string): Promise<T[]> {
  const result = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<T>();
}
