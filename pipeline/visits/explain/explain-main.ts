import { partitionCounts, topics } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import { recordsBetween } from '../../engine/read-between.ts';
import { openVisitsQuery } from '../../warehouse/visits-query.ts';
import { openAccessLog, thisUser, visitsIn } from '../../privacy/access-log.ts';
import { learning, openCodec, type SchemaIds } from '../../records/codec.ts';
import { withLog } from '../../service/with-log.ts';
import { openClickHouse } from '../../warehouse/clickhouse.ts';
import { explainVisit } from './explanation.ts';
import { explanationText } from './explanation-text.ts';

export interface ExplainOptions {
  /** Where the visit was, if known. */
  readonly garage?: string;
  readonly json?: boolean;
}

/** `bomfri explain VISIT`: prints why a visit is what it is, from the offsets of its reads to its charge. */
export function main(visitId: string, { garage, json = false }: ExplainOptions): Promise<void> {
  return withLog(async ({ config, log, ids }) => {
    const garageId = garage ?? (await garageInWarehouse(config.clickhouseUrl, visitId)) ?? (await garageInTopic(log, ids, visitId));
    if (garageId === null) throw new Error(`there is no visit ${visitId} in the warehouse, nor on ${topics.visits.name}`);
    const explanation = await explainVisit(log, ids, garageId, visitId);
    await openAccessLog(log, ids)({ actor: thisUser(), view: 'explain', garageId, subjects: visitsIn(explanation) });
    if (json) console.log(JSON.stringify(explanation, rfc3339, 2));
    else for (const line of explanationText(explanation)) console.log(line);
  }, 'warn');
}

/** Null: the warehouse does not know it, or is away. */
async function garageInWarehouse(url: string, visitId: string): Promise<string | null> {
  const clickhouse = openClickHouse(url);
  try {
    return (await openVisitsQuery(clickhouse).find(visitId))?.garageId ?? null;
  } catch {
    return null;
  } finally {
    await clickhouse.close();
  }
}

/** Looks through all partitions. */
async function garageInTopic(log: Log, ids: SchemaIds, visitId: string): Promise<string | null> {
  const codec = openCodec('Visit', ids);
  const name = Buffer.from(visitId);
  for (let partition = 0; partition < partitionCounts.garage; partition++) {
    const at = { topic: topics.visits.name, partition };
    const { start, stable } = await log.bounds(at);
    for await (const records of recordsBetween(log, at, start, stable)) {
      for (const { value } of records) {
        // Its name stands in the bytes: only those need decoding.
        if (value === null || !value.includes(name)) continue;
        const visit = await learning(() => codec.decode(value));
        if (visit.visitId === visitId) return visit.garageId;
      }
    }
  }
  return null;
}

const times = new Set([
  'firstSeenAt', 'enteredAt', 'exitedAt', 'at', 'capturedAt', 'receivedAt', 'issuedAt', 'writtenAt', 'timestamp', 'clock', 'readFrom',
  'goneAt', 'seenAt', 'payableUntil',
]);

function rfc3339(name: string, value: unknown): unknown {
  return times.has(name) && typeof value === 'number' ? new Date(value).toISOString() : value;
}
