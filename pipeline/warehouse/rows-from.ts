import type { ClickHouseClient } from '@clickhouse/client';
import { isWithoutTables, WITHOUT_TABLES } from './clickhouse.ts';

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
      abort_signal: answerLimit(SETTINGS),
    })).json<T>();
  } catch (error) {
    const { code, name, type } = error as NodeJS.ErrnoException & { readonly type?: string };
    throw new WarehouseAwayError(
      isWithoutTables(error) ? WITHOUT_TABLES : `ClickHouse does not answer the question: ${type ?? code ?? name}`,
    );
  }
}

/**
 * Ends a question that a ClickHouse which stands still does not answer a little after it should have given up by itself;
 * it counts from the asking, for the client's own limit begins only when one of its few connections is free.
 */
export function answerLimit({ max_execution_time }: { readonly max_execution_time: number }): AbortSignal {
  return AbortSignal.timeout((max_execution_time + GRACE_SECONDS) * 1_000);
}

const GRACE_SECONDS = 2;

const SETTINGS = { output_format_json_quote_64bit_integers: 0, max_execution_time: 20 } as const;
