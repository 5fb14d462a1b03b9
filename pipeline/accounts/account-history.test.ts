import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../records/records.ts';
import { planAccounts } from './account-history.ts';
import { parseAccounts } from './accounts-file.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const LATER = NOW + 3_600_000;
const one = { country: 'NO', plate: 'AA10001' };
const two = { country: 'NO', plate: 'AA10002' };

const active = { status: 'active', from: 0, reason: '' };
const withoutCard = { switchedOff: false, blockedFor: '', card: null };

/** Applies files one after another, an hour apart, and answers the accounts. */
function applied(...files: unknown[][]): Map<string, Account> {
  const accounts = new Map<string, Account>();
  files.forEach((file, index) => {
    for (const [id, account] of planAccounts(accounts, parseAccounts(file), NOW + index * 3_600_000)) {
      accounts.set(id, account);
    }
  });
  return accounts;
}

test('a new account has its vehicles from the beginning of time and is active', () => {
  assert.deepEqual(applied([{ accountId: 'a', vehicles: [one] }]).get('a'), {
    accountId: 'a', version: 1, bindings: [{ ...one, from: 0, until: null }],
    statuses: [active], changedAt: NOW, ...withoutCard,
  });
});

test('the same file again changes nothing', () => {
  const file = [{
    accountId: 'a',
    vehicles: [one, { ...two, until: '2026-06-01T12:30:00Z' }],
    statuses: [{ status: 'active' }],
  }];
  const accounts = applied(file);
  assert.deepEqual(planAccounts(accounts, parseAccounts(file), LATER), new Map());
});

test('a vehicle that is taken away ends now, one that is added begins now, and the version rises', () => {
  const accounts = applied([{ accountId: 'a', vehicles: [one] }], [{ accountId: 'a', vehicles: [two] }]);
  assert.deepEqual(accounts.get('a'), {
    accountId: 'a', version: 2,
    bindings: [{ ...one, from: 0, until: LATER }, { ...two, from: LATER, until: null }],
    statuses: [active], changedAt: LATER, ...withoutCard,
  });
});

test('a vehicle that comes back begins anew and keeps its history', () => {
  const accounts = applied(
    [{ accountId: 'a', vehicles: [one] }],
    [{ accountId: 'a', vehicles: [] }],
    [{ accountId: 'a', vehicles: [one] }],
  );
  assert.deepEqual(accounts.get('a')!.bindings, [
    { ...one, from: 0, until: LATER }, { ...one, from: LATER + 3_600_000, until: null },
  ]);
});

test('a vehicle that moves to a new account belongs to it from the move on only', () => {
  const accounts = applied(
    [{ accountId: 'a', vehicles: [one] }],
    [{ accountId: 'b', vehicles: [one] }, { accountId: 'a', vehicles: [] }],
  );
  assert.deepEqual(accounts.get('a')!.bindings, [{ ...one, from: 0, until: LATER }]);
  assert.deepEqual(accounts.get('b')!.bindings, [{ ...one, from: LATER, until: null }]);
});

test('a status without a time begins now in an existing account, and once only', () => {
  const blocked = [{ accountId: 'a', vehicles: [one], statuses: [{ status: 'blocked' }] }];
  const accounts = applied([{ accountId: 'a', vehicles: [one] }], blocked, blocked);
  assert.deepEqual(accounts.get('a')!.statuses, [active, { status: 'blocked', from: LATER, reason: '' }]);
  assert.equal(accounts.get('a')!.version, 2);
});

test('accounts that a file does not name stay as they are', () => {
  const accounts = applied([{ accountId: 'a', vehicles: [one] }], [{ accountId: 'b', vehicles: [two] }]);
  assert.equal(accounts.get('a')!.version, 1);
});

const three = { country: 'NO', plate: 'AA10003' };
const refusals: readonly [string, unknown[][], RegExp][] = [
  [
    'a vehicle on two new accounts', [[{ accountId: 'a', vehicles: [one] }, { accountId: 'b', vehicles: [one] }]],
    /accounts 'a' and 'b' name the same vehicle/,
  ],
  [
    'a vehicle that another account has',
    [[{ accountId: 'a', vehicles: [one] }], [{ accountId: 'b', vehicles: [one] }]],
    /accounts 'a' and 'b' name the same vehicle/,
  ],
  ['a vehicle twice in an account', [[{ accountId: 'a', vehicles: [one, one] }]], /account 'a' names a vehicle twice/],
  [
    'a fourth vehicle', [[{ accountId: 'a', vehicles: [one, two, three, { country: 'SE', plate: 'AA10001' }] }]],
    /account 'a' has 4 vehicles at a time; it may have 3/,
  ],
  [
    'a vehicle added to the past',
    [[{ accountId: 'a', vehicles: [] }], [{ accountId: 'a', vehicles: [{ ...one, from: '2026-01-01T00:00:00Z' }] }]],
    /account 'a', vehicles\[0\]: from is past/,
  ],
  ['a vehicle ended in the past', [[{ accountId: 'a', vehicles: [one] }], [{ accountId: 'a', vehicles: [{ ...one, until: '2026-01-01T00:00:00Z' }] }]], /vehicles\[0\]: until is past/],
  ['a status in the past', [[{ accountId: 'a', vehicles: [] }], [{ accountId: 'a', vehicles: [], statuses: [{ status: 'blocked', from: '2026-01-01T00:00:00Z' }] }]], /statuses\[0\]: from is past/],
  [
    'an account that stands there twice',
    [[{ accountId: 'a', vehicles: [] }, { accountId: 'a', vehicles: [] }]], /account 'a' stands there twice/,
  ],
  [
    'a plate that looks like a card number',
    [[{ accountId: 'a', vehicles: [{ country: 'NO', plate: '4111111111111111' }] }]],
    /^account 'a', vehicles\[0\]: plate must be a plate, not what looks like a card number$/,
  ],
  [
    'an account named like a card number', [[{ accountId: '4111 1111 1111 1111', vehicles: [] }]],
    /^account number 1: accountId looks like a card number$/,
  ],
  [
    'a plate with separators', [[{ accountId: 'a', vehicles: [{ country: 'NO', plate: 'AA 10001' }] }]],
    /vehicles\[0\]: plate must be upper-case letters and digits without separators/,
  ],
];
for (const [what, files, message] of refusals) {
  test(`${what} is refused by a message without the plate`, () => {
    assert.throws(() => applied(...files), (error: Error) =>
      message.test(error.message) && !error.message.includes('1000'));
  });
}
