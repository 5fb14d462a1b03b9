import type { ClickHouseClient } from '@clickhouse/client';

/** What is an operator's of what one merchant has charged, and given back, on a day. */
export interface Settlement {
  readonly operatorId: string;
  readonly merchant: string;
  readonly currency: string;
  readonly charges: number;
  readonly grossMinor: number;
  readonly vatMinor: number;
}

/**
 * The settlement of a day: the sums of each operator's allocations of the charges that were charged, or given back, on
 * that day in the service's zone. A day that is over does not change any more.
 */
export async function settlementOf(client: ClickHouseClient, day: string, serviceZone: string): Promise<Settlement[]> {
  const result = await client.query({
    query: `
      SELECT operatorId, merchant, currency, count() AS charges, sum(grossMinor) AS grossMinor, sum(vatMinor) AS vatMinor
      FROM settled_allocations
      WHERE toDate(chargedAt, {zone: String}) = {day: Date}
      GROUP BY operatorId, merchant, currency
      ORDER BY operatorId, merchant, currency`,
    query_params: { day, zone: serviceZone },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<Settlement>();
}
