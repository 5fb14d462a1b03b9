import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../records/records.ts';
import { newAccount, withCard, withoutCard } from './account-changes.ts';
import { accountFor, emptyAccountIndex, isActive, putAccount } from './account-rules.ts';

const car = { country: 'NO', plate: 'AA10001' };

type History = readonly (readonly [status: Account['statuses'][number]['status'], from: number])[];

function account(accountId: string, from: number, until: number | null, history: History = [['active', 0]]): Account {
  return {
    accountId, version: 1, bindings: [{ ...car, from, until }],
    statuses: history.map(([status, since]) => ({ status, from: since, reason: '' })),
    changedAt: 0, switchedOff: false, blockedFor: '', card: null,
  };
}

function payer(accounts: Account[], enteredAt: number, exitedAt: number, vehicle = car): string | undefined {
  const index = emptyAccountIndex();
  for (const one of accounts) putAccount(index, one.accountId, one);
  return accountFor(index, vehicle, enteredAt, exitedAt)?.accountId;
}

test('the account that has the vehicle at entry pays, even when it lets go of it during the stay', () => {
  assert.equal(payer([account('a', 0, 50), account('b', 50, null)], 10, 90), 'a');
});

test('an account that takes the vehicle on during the stay pays when nobody had it at entry', () => {
  assert.equal(payer([account('b', 50, null)], 10, 90), 'b');
});

test('nobody pays for a vehicle that is bound before or after the stay only', () => {
  assert.equal(payer([account('a', 0, 10), account('b', 91, null)], 10, 90), undefined);
});

test('an account that is switched off during the stay still pays', () => {
  assert.equal(payer([account('a', 0, null, [['active', 0], ['inactive', 50]])], 10, 90), 'a');
});

test('an account that is blocked during the stay still pays', () => {
  assert.equal(payer([account('a', 0, null, [['active', 0], ['blocked', 50]])], 10, 90), 'a');
});

test('an account whose card expires or is removed during the stay still pays', () => {
  const ZONE = 'Europe/Oslo';
  const entered = Date.UTC(2027, 2, 31, 20);
  const signedUp = newAccount('a', [car], Date.UTC(2027, 0, 1));
  const withItsCard = withCard(
    signedUp,
    { token: 't', maskedNumber: '', brand: 'Visa', expiryMonth: '2027-03' },
    Date.UTC(2027, 0, 1),
    ZONE,
  );
  const exited = entered + 12 * 3_600_000;
  assert.equal(isActive(withItsCard, exited), false);
  assert.equal(payer([withItsCard], entered, exited), 'a');
  assert.equal(payer([withoutCard(withItsCard, entered + 1, ZONE)], entered, exited), 'a');
  assert.equal(payer([withItsCard], exited, exited + 1), undefined, 'no new visit is registered to it');
});

test('no new visit is registered to an account that is inactive or blocked', () => {
  for (const status of ['inactive', 'blocked'] as const) {
    assert.equal(payer([account('a', 0, null, [['active', 0], [status, 5]])], 10, 90), undefined);
  }
});

test('an account that is blocked at entry and active at exit pays, one that is blocked throughout does not', () => {
  assert.equal(payer([account('a', 0, null, [['blocked', 0], ['active', 50]])], 10, 90), 'a');
  assert.equal(payer([account('a', 0, null, [['blocked', 0]])], 10, 90), undefined);
});

test('the same plate of another country is another vehicle', () => {
  assert.equal(payer([account('a', 0, null)], 10, 90, { ...car, country: 'SE' }), undefined);
});

test('the index follows an account that changes or goes', () => {
  const index = emptyAccountIndex();
  putAccount(index, 'a', account('a', 0, null));
  putAccount(index, 'a', account('a', 0, 5));
  assert.equal(accountFor(index, car, 10, 90), undefined);
  putAccount(index, 'a', undefined);
  assert.equal(index.byVehicle.size, 0);
});
