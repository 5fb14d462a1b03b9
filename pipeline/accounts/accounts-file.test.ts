import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planAccounts } from './account-history.ts';
import { parseAccounts } from './accounts-file.ts';

const card = { token: 'good-1', maskedNumber: '492500******0004', brand: 'Visa', expiryMonth: '2030-05' };
const entry = (changes: object = {}): object => ({
  accountId: 'a',
  vehicles: [{ country: 'NO', plate: 'AB12345' }],
  ...changes,
});

test('a file may name an account\'s card by its token; left out it stays as it is', () => {
  const [first] = planAccounts(new Map(), parseAccounts([entry({ card })]), 5).values();
  assert.deepEqual(first!.card, { ...card, from: 5 });
  const known = new Map([['a', first!]]);
  assert.equal(planAccounts(known, parseAccounts([entry()]), 9).size, 0);
  assert.equal(planAccounts(known, parseAccounts([entry({ card })]), 9).size, 0);
  const [changed] = planAccounts(known, parseAccounts([entry({ card: { ...card, token: 'good-2' } })]), 9).values();
  assert.deepEqual([changed!.card!.token, changed!.card!.from, changed!.version], ['good-2', 9, 2]);
});

test('a card whose month is none, or where something looks like a card number, is refused', () => {
  assert.throws(() => parseAccounts([entry({ card: { ...card, expiryMonth: '2030-13' } })]), /expiryMonth/);
  assert.throws(
    () => parseAccounts([entry({ card: { ...card, token: '4925000000000004' } })]),
    /looks like a card number/,
  );
});

test('a vehicle of a country that is none is refused: by XX an account would pay for any vehicle of that plate', () => {
  for (const country of ['XX', 'no', 'NOR']) {
    assert.throws(() => parseAccounts([entry({ vehicles: [{ country, plate: 'AB12345' }] })]), /country/);
  }
});
