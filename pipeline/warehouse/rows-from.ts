import type { ClickHouseClient } from '@clickhouse/client';

/** The warehouse does not answer. Its own words may quote what was asked. */
export class WarehouseAwayError extends Error {
  override name = 'WarehouseAwayError';
}

/** Asks, and tells its own errors apart from those of whoever asks. @throws {WarehouseAwayError} */
export async function rowsFrom<T>(
  client: ClickHouseClient, query: string, params: Record<string, unknown>,
): Promise<T[]> {
  try {
    return await (await client.query({
      query,
      query_params: params,
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
    })).json<T>();
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    throw new WarehouseAwayError(`ClickHouse does not answer the question: ${code ?? name}`);
  }
}

const SETTINGS = { output_format_json_quote_64bit_integers: 0, max_execution_time: 20 } as const;
