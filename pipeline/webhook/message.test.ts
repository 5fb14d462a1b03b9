import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Allocation, BillingLine, Charge, ChargedLine, SalesDocument } from '../records/records.ts';
import { chargeMessage, documentMessage, lineMessage, openMessages } from './message.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const AT = Date.parse('2026-09-02T04:00:00Z');

const line: BillingLine = {
  lineId: 'line-1', revision: 2, status: 'live', operatorId: 'a',
  accountId: 'account-1', visitId: 'visit-1', garageId: 'g', visitDay: '2026-09-01',
  grossMinor: 3_200, vatMinor: 640, currency: 'NOK', tariffVersion: 't1',
  accountVersion: 7, merchant: 'default', ownerRef: 'owner-9',
};

const charged = (lineId: string, operatorId: string, grossMinor: number): ChargedLine => ({
  lineId, visitId: `visit of ${lineId}`, operatorId,
  garageId: `garage of ${operatorId}`, visitDay: '2026-09-01', grossMinor,
  vatMinor: Math.round(grossMinor / 5), entryId: lineId,
});

function allocationsOf(lines: readonly ChargedLine[]): Allocation[] {
  return [...Map.groupBy(lines, ({ operatorId }) => operatorId)].map(([operatorId, own]) => ({
    operatorId, grossMinor: own.reduce((sum, { grossMinor }) => sum + grossMinor, 0),
    vatMinor: own.reduce((sum, { vatMinor }) => sum + vatMinor, 0),
  }));
}

function chargeOf(lines: readonly ChargedLine[], changes: Partial<Charge> = {}): Charge {
  return {
    chargeId: 'charge-1', revision: 3, status: 'failed', accountId: 'account-1',
    billingDay: '2026-09-01', merchant: 'm', currency: 'NOK',
    grossMinor: lines.reduce((sum, { grossMinor }) => sum + grossMinor, 0),
    vatMinor: lines.reduce((sum, { vatMinor }) => sum + vatMinor, 0), lines,
    history: [
      { status: 'pending', at: AT, code: 'requested', attempt: 1 },
      { status: 'failed', at: AT + 1, code: '51', attempt: 1 },
    ],
    allocations: allocationsOf(lines), nextAttemptDay: '2026-09-03', attempts: 1, ...changes,
  };
}

test('a line is told to its operator alone', () => {
  assert.deepEqual(JSON.parse(lineMessage(line, 'a', AT)!.body), {
    type: 'billing.line', timestamp: '2026-09-02T04:00:00.000Z', data: {
      lineId: 'line-1', revision: 2, status: 'live', operatorId: 'a',
      accountId: 'account-1', visitId: 'visit-1', garageId: 'g',
      visitDay: '2026-09-01', grossMinor: 3_200, vatMinor: 640, currency: 'NOK', tariffVersion: 't1',
    },
  });
  assert.equal(lineMessage(line, 'b', AT), null);
});

test('a charge with lines of two operators is told to each with its own lines and its part of the sum', () => {
  const charge = chargeOf([charged('l1', 'a', 1_000), charged('l2', 'b', 500), charged('l3', 'a', 250)]);
  const { data } = JSON.parse(chargeMessage(charge, 'a', AT)!.body);
  assert.deepEqual([data.operatorId, data.grossMinor, data.vatMinor, data.status], ['a', 1_250, 250, 'failed']);
  assert.deepEqual(data.lines.map(({ lineId }: ChargedLine) => lineId), ['l1', 'l3']);
  assert.equal(chargeMessage(charge, 'c', AT), null);
});

test('an operator is told when its last line is taken out of a charge', () => {
  const lines = [charged('l1', 'a', 1_000)];
  const charge = chargeOf(
    lines,
    { allocations: [...allocationsOf(lines), { operatorId: 'b', grossMinor: 0, vatMinor: 0 }] },
  );
  const { data } = JSON.parse(chargeMessage(charge, 'b', AT)!.body);
  assert.deepEqual([data.grossMinor, data.lines], [0, []]);
});

test('why a card was declined is told to no operator', () => {
  const body = chargeMessage(chargeOf([charged('l1', 'a', 1_000)]), 'a', AT)!.body;
  assert.deepEqual(JSON.parse(body).data.history, [
    { status: 'pending', at: '2026-09-02T04:00:00.000Z' }, { status: 'failed', at: '2026-09-02T04:00:00.001Z' },
  ]);
});

