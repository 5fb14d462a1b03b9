import type { SalesDocument, SaleLine } from '../records/records.ts';
import { rateOf } from './vat.ts';

/** One posting of a sales document; one of debit and credit is 0. Minor units. */
export interface Posting {
  readonly document: SalesDocument;
  readonly account: Account;
  /** By Norway's standard tax codes (SAF-T); empty: the posting has none. */
  readonly vatCode: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
}

interface Account {
  /** NS 4102. */
  readonly number: string;
  readonly name: string;
}

const RECEIVABLES: Account = { number: '1500', name: 'Kundefordringer' };
const OUTPUT_VAT: Account = { number: '2700', name: 'Utgående merverdiavgift' };
const TAXED_SALES: Account = { number: '3000', name: 'Salgsinntekt, avgiftspliktig' };
const EXEMPT_SALES: Account = { number: '3200', name: 'Salgsinntekt, utenfor avgiftsområdet' };
const FEES: Account = { number: '3900', name: 'Annen driftsrelatert inntekt' };

/** Output VAT at the general, the middle and the low rate, and sales outside the VAT Act; other rates have no code. */
const VAT_CODES: ReadonlyMap<number, string> = new Map([[2_500, '3'], [1_500, '31'], [1_200, '33'], [0, '6']]);

/**
 * The postings of sales documents, in their order: the customer owes the gross amount; income is net, by account and
 * rate; VAT by rate. A credit note stands on the opposite sides. Debit is equal to credit in each document.
 */
export function postingsOf(documents: readonly SalesDocument[]): Posting[] {
  return documents.flatMap((document) => {
    const byRate = [...Map.groupBy(document.lines, rateOf)].sort(([one], [other]) => other - one);
    const income = byRate.flatMap(([rate, lines]) => {
      const vatCode = VAT_CODES.get(rate) ?? '';
      const byAccount = [...Map.groupBy(lines, (line) => incomeAccount(line, rate))]
        .sort(([one], [other]) => (one.number < other.number ? -1 : 1));
      const net = byAccount.map(([account, of]) =>
        credit(document, account, vatCode, sum(of.map(({ grossMinor, vatMinor }) => grossMinor - vatMinor))));
      const vat = credit(document, OUTPUT_VAT, vatCode, sum(lines.map(({ vatMinor }) => vatMinor)));
      return rate === 0 ? net : [...net, vat];
    });
    return [opposite(credit(document, RECEIVABLES, '', document.grossMinor)), ...income];
  });
}

function incomeAccount({ what }: SaleLine, rate: number): Account {
  if (what === 'invoice_fee') return FEES;
  return rate === 0 ? EXEMPT_SALES : TAXED_SALES;
}

function credit(document: SalesDocument, account: Account, vatCode: string, minor: number): Posting {
  return { document, account, vatCode, debitMinor: Math.max(0, -minor), creditMinor: Math.max(0, minor) };
}

function opposite(posting: Posting): Posting {
  return { ...posting, debitMinor: posting.creditMinor, creditMinor: posting.debitMinor };
}

/** Debit and credit of a currency, minor units. */
export interface Balance {
  readonly currency: string;
  readonly debitMinor: number;
  readonly creditMinor: number;
}

/** @throws when debit and credit of a document differ: a journal that is not balanced must not be booked */
export function balancesOf(postings: readonly Posting[]): Balance[] {
  for (const [{ number, operatorId }, of] of Map.groupBy(postings, ({ document }) => document)) {
    const [debit, credited] = totals(of);
    if (debit === credited) continue;
    throw new Error(
      `document ${number} of operator '${operatorId}' is not balanced: debit ${debit}, credit ${credited}`,
    );
  }
  return [...Map.groupBy(postings, ({ document }) => document.currency)].map(([currency, of]) => {
    const [debitMinor, creditMinor] = totals(of);
    return { currency, debitMinor, creditMinor };
  });
}

function totals(postings: readonly Posting[]): [number, number] {
  return [sum(postings.map(({ debitMinor }) => debitMinor)), sum(postings.map(({ creditMinor }) => creditMinor))];
}

const HEAD = [
  'operatorId', 'date', 'series', 'number', 'kind', 'originalNumber',
  'account', 'accountName', 'vatCode', 'debit', 'credit',
  'currency', 'customer', 'documentId',
];

/** RFC 4180, with a head; amounts with a full stop and two decimals. */
export function csvLines(postings: readonly Posting[]): string[] {
  return [HEAD, ...postings.map(({ document, account, vatCode, debitMinor, creditMinor }) => [
    document.operatorId, document.issuedDay, document.series, String(document.number), document.kind,
    document.originalNumber === 0 ? '' : String(document.originalNumber), account.number, account.name, vatCode,
    decimal(debitMinor), decimal(creditMinor), document.currency,
    document.ownerRef || document.accountId, document.documentId,
  ])].map((cells) => cells.map(cell).join(','));
}

export function decimal(minor: number): string {
  return (minor / 100).toFixed(2);
}

/** A text that a spreadsheet would take for a formula is shown as text. */
function cell(text: string): string {
  const shown = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
