import type { Sale, SaleLine } from '../records/records.ts';
import { idOf, invoiceSaleIdOf, receiptIdOf } from './ids.ts';
import type { CollectedCharge, Item } from './charge.ts';
import { hasVatWithin, isCorrection, less, plus, sumOf, type Money, type Part } from './line.ts';
import type { Invoice } from './giving-up.ts';

/** When a document is made. */
export interface Occasion {
  /** The day that is closed, or was closed last. */
  readonly billingDay: string;
  /** The day of the close, or of the last one. */
  readonly today: string;
  /** UTC ms. */
  readonly at: number;
}

/** A document, and for each of its lines the part that is told by it. */
export interface Told {
  readonly sale: Sale;
  readonly items: readonly Item[];
}

/** What sales documents have told of a part. */
export function toldOf({ toldMinor, toldVatMinor }: Part): Money {
  return { grossMinor: toldMinor, vatMinor: toldVatMinor };
}

/** What sales documents have not told of a part yet; below zero: what they have told too much. */
export function untoldOf(part: Part): Money {
  return less(part, toldOf(part));
}

/** The receipts of a charge at its close: one for each operator, over what no document has told of yet. */
export function receiptsOf(charge: CollectedCharge, items: readonly Item[], occasion: Occasion): Told[] {
  const untold = items.filter(({ part }) => untoldOf(part).grossMinor > 0);
  return byOperator(untold).map(([operatorId, own]) => {
    const lined = linesOf(own, untoldOf);
    const saleId = receiptIdOf(charge.chargeId, operatorId);
    const references = { chargeId: charge.chargeId };
    return toldBy(
      saleOf('receipt', saleId, operatorId, own[0]!, lined.map(({ saleLine }) => saleLine), occasion, references),
      lined,
    );
  });
}

/** The receipts of a charge that is given up or waived, taken back: its lines come again on invoices, or not at all. */
export function receiptsTakenBack(charge: CollectedCharge, items: readonly Item[], occasion: Occasion): Told[] {
  const told = items.filter(({ part }) => part.toldMinor > 0);
  return byOperator(told).map(([operatorId, own]) => {
    const lined = linesOf(own, (part) => less(NOTHING, toldOf(part)));
    const { chargeId } = charge;
    const originalSaleId = receiptIdOf(chargeId, operatorId);
    const saleId = idOf('credit', chargeId, operatorId);
    const references = { chargeId, originalSaleId };
    return toldBy(
      saleOf('credit_note', saleId, operatorId, own[0]!, lined.map(({ saleLine }) => saleLine), occasion, references),
      lined,
    );
  });
}

/** The sales document of an invoice. */
export function invoiceSaleOf(invoice: Invoice, items: readonly Item[], occasion: Occasion): Told {
  const { invoiceId, operatorId, dueDay, kid, ownerRef } = invoice;
  const lined = linesOf(items, untoldOf);
  const references = { invoiceId, dueDay, kid, ownerRef };
  const lines = lined.map(({ saleLine }) => saleLine);
  return toldBy(
    saleOf('invoice', invoiceSaleIdOf(invoiceId), operatorId, items[0]!, lines, occasion, references),
    lined,
  );
}

/**
 * The document of one part that has changed: a credit note for less, or for another VAT alone, a
 * further receipt for more.
 */
export function changeOf(
  item: Item, references: Partial<Pick<Sale, 'chargeId' | 'invoiceId' | 'originalSaleId'>>, occasion: Occasion,
): Told {
  const { line, part } = item;
  const untold = untoldOf(part);
  const kind = untold.grossMinor <= 0 ? 'credit_note' : 'receipt';
  const saleId = idOf(kind, part.entryId, line.revision, part.revision, untold.grossMinor);
  const lined = linesOf([item], untoldOf);
  // A fee that is taken back is so on the account that it was booked on.
  const what = line.visitId === '' ? 'invoice_fee' : 'correction';
  const lines = lined.map(({ saleLine }): SaleLine => ({ ...saleLine, what }));
  return toldBy(saleOf(kind, saleId, part.operatorId, item, lines, occasion, references), lined);
}

interface Lined {
  readonly item: Item;
  readonly saleLine: SaleLine;
}

/**
 * A line of a document has the VAT that is in it. Where a change has another (the rate of the stay was changed), what
 * was told of the stay is taken back by one line and told anew by another: what was told before, and above in this
 * document. Between two documents of one event that can be no sum of money and its VAT: then what the stay is worth is.
 */
function linesOf(items: readonly Item[], moneyOf: (part: Part) => Money): Lined[] {
  const above: { readonly lineId: string; readonly kind: string; readonly money: Money }[] = [];
  return items.flatMap((item): Lined[] => {
    const { line, part } = item;
    const money = moneyOf(part);
    const kind = kindOf(part);
    const told = sumOf([
      ...line.parts.filter((one) => kindOf(one) === kind).map(toldOf),
      ...above.filter((one) => one.lineId === line.lineId && one.kind === kind).map((one) => one.money),
    ]);
    above.push({ lineId: line.lineId, kind, money });
    const base = [NOTHING, told, line].find((one) => hasVatWithin(one) && hasVatWithin(plus(one, money))) ?? told;
    const each = base === NOTHING ? [money] : [less(NOTHING, base), plus(base, money)];
    return each.map((one) => ({ item, saleLine: saleLineOf(item, one) }));
  });
}

function kindOf({ operatorId, currency }: Part): string {
  return `${operatorId} ${currency}`;
}

const NOTHING: Money = { grossMinor: 0, vatMinor: 0 };

function toldBy(sale: Sale, lined: readonly Lined[]): Told {
  return { sale, items: lined.map(({ item }) => item) };
}

function saleOf(
  kind: Sale['kind'], saleId: string, operatorId: string, { line, part }: Item, lines: readonly SaleLine[],
  occasion: Occasion,
  references: Partial<Sale>,
): Sale {
  return {
    saleId, kind, operatorId, accountId: line.accountId, chargeId: '', invoiceId: '', billingDay: occasion.billingDay,
    issuedDay: occasion.today, dueDay: '', currency: part.currency, ...sumOf(lines), lines, originalSaleId: '',
    kid: '', ownerRef: '',
    at: occasion.at, ...references,
  };
}

function saleLineOf({ line, part }: Item, money: Money): SaleLine {
  const { lineId, visitId, garageId, visitDay } = line;
  const what = visitId === '' ? 'invoice_fee' : isCorrection(line, part) ? 'correction' : 'parking';
  return { lineId, visitId, garageId, visitDay, grossMinor: money.grossMinor, vatMinor: money.vatMinor, what };
}

function byOperator(items: readonly Item[]): [string, Item[]][] {
  return [...Map.groupBy(items, ({ part }) => part.operatorId)].sort(([one], [other]) => (one < other ? -1 : 1));
}