test('a charge of before there were allocations is told by its lines', () => {
  const { data } = JSON.parse(chargeMessage(
    chargeOf([charged('l1', 'a', 1_000), charged('l2', 'b', 500)], { allocations: [] }),
    'b',
    AT,
  )!.body);
  assert.deepEqual([data.grossMinor, data.vatMinor], [500, 100]);
});

test('what operators are told of a charge adds up to it, and nobody is told anything of another', () => {
  const operators = ['oslo', 'bergen', 'hamar'];
  const lines = fc.array(
    fc.record({ operatorId: fc.constantFrom(...operators), gross: fc.integer({ min: -5_000, max: 50_000 }) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(fc.property(lines, (drawn) => {
    const charge =
      chargeOf(drawn.map(({ operatorId, gross }, n) => charged(`line-${n}-${operatorId}`, operatorId, gross)));
    const told = operators.flatMap((operatorId) => {
      const message = chargeMessage(charge, operatorId, AT);
      for (const other of operators) if (other !== operatorId) assert.ok(!message?.body.includes(other));
      return message === null ? [] : [JSON.parse(message.body).data];
    });
    assert.equal(told.reduce((sum, { grossMinor }) => sum + grossMinor, 0), charge.grossMinor);
    assert.equal(told.reduce((sum, { vatMinor }) => sum + vatMinor, 0), charge.vatMinor);
    assert.equal(told.reduce((sum, data) => sum + data.lines.length, 0), charge.lines.length);
  }));
});

const document: SalesDocument = {
  documentId: 'sale-1', revision: 1, kind: 'credit_note', operatorId: 'a',
  accountId: 'account-1', chargeId: 'charge-1', invoiceId: '',
  billingDay: '2026-09-01', issuedDay: '2026-09-02', dueDay: '', currency: 'NOK', grossMinor: -3_200, vatMinor: -640,
  lines: [{
    lineId: 'line-1', visitId: 'visit-1', garageId: 'g', visitDay: '2026-09-01',
    grossMinor: -3_200, vatMinor: -640, what: 'correction',
  }],
  originalSaleId: 'sale-0', kid: '', ownerRef: 'owner-9', at: AT, number: 17, series: 'credit-a', originalNumber: 12,
} as SalesDocument;

test('a sales document is told to its operator alone, with its number', () => {
  const { type, data } = JSON.parse(documentMessage(document, 'a', AT)!.body);
  assert.deepEqual(
    [type, data.number, data.originalNumber, data.grossMinor, data.lines.length],
    ['document', 17, 12, -3_200, 1],
  );
  assert.equal(documentMessage(document, 'b', AT), null);
});

test('who owns a vehicle is told to nobody', () => {
  for (const message of [lineMessage(line, 'a', AT), documentMessage(document, 'a', AT)]) {
    assert.ok(!message!.body.includes('owner-9'));
  }
});

test('an id is the same for the same revision, however often and whenever it is told, and another for any other', () => {
  const charge = chargeOf([charged('line-1', 'a', 1_000), charged('line-2', 'b', 1_000)]);
  const id = (message: { webhookId: string } | null): string => message!.webhookId;
  assert.equal(id(lineMessage(line, 'a', AT)), id(lineMessage({ ...line }, 'a', AT + 9)));
  const all = [
    lineMessage(line, 'a', AT), lineMessage({ ...line, revision: 3 }, 'a', AT),
    lineMessage({ ...line, lineId: 'line-2' }, 'a', AT),
    chargeMessage(charge, 'a', AT), chargeMessage(charge, 'b', AT), documentMessage(document, 'a', AT),
  ].map(id);
  assert.equal(new Set(all).size, all.length);
  for (const each of all) assert.match(each, /^msg_[\w-]{43}$/);
});

test('a day close is told to no operator, and what is no record is not decoded', () => {
  const messages = openMessages(ids);
  const record = (value: Buffer | null) => ({ offset: 0, key: null, value, timestamp: AT, headers: null });
  const close =
    openCodec('BillingRecord', ids).encode({ 'parking.DayClose': { billingDay: '2026-09-01', closedAt: AT } });
  assert.equal(messages.messageOf('billing', record(close), 'a'), null);
  assert.equal(messages.messageOf('billing', record(null), 'a'), null);
  assert.throws(
    () => messages.messageOf('charges', record(Buffer.from('no record')), 'a'),
    { name: 'UndecodableError' },
  );
});
