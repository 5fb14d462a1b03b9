import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { learning, openCodec, type SchemaIds } from '../records/codec.ts';
import type { BillingRecord } from '../records/records.ts';

/** Fences: two who close at the same time do so one after the other. */
const TRANSACTIONAL_ID = 'bomfri-closer';
/** Its committed metadata holds the last closed day; its offset means nothing. */
const GROUP = 'bomfri-closer';
const MEMORY = { topic: topics.billing.name, partition: 0 };
/** So many offsets are searched at a time, from the end on backwards, for a close that the group does not know. */
const SEARCHED_AT_ONCE = 10_000;

export interface CloseDay {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** YYYY-MM-DD in the service's zone. */
  readonly billingDay: string;
  /** UTC ms. */
  readonly closedAt: number;
}

/**
 * Closes a billing day: a DayClose on every partition of parking.billing, in one transaction with the memory of it.
 * False: that day or a later one is closed already, and nothing was written.
 * @throws {FencedError} somebody else closes at this moment: look again
 */
export async function closeDay({ log, ids, billingDay, closedAt }: CloseDay): Promise<boolean> {
  const writer = await log.claim(TRANSACTIONAL_ID);
  try {
    // Asked after the claim: whoever had it before can't write any more.
    const lastClosed = await lastClosedDay(log, ids);
    if (lastClosed !== null && billingDay <= lastClosed) return false;
    const record: BillingRecord = { 'parking.DayClose': { billingDay, closedAt } };
    const value = openCodec('BillingRecord', ids).encode(record);
    await writer.commit({
      batches: Array.from({ length: partitionCounts.account }, (_, partition) => ({
        topic: topics.billing.name, partition, records: [{ key: null, value, timestamp: closedAt }],
      })),
      group: GROUP,
      offsets: [{ ...MEMORY, offset: 0, metadata: billingDay }],
    });
    return true;
  } finally {
    await writer.close();
  }
}

/**
 * The last billing day that `closeDay` closed, or null. A broker forgets a group that nobody has committed for in a week
 * (`offsets.retention.minutes`); then the closes on the topic tell it, which are kept for longer than a year.
 */
export async function lastClosedDay(log: Log, ids: SchemaIds): Promise<string | null> {
  const [memory] = await log.groupOffsets(GROUP, [MEMORY]);
  return memory?.metadata || lastCloseOnTopic(log, ids);
}

async function lastCloseOnTopic(log: Log, ids: SchemaIds): Promise<string | null> {
  const codec = openCodec('BillingRecord', ids);
  const { start, stable } = await log.bounds(MEMORY);
  for (let end = stable; end > start; end -= SEARCHED_AT_ONCE) {
    let last: string | null = null;
    for await (const records of recordsBetween(log, MEMORY, Math.max(start, end - SEARCHED_AT_ONCE), end)) {
      for (const { value } of records) {
        const record = await learning(() => codec.decode(value!));
        if ('parking.DayClose' in record) last = record['parking.DayClose'].billingDay;
      }
    }
    if (last !== null) return last;
  }
  return null;
}
