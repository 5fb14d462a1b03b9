import { partitionOfKid } from '../../pipeline/charges/kid.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { addDays } from '../../pipeline/pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import type { LedgerEntry, Sale } from '../../pipeline/records/records.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Slice } from './slices.ts';
import { followRecords } from './topic-records.ts';

/** Owners who pay their invoices. */
export interface Bank {
  /** Pays, when a slice begins, what is to be paid on its day. @returns how many invoices */
  payDue(slice: Slice): Promise<number>;
}

/** @param paidAfter by account: how many days after it was issued an invoice is paid; others are never paid */
export function openBank(log: Log, ids: SchemaIds, paidAfter: ReadonlyMap<string, number>): Bank {
  const codec = openCodec('BankPayment', ids);
  const nextSales = followRecords(log, ids, 'sales', 'Sale');
  const nextEntries = followRecords(log, ids, 'ledger', 'LedgerEntry');
  const invoices: Sale[] = [];
  const entries = new Map<string, LedgerEntry>();
  return {
    async payDue({ billingDay, from }) {
      for (const sale of await nextSales()) if (sale.kind === 'invoice') invoices.push(sale);
      for (const entry of await nextEntries()) {
        if (entry.revision > (entries.get(entry.entryId)?.revision ?? 0)) entries.set(entry.entryId, entry);
      }
      const due = invoices.filter(({ accountId, issuedDay }) => {
        const days = paidAfter.get(accountId);
        return days !== undefined && addDays(issuedDay, days) === billingDay;
      });
      for (const { invoiceId, kid } of due) {
        const own = [...entries.values()].filter(({ ownerId, status }) =>
          ownerId === invoiceId && status !== 'charged');
        const amountMinor = own.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
        if (amountMinor <= 0) continue;
        const value = codec.encode({
          reference: `bank-${invoiceId}`, kid, amountMinor, currency: 'NOK', bookedOn: billingDay, receivedAt: from,
        });
        const partition = partitionOfKid(kid, partitionCounts.account);
        const records = [{ key: null, value, timestamp: Date.now() }];
        await log.append([{ topic: topics.bankPayments.name, partition, records }]);
      }
      return due.length;
    },
  };
}
