import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectedError } from '../engine/stage.ts';
import { parseGarages } from '../garages/garages-file.ts';
import type { Account, BillingLine, Visit } from '../records/records.ts';
import { isBillable, lineOf, newestLines, reviseLines, type BillableVisit } from './lines.ts';

const OSLO = 'Europe/Oslo';
const [garage] = parseGarages([{
  garageId: 'p4', operatorId: 'op', timezone: OSLO, lanes: [{ laneId: 'a', direction: 'both' }],
  tariffs: [{ tariffVersion: 't1', validFrom: '2026-01-01T00:00:00Z', freeMinutes: 10, incrementMinutes: 30, incrementMinor: 3_500 }],
}]);
const account: Account = {
  accountId: 'a', version: 7, bindings: [], statuses: [], changedAt: 0, switchedOff: false, blockedFor: '', card: null,
};
const visit: BillableVisit = {
  visitId: 'visit-1', revision: 2, status: 'closed', operatorId: 'op', garageId: 'p4', plate: 'AA10001', country: 'NO',
  plateRead: true, entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: Date.parse('2026-06-01T20:30:00Z'),
  enteredAt: Date.parse('2026-06-01T20:30:00Z'), exitedAt: Date.parse('2026-06-01T22:10:00Z'),
  matchConfidence: 1, flags: [], rulesVersion: 1,
};
const wanted = lineOf(visit, account, garage, OSLO)!;

/** A history of wanted lines, as it is written. */
function written(...history: (typeof wanted | null)[]): BillingLine[] {
  let known: BillingLine[] = [];
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
    grossMinor: 14_000, vatMinor: 2_800, currency: 'NOK', tariffVersion: 't1', accountVersion: 7,
  });
});

test('a line\'s id is that of its visit and account', () => {
  assert.equal(lineOf({ ...visit, exitedAt: visit.exitedAt + 3_600_000 }, account, garage, OSLO)!.lineId, wanted.lineId);
  assert.notEqual(lineOf(visit, { ...account, accountId: 'b' }, garage, OSLO)!.lineId, wanted.lineId);
});

test('a visit within the free minutes has no line, nor has one in a garage without tariffs', () => {
  assert.equal(lineOf({ ...visit, exitedAt: visit.enteredAt + 600_000 }, account, garage, OSLO), null);
  assert.equal(lineOf(visit, account, { ...garage!, tariffs: [] }, OSLO), null);
});

test('a visit of an unknown garage, or from before its first tariff, is set aside to be priced later', () => {
  const early = { ...visit, enteredAt: Date.parse('2025-12-31T23:00:00Z') };
  const isNoTariff = (error: RejectedError) => error.reason === 'no_tariff';
  assert.throws(() => lineOf(visit, account, undefined, OSLO), isNoTariff);
  assert.throws(() => lineOf(early, account, garage, OSLO), isNoTariff);
});

test('only a closed visit with entry and exit can be billed', () => {
  assert.equal(isBillable(visit), true);
  for (const status of ['open', 'unclosed', 'review', 'withdrawn'] as const) assert.equal(isBillable({ ...visit, status }), false);
  const exitOnly: Visit = { ...visit, enteredAt: null };
  assert.equal(isBillable(exitOnly), false);
});

test('a price that changes raises the line\'s revision, the same price again writes nothing', () => {
  const lines = written(wanted, wanted, { ...wanted, grossMinor: 1 }, { ...wanted, grossMinor: 1, accountVersion: 8 });
  assert.deepEqual(lines.map(({ revision, grossMinor, status }) => [revision, grossMinor, status]), [[1, 14_000, 'live'], [2, 1, 'live']]);
});

test('a visit that goes to another account is withdrawn here and made there, and may come back', () => {
  const other = lineOf(visit, { ...account, accountId: 'b' }, garage, OSLO)!;
  const lines = written(wanted, other, wanted);
  assert.deepEqual(lines.map(({ accountId, revision, status }) => [accountId, revision, status]), [
    ['a', 1, 'live'], ['a', 2, 'withdrawn'], ['b', 1, 'live'], ['b', 2, 'withdrawn'], ['a', 3, 'live'],
  ]);
});

test('a visit that is no longer billed, or has become free, loses its line once', () => {
  assert.deepEqual(written(wanted, null, null).map(({ revision, status }) => [revision, status]), [[1, 'live'], [2, 'withdrawn']]);
});
