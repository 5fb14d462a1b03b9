import { addDays } from '../pricing/calendar.ts';
import type { Item } from './charge.ts';
import { idOf } from './ids.ts';
import { kidOf } from './kid.ts';
import { sumOf, type Line, type Money, type Part } from './line.ts';

/** An invoice is due so many days after it was issued. */
const DUE_DAYS = 14;

/** More lines than a record of a sale holds go on a further invoice. */
export const INVOICE_LINES_MAX = 3_000;

/** What an invoice costs beside the parking, VAT included, by currency; in others nothing. */
const INVOICE_FEES: Readonly<Record<string, Money>> = { NOK: { grossMinor: 4_900, vatMinor: 980 } };

/** What was given up collecting from a card, asked of a vehicle's registered owner for one operator. */
export interface Invoice extends Money {
  readonly invoiceId: string;
  readonly kid: string;
  readonly accountId: string;
  readonly operatorId: string;
  /** Empty: the account's holder. */
  readonly ownerRef: string;
  readonly currency: string;
  readonly issuedDay: string;
  readonly dueDay: string;
  /** What came in for it; never more than its sum when it was paid. */
  readonly paidMinor: number;
  readonly lineIds: readonly string[];
}

export interface NewInvoice {
  readonly invoice: Invoice;
  /** The parts that it takes over, and its fee. */
  readonly items: readonly Item[];
}

export interface GiveUp {
  readonly accountId: string;
  readonly billingDay: string;
  readonly today: string;
  readonly partition: number;
  /** The number of the task's next KID. */
  readonly nextNumber: number;
  /** Whether the invoices have a fee: not when the payer had no part in it. */
  readonly hasFee: boolean;
}

/**
 * The invoices over the unpaid lines of what is given up at a day close: one for each registered owner, operator and
 * currency, with one fee line each, due in 14 days.
 */
export function invoicesOver(items: readonly Item[], giveUp: GiveUp): NewInvoice[] {
  const { accountId, billingDay, today, partition, nextNumber, hasFee } = giveUp;
  const groups = Map.groupBy(items, ({ line, part }) =>
    JSON.stringify([line.ownerRef, part.operatorId, part.currency]));
  const sorted = [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, own]) => chunksOf(own));
  return sorted.map(({ own, chunk }, index) => {
    const { line, part } = own[0]!;
    const { ownerRef } = line;
    const { operatorId, merchant, currency } = part;
    const invoiceId = idOf('invoice', accountId, billingDay, ownerRef, operatorId, currency, chunk);
    const fee = hasFee ? INVOICE_FEES[currency] : undefined;
    const whose = { accountId, operatorId, merchant, currency, ownerRef, visitDay: today };
    const all = fee === undefined ? own : [...own, feeItem(invoiceId, fee, whose)];
    const invoice: Invoice = {
      invoiceId, kid: kidOf(partition, nextNumber + index), accountId, operatorId, ownerRef, currency, issuedDay: today,
      dueDay: addDays(today, DUE_DAYS), ...sumOf(all.map((item) => item.part)), paidMinor: 0,
      lineIds: [...new Set(all.map((item) => item.line.lineId))],
    };
    return { invoice, items: all };
  });
}

function chunksOf(items: readonly Item[]): { own: readonly Item[]; chunk: number }[] {
  const count = Math.ceil(items.length / INVOICE_LINES_MAX);
  return Array.from({ length: count }, (_, chunk) => {
    const from = chunk * INVOICE_LINES_MAX;
    return { own: items.slice(from, from + INVOICE_LINES_MAX), chunk };
  });
}

function feeItem(
  invoiceId: string, fee: Money,
  of: Pick<Line, 'accountId' | 'operatorId' | 'merchant' | 'currency' | 'ownerRef' | 'visitDay'>,
): Item {
  const lineId = `fee-${invoiceId}`;
  const { operatorId, merchant, currency } = of;
  const part: Part = {
    entryId: lineId, revision: 0, operatorId, merchant, currency, ...fee, owner: 'invoice', ownerId: invoiceId,
    status: 'failed',
    since: of.visitDay, toldMinor: 0, toldVatMinor: 0,
  };
  return { line: { ...of, lineId, revision: 1, live: true, visitId: '', garageId: '', ...fee, parts: [part] }, part };
}
