import type { ClickHouseClient } from '@clickhouse/client';
import { topics } from '../../topics/topics.ts';
import { endsOf } from '../../pipeline/engine/consumed.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import type { Charge } from '../../pipeline/records/records.ts';
import type { FoundIrregularity, FoundVisit } from './reconcile.ts';

/** The garages whose id begins so. */
export interface OwnGarages {
  readonly prefix: string;
}

/** Every visit of the garages, from the view that everybody reads; times in UTC ms. */
export async function readVisits(clickhouse: ClickHouseClient, { prefix }: OwnGarages): Promise<FoundVisit[]> {
  return rows<FoundVisit>(clickhouse, prefix, `
    SELECT visitId, status, garageId, plate, country, entryReadId, exitReadId,
      toUnixTimestamp64Milli(enteredAt) AS enteredAt, toUnixTimestamp64Milli(exitedAt) AS exitedAt
    FROM visits_current WHERE startsWith(garageId, {prefix: String})`);
}

export async function readIrregularities(
  clickhouse: ClickHouseClient, { prefix }: OwnGarages,
): Promise<FoundIrregularity[]> {
  return rows<FoundIrregularity>(clickhouse, prefix, `
    SELECT irregularityId, type, readIds, visitIds FROM irregularities_current WHERE startsWith(garageId, {prefix: String})`);
}

export interface Overview {
  readonly inside: number;
  readonly closed: number;
  readonly irregularities: number;
}

export async function readOverview(clickhouse: ClickHouseClient, { prefix }: OwnGarages): Promise<Overview> {
  const [overview] = await rows<Overview>(clickhouse, prefix, `
    SELECT countIf(status = 'open') AS inside, countIf(status = 'closed') AS closed,
      (SELECT count() FROM irregularities_current WHERE startsWith(garageId, {prefix: String})) AS irregularities
    FROM visits_current WHERE startsWith(garageId, {prefix: String})`);
  return overview!;
}

/** Charges of accounts whose id begins so, the newest revision of each, from the topic itself. */
export async function readCharges(log: Log, ids: SchemaIds, accountPrefix: string): Promise<Charge[]> {
  const codec = openCodec('Charge', ids);
  const newest = new Map<string, Charge>();
  const topic = topics.charges.name;
  for (const { start, end, ...at } of await endsOf(log, [topic])) {
    for await (const records of recordsBetween(log, at, start, end)) {
      for (const { key, value } of records) {
        if (value === null || !key?.toString().startsWith(accountPrefix)) continue;
        const charge = codec.decode(value);
        if (charge.revision > (newest.get(charge.chargeId)?.revision ?? 0)) newest.set(charge.chargeId, charge);
      }
    }
  }
  return [...newest.values()];
}

async function rows<T>(clickhouse: ClickHouseClient, prefix: string, query: string): Promise<T[]> {
  const result = await clickhouse.query({
    query, query_params: { prefix }, format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<T>();
}
