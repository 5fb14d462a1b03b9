import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { BillingRecord } from '../records/records.ts';

/** Fences: two who close at the same time do so one after the other. */
const TRANSACTIONAL_ID = 'bomfri-closer';
/** Its committed metadata holds the last closed day; its offset means nothing. */
const GROUP = 'bomfri-closer';
const MEMORY = { topic: topics.billing.name, partition: 0 };

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
    const lastClosed = await lastClosedDay(log);
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

/** The last billing day that `closeDay` closed, or null. */
export async function lastClosedDay(log: Log): Promise<string | null> {
  const [memory] = await log.groupOffsets(GROUP, [MEMORY]);
  return memory?.metadata || null;
}
