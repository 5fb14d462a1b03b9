import { createHash } from 'node:crypto';
import type { Sale, SalesDocument } from '../records/records.ts';
import { isDay } from '../service/days.ts';
import { documentVat } from './vat.ts';

export const DOCUMENT_KINDS: readonly string[] = ['receipt', 'invoice', 'credit_note'] satisfies SalesDocument['kind'][];

/**
 * The one series of each operator: receipts, invoices and credit notes are numbered 1, 2, 3, ... together, so that
 * the highest number is also how many there are.
 */
export const SERIES = 'sales';

/**
 * How long a document is known for sales that come again, and for credit notes of it: as long as the topic keeps sales.
 */
export const KNOWN_MS = 400 * 86_400_000;

/** What is remembered of a document. */
export interface Numbered {
  readonly operatorId: string;
  readonly number: number;
  /** Of what was sold, so that another sale under the same id is noticed. */
  readonly digest: string;
  /** When it was numbered, UTC ms. */
  readonly at: number;
}

/** The document of a sale. @param originalNumber of a credit note: of the document that it corrects; 0: it is none */
export function documentOf(sale: Sale, number: number, originalNumber: number): SalesDocument {
  const { saleId, ...sold } = sale;
  const { lines, vatMinor } = documentVat(sale.lines);
  return { ...sold, lines, vatMinor, documentId: saleId, revision: 1, number, series: SERIES, originalNumber };
}

/** What is wrong with a sale, if anything is: a document is never changed, so it must not be made of what is. */
export function saleFault(sale: Sale): string | null {
  const { saleId, kind, operatorId, currency, lines, grossMinor, issuedDay, billingDay, dueDay, originalSaleId } = sale;
  if (saleId === '' || operatorId === '') return 'a sale needs an id and an operator';
  if (!DOCUMENT_KINDS.includes(kind)) return 'a sale is a receipt, an invoice or a credit note';
  if (!/^[A-Z]{3}$/.test(currency)) return 'a currency is an ISO 4217 code';
  if (![issuedDay, billingDay].every(isDay)) return 'a day is none of the calendar, YYYY-MM-DD';
  if (kind === 'invoice' && !isDay(dueDay)) return 'an invoice needs the day on which it is due';
  if (kind === 'credit_note' && originalSaleId === '') return 'a credit note needs the sale that it corrects';
  if (lines.length === 0) return 'a sale without lines is none';
  const amounts = lines.flatMap((line) => [line.grossMinor, line.vatMinor]);
  if (!amounts.every(Number.isSafeInteger)) return 'an amount is no whole number';
  const isTooMuch = (line: Sale['lines'][number]): boolean => Math.abs(line.vatMinor) > Math.abs(line.grossMinor);
  if (lines.some(isTooMuch)) return 'the VAT of a line is more than all of it';
  if (lines.reduce((sum, line) => sum + line.grossMinor, 0) !== grossMinor) return 'the lines do not sum to the sale';
  return null;
}

/** The same for the same sale, whatever fields a later schema adds. */
export function digestOf(sale: Sale): string {
  const {
    kind, operatorId, accountId, chargeId, invoiceId, issuedDay, currency, grossMinor, originalSaleId, kid,
  } = sale;
  const lines = sale.lines.map((line) =>
    [line.lineId, line.visitId, line.garageId, line.visitDay, line.grossMinor, line.what]);
  const sold = [
    kind, operatorId, accountId, chargeId, invoiceId, issuedDay, currency, grossMinor, originalSaleId, kid, lines,
  ];
  return createHash('sha256').update(JSON.stringify(sold)).digest('hex').slice(0, 24);
}
