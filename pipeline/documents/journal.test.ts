import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { SalesDocument } from '../records/records.ts';
import { balancesOf, csvLines, postingsOf } from './journal.ts';
import { documentOf } from './rules.ts';
import { sale, saleLine } from './test-documents.ts';

const short = (documents: readonly SalesDocument[]): string[] => postingsOf(documents)
  .map(({ account, vatCode, debitMinor, creditMinor }) =>
    `${account.number} ${vatCode || '-'} ${debitMinor} ${creditMinor}`);

test('a receipt debits the customer, and credits income and VAT by rate', () => {
  const document = documentOf(
    sale({ lines: [saleLine(1), saleLine(2), saleLine(3, { grossMinor: 5_000, vatMinor: 0 })] }),
    1,
    0,
  );
  assert.deepEqual(short([document]), ['1500 - 12000 0', '3000 3 0 5600', '2700 3 0 1400', '3200 6 0 5000']);
});

test('the fee of an invoice is income of its own', () => {
  const invoice = documentOf(sale({
    kind: 'invoice', dueDay: '2026-06-16',
    lines: [saleLine(1), saleLine(2, { what: 'invoice_fee', visitId: '', grossMinor: 7_000 })],
  }), 1, 0);
  assert.deepEqual(short([invoice]), ['1500 - 10500 0', '3000 3 0 2800', '3900 3 0 5600', '2700 3 0 2100']);
});

test('a credit note stands on the opposite sides of its original', () => {
  const original = documentOf(
    sale({ lines: [saleLine(1, { grossMinor: 103 }), saleLine(2, { grossMinor: 104 })] }),
    1,
    0,
  );
  const back = documentOf(sale({
    kind: 'credit_note', originalSaleId: 'sale-1',
    lines: [saleLine(1, { grossMinor: -103 }), saleLine(2, { grossMinor: -104 })],
  }), 2, 1);
  const [sold, credited] = [postingsOf([original]), postingsOf([back])];
  assert.deepEqual(
    credited.map(({ debitMinor, creditMinor }) => [creditMinor, debitMinor]),
    sold.map(({ debitMinor, creditMinor }) => [debitMinor, creditMinor]),
  );
});

const documents = fc.array(fc.record({
  sign: fc.constantFrom(1, 1, 1, -1),
  currency: fc.constantFrom('NOK', 'NOK', 'EUR'),
  lines: fc.array(fc.record({
    gross: fc.integer({ min: 1, max: 500_000 }), exempt: fc.boolean(),
    what: fc.constantFrom('parking' as const, 'invoice_fee' as const, 'correction' as const),
  }), { minLength: 1, maxLength: 8 }),
}), { maxLength: 20 }).map((list) => list.map(({ sign, currency, lines }, place) => documentOf(sale({
  saleId: `s${place}`, currency,
  lines: lines.map(({ gross, exempt, what }, n) =>
    saleLine(n, { grossMinor: sign * gross, what, ...(exempt ? { vatMinor: 0 } : {}) })),
}), place + 1, 0)));

test('debit is equal to credit in each document and in all, and receivables are what the documents come to', () => {
  fc.assert(fc.property(documents, (list) => {
    const postings = postingsOf(list);
    for (const { debitMinor, creditMinor } of balancesOf(postings)) assert.equal(debitMinor, creditMinor);
    const owed = postings.filter(({ account }) => account.number === '1500').reduce(
      (sum, { debitMinor, creditMinor }) => sum + debitMinor - creditMinor,
      0,
    );
    assert.equal(owed, list.reduce((sum, { grossMinor }) => sum + grossMinor, 0));
    const vat = postings.filter(({ account }) => account.number === '2700').reduce(
      (sum, { debitMinor, creditMinor }) => sum + creditMinor - debitMinor,
      0,
    );
    assert.equal(vat, list.reduce((sum, { vatMinor }) => sum + vatMinor, 0));
    assert.ok(postings.every(({ debitMinor, creditMinor }) => debitMinor >= 0 && creditMinor >= 0));
  }));
});

test('a document that is not balanced stops the journal', () => {
  const document = { ...documentOf(sale(), 7, 0), grossMinor: 3_501 };
  assert.throws(() => balancesOf(postingsOf([document])), /document 7 of operator 'operator-\d+' is not balanced/);
});

test('the CSV is read back by a CSV reader, with document numbers, and nothing in it is a formula', () => {
  const odd = documentOf(sale({ operatorId: '=HYPERLINK("x"),"y"', saleId: 'a,b' }), 1042, 0);
  const rows = parse(csvLines(postingsOf([odd])).join('\n'), { columns: true }) as Record<string, string>[];
  assert.equal(rows.length, 3);
  assert.deepEqual(
    [rows[0]!.operatorId, rows[0]!.number, rows[0]!.account, rows[0]!.debit, rows[0]!.date],
    ['\'=HYPERLINK("x"),"y"', '1042', '1500', '35.00', '2026-06-02'],
  );
  assert.deepEqual(
    [rows[2]!.accountName, rows[2]!.vatCode, rows[2]!.credit, rows[2]!.documentId],
    ['Utgående merverdiavgift', '3', '7.00', 'a,b'],
  );
});
