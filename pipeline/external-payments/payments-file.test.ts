import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePayment } from './payments-file.ts';

const line = {
  provider: 'machine', reference: 'm1', garageId: 'p4', plate: 'ab 12345', from: '2026-06-01T10:00:00+02:00',
  to: '2026-06-01T12:00:00+02:00', sumMinor: 7_000,
};

test('a payment names its vehicle, garage, time and sum; country and currency may be left out', () => {
  assert.deepEqual(parsePayment(line, 0), {
    provider: 'machine', reference: 'm1', garageId: 'p4', country: 'XX', plate: 'AB12345',
    from: Date.parse('2026-06-01T08:00:00Z'),
    to: Date.parse('2026-06-01T10:00:00Z'), sumMinor: 7_000, currency: 'NOK',
  });
});

const refusals: readonly [string, object, RegExp][] = [
  ['without a reference', { reference: '' }, /payment number 1: reference must be a text/],
  ['of nothing', { sumMinor: 0 }, /sumMinor must be a whole number from 1/],
  ['of part of an ore', { sumMinor: 0.5 }, /sumMinor must be a whole number/],
  ['that ends before it begins', { to: '2026-06-01T09:00:00+02:00' }, /to must be no earlier than from/],
  ['on a day that no calendar has', { from: '2026-02-30T10:00:00+01:00' }, /from must be a time such as/],
  ['for no plate', { plate: '--' }, /plate must be a plate/],
  ['in no currency', { currency: 'kr' }, /currency must be an ISO 4217 code/],
];
for (const [what, changes, message] of refusals) {
  test(`a payment ${what} is refused, with a message that names the place`, () => {
    assert.throws(() => parsePayment({ ...line, ...changes }, 0), message);
  });
}
