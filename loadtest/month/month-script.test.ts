import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monthScript, type MonthOptions } from './month-script.ts';
import { pastMonth, slicesOf } from './slices.ts';

const options: MonthOptions = {
  seed: '1', prefix: 'm', firstDay: '2026-03-16', days: 14, tail: 3, accounts: 150, otherVehicles: 300, corrections: 3,
};

test('the same options give the same month, another seed another', () => {
  const told = (changes: Partial<MonthOptions> = {}): string => JSON.stringify(monthScript({ ...options, ...changes }));
  assert.equal(told(), told());
  assert.notEqual(told(), told({ seed: '2' }));
});

test('a vehicle is in one place at a time', () => {
  const { stays } = monthScript(options);
  for (const own of Map.groupBy(stays, ({ vehicle }) => vehicle).values()) {
    const ordered = own.toSorted((one, other) => one.enteredAt - other.enteredAt);
    for (const [n, stay] of ordered.entries()) assert.ok(n === 0 || stay.enteredAt > ordered[n - 1]!.exitedAt);
  }
});

test('there is some of everything: late reads, stays taken for one, plates corrected, cards that turn, cars that change hands', () => {
  const { stays, accounts, slices } = monthScript(options);
  const isLate = ({ reads }: (typeof stays)[number]): boolean =>
    reads.some(({ at, deliverAt }) => deliverAt - at > 3_600_000);
  assert.ok(stays.filter(isLate).length > 10);
  assert.ok(stays.some(({ versions }) => versions.length > 1 && versions[0]!.exitedAt! > versions[1]!.exitedAt!));
  assert.equal(stays.filter(({ correctedIn }) => correctedIn !== null).length, 3);
  assert.ok(accounts.cardTurns.length > 5);
  for (const what of ['vehicles', 'card', 'card_removed', 'switched_off', 'switched_on']) {
    assert.ok(accounts.events.some((event) => event.what === what && event.at > slices[0]!.from), what);
  }
});

test('slices follow each other and end at six in the morning, an hour less in the night of the summer time', () => {
  const slices = slicesOf('2026-03-27', 4);
  assert.deepEqual(slices.map(({ billingDay, to }) => [billingDay, new Date(to).toISOString()]), [
    ['2026-03-27', '2026-03-28T05:00:00.000Z'], ['2026-03-28', '2026-03-29T04:00:00.000Z'],
    ['2026-03-29', '2026-03-30T04:00:00.000Z'], ['2026-03-30', '2026-03-31T04:00:00.000Z'],
  ]);
  for (const [n, { from }] of slices.entries()) if (n > 0) assert.equal(from, slices[n - 1]!.to);
});

test('whenever it is played, the month is past, not older than topics keep records, and has a clock change in it', () => {
  for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2028, 0, 1); now += 5 * 86_400_000) {
    const first = Date.parse(pastMonth(now, 31, 12));
    assert.ok(first + 43 * 86_400_000 < now && first > now - 390 * 86_400_000);
    assert.ok(offsetAt(first) !== offsetAt(first + 31 * 86_400_000));
  }
});

function offsetAt(at: number): string {
  return new Intl.DateTimeFormat('en', { timeZone: 'Europe/Oslo', timeZoneName: 'longOffset' }).format(at).slice(-9);
}
