import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../records/records.ts';
import {
  blocked, cardEnd, erased, newAccount, PAYMENT_TROUBLE, switched, unblocked, withCard, withoutCard, withVehicles,
} from './account-changes.ts';
import { isActive } from './account-rules.ts';
import { RefusedError } from './refused.ts';

const ZONE = 'Europe/Oslo';
const NOW = Date.UTC(2026, 5, 10, 12);
const HOUR = 3_600_000;
const card = { token: 't', maskedNumber: '492500******0004', brand: 'Visa', expiryMonth: '2027-03' };
const [one, two, three, four] = ['AA10001', 'AA10002', 'AA10003', 'AA10004']
  .map((plate) => ({ country: 'NO', plate })) as [Vehicle, Vehicle, Vehicle, Vehicle];
type Vehicle = { country: string; plate: string };

const withOne = newAccount('a', [one], NOW);
const active = withCard(withOne, card, NOW, ZONE);

function statusAt(account: Account, at: number): string {
  const { status, reason } = account.statuses.findLast(({ from }) => from <= at)!;
  return reason === '' ? status : `${status}: ${reason}`;
}

test('an account has up to three vehicles', () => {
  assert.equal(newAccount('a', [one, two, three], NOW).bindings.length, 3);
  assert.throws(() => newAccount('a', [one, two, three, four], NOW), RefusedError);
  assert.throws(() => withVehicles(withOne, [one, two, three, four], NOW), RefusedError);
  assert.throws(() => withVehicles(withOne, [one, one], NOW), RefusedError);
});

test('a vehicle that is taken away ends now, one that is added begins now, one that stays keeps its beginning', () => {
  const changed = withVehicles(withVehicles(withOne, [one, two], NOW + HOUR), [two, three], NOW + 2 * HOUR);
  assert.deepEqual(changed.bindings, [
    { ...one, from: NOW, until: NOW + 2 * HOUR },
    { ...two, from: NOW + HOUR, until: null },
    { ...three, from: NOW + 2 * HOUR, until: null },
  ]);
  assert.equal(changed.version, 3);
});

test('a new account is inactive until it has a card', () => {
  assert.equal(statusAt(withOne, NOW), 'inactive: no_card');
  assert.equal(statusAt(active, NOW), 'active');
});

test('a card expires at the end of its month, by the clock of the service, and the account is inactive from then on', () => {
  const end = Date.UTC(2027, 2, 31, 22);
  assert.equal(cardEnd('2027-03', ZONE), end);
  assert.equal(cardEnd('2027-12', ZONE), Date.UTC(2027, 11, 31, 23));
  assert.equal(isActive(active, end - 1), true);
  assert.equal(statusAt(active, end), 'inactive: card_expired');
});

test('a card that has expired already makes no account active', () => {
  assert.equal(
    statusAt(withCard(withOne, { ...card, expiryMonth: '2026-05' }, NOW, ZONE), NOW),
    'inactive: card_expired',
  );
});

test('a new card takes the place of the old one, and moves the end', () => {
  const renewed = withCard(active, { ...card, token: 'new', expiryMonth: '2029-01' }, NOW + HOUR, ZONE);
  assert.equal(renewed.card!.token, 'new');
  assert.equal(isActive(renewed, cardEnd('2027-03', ZONE)), true);
  assert.equal(statusAt(renewed, cardEnd('2029-01', ZONE)), 'inactive: card_expired');
});

test('an account whose card is removed is inactive', () => {
  assert.equal(statusAt(withoutCard(active, NOW + HOUR, ZONE), NOW + HOUR), 'inactive: no_card');
});

test('an account that is switched off is inactive until it is switched on', () => {
  const off = switched(active, false, NOW + HOUR, ZONE);
  assert.equal(statusAt(off, NOW + HOUR), 'inactive: switched_off');
  assert.equal(statusAt(switched(off, true, NOW + 2 * HOUR, ZONE), NOW + 2 * HOUR), 'active');
});

test('an account is blocked by payment trouble, and unblocked by a new verified card', () => {
  const trouble = blocked(active, PAYMENT_TROUBLE, NOW + HOUR, ZONE);
  assert.equal(statusAt(trouble, NOW + HOUR), 'blocked: payment_trouble');
  assert.equal(statusAt(switched(trouble, true, NOW + HOUR, ZONE), NOW + HOUR), 'blocked: payment_trouble');
  assert.equal(statusAt(withCard(trouble, card, NOW + 2 * HOUR, ZONE), NOW + 2 * HOUR), 'active');
});

test('an account that staff have blocked is unblocked by staff alone', () => {
  const misused = blocked(active, 'misuse', NOW + HOUR, ZONE);
  assert.equal(statusAt(withCard(misused, card, NOW + 2 * HOUR, ZONE), NOW + 2 * HOUR), 'blocked: misuse');
  assert.equal(statusAt(unblocked(misused, NOW + 2 * HOUR, ZONE), NOW + 2 * HOUR), 'active');
});

test('an account that is switched off and blocked is still switched off when it is unblocked', () => {
  const both = blocked(switched(active, false, NOW, ZONE), 'misuse', NOW + HOUR, ZONE);
  assert.equal(statusAt(unblocked(both, NOW + 2 * HOUR, ZONE), NOW + 2 * HOUR), 'inactive: switched_off');
});

test('an account out of a file, without a card, is active again when it is unblocked', () => {
  const fromFile: Account = { ...withOne, statuses: [{ status: 'active', from: 0, reason: '' }] };
  const again = unblocked(blocked(fromFile, 'misuse', NOW, ZONE), NOW + HOUR, ZONE);
  assert.equal(statusAt(again, NOW + HOUR), 'active');
});

test('nothing is back-dated when the clock goes back', () => {
  const later = withVehicles(active, [two], NOW + HOUR);
  const backwards = switched(withVehicles(later, [three], NOW), false, NOW, ZONE);
  assert.deepEqual(backwards.bindings.map(({ from, until }) => [from, until]), [[NOW, NOW + HOUR], [NOW + HOUR, null]]);
  assert.equal(statusAt(backwards, NOW), 'active');
  assert.equal(backwards.changedAt, NOW + HOUR);
});

test('what was in force before a change stays in the history', () => {
  const history = withoutCard(switched(active, false, NOW + HOUR, ZONE), NOW + 2 * HOUR, ZONE);
  assert.equal(statusAt(history, NOW), 'active');
  assert.equal(statusAt(history, NOW + HOUR), 'inactive: switched_off');
});

test('an account whose holder is erased has no vehicle and takes no new visit', () => {
  const gone = erased(active, NOW + HOUR);
  assert.deepEqual(gone.bindings, [{ ...one, from: NOW, until: NOW + HOUR }]);
  assert.equal(statusAt(gone, NOW + HOUR), 'inactive: erased');
  assert.equal(statusAt(gone, cardEnd('2027-03', ZONE)), 'inactive: erased');
});
