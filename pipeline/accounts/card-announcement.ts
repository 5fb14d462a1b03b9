import { randomUUID } from 'node:crypto';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { OutBatch } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Account, Control } from '../records/records.ts';

/**
 * Tells charges of each account whose card is another one now, in the transaction of the change. The card itself stands
 * in the record, and not only the version of the table: a log that is read again must find the card of then, and the
 * table has but the newest.
 * @param former undefined: there was no such account
 */
export function announceCards(
  ids: SchemaIds, changed: Iterable<Account>,
  former: (accountId: string) => Account | undefined, issuedBy: string, now: number,
): OutBatch[] {
  const codec = openCodec('Control', ids);
  const controls = [...changed].filter((account) => !isSame(account.card, former(account.accountId)?.card ?? null)).map(
    ({ accountId, card }): Control => ({
      controlId: randomUUID(), type: 'card', subject: accountId, to: null, version: null, issuedAt: now, issuedBy,
      reason: '',
      cardToken: card?.token ?? '', cardExpiryMonth: card?.expiryMonth ?? '',
    }));
  const byPartition = Map.groupBy(controls, ({ subject }) => partitionOf(subject, partitionCounts.account));
  return [...byPartition].map(([partition, list]) => ({
    topic: topics.chargesControl.name,
    partition,
    records: list.map((control) => ({
      key: Buffer.from(control.subject),
      value: codec.encode(control),
      timestamp: now,
    })),
  }));
}

function isSame(one: Account['card'], other: Account['card']): boolean {
  return one?.token === other?.token && one?.expiryMonth === other?.expiryMonth;
}
