import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, BillingLine } from '../records/records.ts';
import { lineOf, newestLines, reviseLines, type LineContent } from './lines.ts';
import { tariffOf } from './tariff/test-tariffs.ts';

const tariff = tariffOf({ incrementMinutes: 30, incrementMinor: 3_500 });
const account: Account = {
  accountId: 'a', version: 7, bindings: [], statuses: [], changedAt: 0, switchedOff: false, blockedFor: '', card: null,
};
const visit = {
  visitId: 'visit-1', operatorId: 'op', garageId: 'p4', enteredAt: Date.parse('2026-06-01T20:30:00Z'),
  exitedAt: Date.parse('2026-06-01T22:10:00Z'),
};
const lineFor = (payer: Account): LineContent =>
  lineOf({ ...visit, merchant: 'default', ownerRef: '' }, payer, 14_000, tariff, 'Europe/Oslo');
const wanted = lineFor(account);

/** A history of wanted lines, as it is written. */
function written(...history: (typeof wanted | null)[]): BillingLine[] {
  let known: readonly BillingLine[] = [];
  return history.flatMap((each) => {
    const lines = reviseLines(known, each);
    known = newestLines(known, lines);
    return lines;
  });
}

test('a line holds price, VAT, the exit\'s day in the service\'s zone, and the versions it was made by', () => {
  const { lineId, ...line } = wanted;
  assert.match(lineId, /^[0-9a-f]{32}$/);
  assert.deepEqual(line, {
    operatorId: 'op', accountId: 'a', visitId: 'visit-1', garageId: 'p4', visitDay: '2026-06-02',
    grossMinor: 14_000, vatMinor: 2_800, currency: 'NOK',
    tariffVersion: 't1', accountVersion: 7, merchant: 'default', ownerRef: '',
  });
});

test('a line\'s id is that of its visit and account', () => {
  assert.equal(lineOf(
    { ...visit, merchant: 'default', ownerRef: '', exitedAt: visit.exitedAt + 3_600_000 },
    account,
    1,
    tariff,
    'Europe/Oslo',
  ).lineId,
    wanted.lineId);
  assert.notEqual(lineFor({ ...account, accountId: 'b' }).lineId, wanted.lineId);
});

test('a price that changes raises the line\'s revision, the same price again writes nothing', () => {
  const lines = written(wanted, wanted, { ...wanted, grossMinor: 1 }, { ...wanted, grossMinor: 1, accountVersion: 8 });
  assert.deepEqual(lines.map(({ revision, grossMinor, status }) => [revision, grossMinor, status]),
    [[1, 14_000, 'live'], [2, 1, 'live']]);
});

test('a line is revised for whatever a charge goes by: price, VAT, currency, day, seller and tariff', () => {
  const changes: Partial<LineContent>[] = [
    { grossMinor: 1, vatMinor: 0 }, { vatMinor: 0 }, { currency: 'SEK' }, { visitDay: '2026-06-03' },
    { operatorId: 'another' }, { tariffVersion: 't2' },
  ];
  for (const change of changes) {
    assert.deepEqual(written(wanted, { ...wanted, ...change }).map(({ revision }) => revision), [1, 2], Object.keys(change)[0]);
  }
});

test('a visit that goes to another account is withdrawn here and made there, and may come back', () => {
  const other = lineFor({ ...account, accountId: 'b' });
  const lines = written(wanted, other, wanted);
  assert.deepEqual(lines.map(({ accountId, revision, status }) => [accountId, revision, status]), [
    ['a', 1, 'live'], ['a', 2, 'withdrawn'], ['b', 1, 'live'], ['b', 2, 'withdrawn'], ['a', 3, 'live'],
  ]);
});

test('a visit that is no longer billed, or has become free, loses its line once', () => {
  assert.deepEqual(written(wanted, null, null).map(({ revision, status }) => [revision, status]),
    [[1, 'live'], [2, 'withdrawn']]);
});
