import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BillingLine } from '../records/records.ts';
import { CHARGE_LINES_MAX_BYTES, closeAccount, dueOf, takeLine, type KnownLine } from './rules.ts';

const line: BillingLine = {
  lineId: 'line-1', revision: 1, status: 'live', operatorId: 'op', accountId: 'a', visitId: 'visit-1', garageId: 'p4',
  visitDay: '2026-06-01', grossMinor: 3_500, vatMinor: 700, currency: 'NOK', tariffVersion: 't1', accountVersion: 1,
  merchant: 'default', ownerRef: '',
};

function known(changes: Partial<BillingLine> = {}, before?: KnownLine): KnownLine {
  return takeLine(before, { ...line, ...changes })!;
}

test('a close sums an account\'s lines up to its day into one charge that lists them', () => {
  const { charges } = closeAccount('a', '2026-06-02', [
    known({ lineId: 'line-2', visitDay: '2026-06-02', grossMinor: 100, vatMinor: 20 }), known(),
    known({ lineId: 'line-3', visitDay: '2026-06-03' }),
  ]);
  assert.equal(charges.length, 1);
  const { chargeId, lines, ...charge } = charges[0]!;
  assert.match(chargeId, /^[0-9a-f]{32}$/);
  assert.deepEqual(charge, {
    revision: 1, status: 'pending', accountId: 'a', billingDay: '2026-06-02', merchant: 'default', currency: 'NOK',
    grossMinor: 3_600, vatMinor: 720, history: [], allocations: [], nextAttemptDay: '', attempts: 0,
  });
  assert.deepEqual(lines.map(({ lineId, grossMinor }) => [lineId, grossMinor]), [['line-1', 3_500], ['line-2', 100]]);
});

test('each currency makes a charge of its own, with an id of its own', () => {
  const { charges } = closeAccount('a', '2026-06-02', [known(), known({ lineId: 'line-2', currency: 'EUR', grossMinor: 5 })]);
  assert.deepEqual(charges.map(({ currency, grossMinor }) => [currency, grossMinor]), [['EUR', 5], ['NOK', 3_500]]);
  assert.notEqual(charges[0]!.chargeId, charges[1]!.chargeId);
});

test('a line that is lowered, raised or withdrawn after its charge brings the difference to the next close', () => {
  const [charged] = closeAccount('a', '2026-06-01', [known()]).lines;
  const difference = (changes: Partial<BillingLine>): number | undefined =>
    closeAccount('a', '2026-06-02', [known({ revision: 2, ...changes }, charged)]).charges[0]?.grossMinor;
  assert.equal(difference({ grossMinor: 3_000 }), -500);
  assert.equal(difference({ grossMinor: 4_000 }), 500);
  assert.equal(difference({ status: 'withdrawn' }), -3_500);
  assert.equal(difference({}), undefined);
});

test('a charged line that changes its currency is given back in the old one and taken in the new', () => {
  const [charged] = closeAccount('a', '2026-06-01', [known()]).lines;
  const { charges, lines } = closeAccount('a', '2026-06-02', [known({ revision: 2, currency: 'EUR', grossMinor: 300 }, charged)]);
  assert.deepEqual(charges.map(({ currency, grossMinor }) => [currency, grossMinor]), [['EUR', 300], ['NOK', -3_500]]);
  assert.deepEqual(dueOf(lines[0]!), []);
});

test('what sums to zero is not charged and waits', () => {
  const [charged] = closeAccount('a', '2026-06-01', [known()]).lines;
  const lines = [known({ revision: 2, status: 'withdrawn' }, charged), known({ lineId: 'line-2' })];
  assert.deepEqual(closeAccount('a', '2026-06-02', lines), { charges: [], lines: [] });
  const later = closeAccount('a', '2026-06-03', [...lines, known({ lineId: 'line-3', visitDay: '2026-06-03', grossMinor: 1 })]);
  assert.equal(later.charges[0]!.grossMinor, 1);
  assert.equal(later.charges[0]!.lines.length, 3);
});

test('a line withdrawn before its charge is never charged', () => {
  assert.deepEqual(closeAccount('a', '2026-06-02', [known({ status: 'withdrawn' })]).charges, []);
});

test('a revision not above the known one is ignored', () => {
  const two = known({ revision: 2 });
  assert.equal(takeLine(two, { ...line, revision: 2, grossMinor: 1 }), null);
  assert.equal(takeLine(two, { ...line, revision: 1, grossMinor: 1 }), null);
});

test('ten thousand lines of an account are charged over as many closes as records can hold, each once', () => {
  let lines = Array.from({ length: 10_000 }, (_, index) =>
    known({ lineId: `line-${index}`.padEnd(64, 'x'), visitId: `visit-${index}`, grossMinor: 1 + index }));
  const total = lines.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
  let taken = 0;
  let closes = 0;
  for (let day = 2; lines.some((one) => dueOf(one).length > 0); day++) {
    const closed = closeAccount('a', `2026-06-0${day}`, lines);
    const size = closed.charges[0]!.lines.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
    assert.ok(size < 3 * CHARGE_LINES_MAX_BYTES, 'JSON takes up to three times the size of Avro');
    taken += closed.charges[0]!.grossMinor;
    closes += 1;
    const newest = new Map(closed.lines.map((one) => [one.lineId, one]));
    lines = lines.map((one) => newest.get(one.lineId) ?? one);
  }
  assert.equal(taken, total);
  assert.ok(closes > 1);
});

test('lines that fill a record and sum to zero do not keep the others waiting for ever', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => {
    const id = String(index).padStart(5, '0').padEnd(128, 'x');
    const [charged] = closeAccount('a', '2026-06-01', [known({ lineId: id })]).lines;
    return index % 2 === 0 ? known({ lineId: id }) : known({ lineId: id, revision: 2, status: 'withdrawn' }, charged);
  });
  // One more at the end, far beyond what fits.
  lines.push(known({ lineId: 'z', visitDay: '2026-06-02', grossMinor: 7 }));
  const { charges } = closeAccount('a', '2026-06-02', lines);
  assert.equal(Math.abs(charges[0]!.grossMinor), 3_500);
});
