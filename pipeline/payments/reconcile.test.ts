import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { settlementCsv } from '../../local/gateway/settlement.ts';
import type { PaymentResult } from '../records/records.ts';
import { reconcile, type SettledTransaction } from './reconcile.ts';
import { reconcileDay } from './reconcile-main.ts';
import { parseSettlement } from './settlement-file.ts';

const DAY = '2026-09-02';
const settled = (reference: string, amountMinor = 1_000, day = DAY): SettledTransaction => ({
  reference,
  amountMinor,
  currency: 'NOK',
  day,
});
const result = (captureReference: string, changes: Partial<PaymentResult> = {}): PaymentResult => ({
  requestId: `request ${captureReference}`, revision: 1, chargeId: 'c',
  attempt: 1, accountId: 'a', outcome: 'captured', code: '',
  authorisationReference: `auth ${captureReference}`, captureReference, grossMinor: 1_000, currency: 'NOK',
  decidedAt: Date.parse(`${DAY}T10:00:00Z`), orderId: '', ...changes,
});
const kinds = (settlement: readonly SettledTransaction[], results: readonly PaymentResult[]): string[] =>
  reconcile(DAY, settlement, results).map(({ kind, reference }) => `${reference} ${kind}`);

test('a day on which both sides say the same has no differences', () => {
  assert.deepEqual(kinds(
    [settled('a'), settled('b', 500)],
    [result('a'), result('b', { grossMinor: 500 }), result('', { outcome: 'declined_soft' })],
  ), []);
  assert.deepEqual(kinds([settled('r', -300)], [result('r', { outcome: 'reversed', grossMinor: 300 })]), []);
  assert.deepEqual(
    kinds([settled('r', 300)], [result('r', { outcome: 'reversed', grossMinor: 300 })]),
    ['r other_amount'],
  );
});

test('as many of another currency are another amount', () => {
  assert.deepEqual(kinds([settled('a')], [result('a', { currency: 'SEK' })]), ['a other_amount']);
});

test('each difference is named once', () => {
  assert.deepEqual(kinds(
    [settled('amount', 999), settled('twice'), settled('twice'), settled('unknown'), settled('lost')],
    [result('amount'), result('twice'), result('unsettled'), result('lost', { outcome: 'unknown' })],
  ), [
    'amount other_amount', 'auth lost still_unknown', 'lost not_decided',
    'twice settled_twice', 'unknown not_known', 'unsettled not_settled',
  ]);
});

test('a capture just before midnight that is told of after it is no difference', () => {
  assert.deepEqual(kinds([settled('a', 1_000, '2026-09-01')], [result('a')]), []);
  assert.deepEqual(kinds([settled('a')], [result('a', { decidedAt: Date.parse('2026-09-03T00:00:01Z') })]), []);
});

test('what is unknown since before the day is told, what became so later is not', () => {
  const asked = (decidedAt: string): PaymentResult =>
    result('', { outcome: 'unknown', authorisationReference: 'r', decidedAt: Date.parse(decidedAt) });
  assert.deepEqual(kinds([], [asked('2026-08-30T10:00:00Z')]), ['r still_unknown']);
  assert.deepEqual(kinds([], [asked('2026-09-03T10:00:00Z')]), []);
});

test("other days' captures are not judged", () => {
  assert.deepEqual(
    kinds([settled('a', 1_000, '2026-09-01')], [result('b', { decidedAt: Date.parse('2026-09-01T10:00:00Z') })]),
    [],
  );
});

test("the local gateway's settlement is read as the other one's, and reversals are negative", () => {
  const order = {
    id: 'o', operation: 'UnscheduledPurchase' as const, reference: 'r',
    status: 'Paid' as const, currency: 'NOK', amount: 1_234, vatAmount: 0,
    completeUrl: '', cancelUrl: '', token: 'good-1', card: 'good', expiryDate: '',
    captures: [
      { reference: 'c1', amount: 1_234, at: `${DAY}T23:59:59.999Z` },
      { reference: 'c2', amount: 1, at: '2026-09-03T00:00:00.000Z' },
    ],
    reversals: [{ reference: 'r1', amount: 34, at: `${DAY}T23:59:59.999Z` }],
  };
  assert.deepEqual(parseSettlement(settlementCsv([order], DAY)), [settled('c1', 1_234), settled('r1', -34)]);
  assert.deepEqual(parseSettlement(`OrderIdentity;Amount;Currency;Date Created;Brand\nx;-10,00;NOK;${DAY} 10:00:00;VISA\ny;10,50;NOK;${DAY} 10:00:00;VISA\n`), [settled('x', -1_000), settled('y', 1_050)]);
});

test('a settlement that can not be read names the line', () => {
  const header = 'OrderIdentity,Amount,Currency,Date Created\n';
  assert.throws(() => parseSettlement(`${header}a,1.00,NOK,${DAY}\nb,one,NOK,${DAY}\n`), /line 3: Amount/);
  assert.throws(() => parseSettlement(`${header},1.00,NOK,${DAY}\n`), /line 2: OrderIdentity/);
  assert.throws(() => parseSettlement(`${header}a,1.00,kr,${DAY}\n`), /line 2: Currency/);
  assert.throws(() => parseSettlement(`${header}a,1.00,NOK,yesterday\n`), /line 2: Date Created/);
});

test('another file, or an empty one, is no settlement of a day without captures', () => {
  const allMissing = /no column OrderIdentity, Amount, Currency, Date Created/;
  assert.throws(() => parseSettlement('kid,amountMinor,currency\n'), allMissing);
  assert.throws(() => parseSettlement(''), /no column OrderIdentity/);
  assert.deepEqual(parseSettlement('OrderIdentity,Amount,Currency,Date Created\n'), []);
});

test('a gateway that is away is named, with its address', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  process.env.BOMFRI_GATEWAY_URL = `http://127.0.0.1:${port}`;
  await assert.rejects(reconcileDay(DAY, {}), {
    name: 'Error',
    message: `the payment gateway at 127.0.0.1:${port} does not answer (connect ECONNREFUSED 127.0.0.1:${port})`,
  });
});
