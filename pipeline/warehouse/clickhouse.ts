import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
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

/**
 * Asks the warehouse that the environment names, as a command does.
 * @throws whatever `work` does; that ClickHouse is away or has no tables, as a sentence that says what to do
 */
export async function withClickHouse<T>(
  work: (client: ClickHouseClient) => Promise<T>, url = readConfig().clickhouseUrl,
): Promise<T> {
  const client = openClickHouse(url);
  try {
    return await work(client);
  } catch (error) {
    if (isWithoutTables(error)) throw new Error(WITHOUT_TABLES);
    const { message, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new Error(`ClickHouse at ${new URL(url).host} does not answer (${message})`);
  } finally {
    await client.close();
  }
}

/** Before the warehouse has ever run, or after its data was lost. */
export function isWithoutTables(error: unknown): boolean {
  return error instanceof ClickHouseError && ['UNKNOWN_TABLE', 'UNKNOWN_DATABASE'].includes(error.type ?? '');
}

export const WITHOUT_TABLES =
  'ClickHouse has no tables yet, or has lost them: `npx bomfri warehouse`, when it starts, makes and fills them';

const REQUEST_TIMEOUT_MS = 60_000;
