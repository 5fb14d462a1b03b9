import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, AccountDetails } from '../records/records.ts';
import {
  blocked, erased, newAccount, PAYMENT_TROUBLE, switched, unblocked, withCard, withVehicles,
} from './account-changes.ts';
import { accountFor, emptyAccountIndex, putAccount } from './account-rules.ts';
import { eraseDormant, eraseHolder, forgetPast, type Command } from './commands.ts';
import { newDirectory } from './directory.ts';
import { isDormant, withoutPast } from './forgetting.ts';

const ZONE = 'Europe/Oslo';
const DAY = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const day = (days: number): number => START + days * DAY;
const card = { token: 't', maskedNumber: '************1111', brand: 'Visa', expiryMonth: '2026-12' };
const [first, second] = [{ country: 'NO', plate: 'AA10001' }, { country: 'NO', plate: 'AA10002' }];

const holder = (change: Partial<AccountDetails> = {}): AccountDetails => ({
  accountId: 'a', version: 1, name: 'n', email: 'n@example.org',
  phone: '+4791234567', passwordHash: 'h', createdAt: START, sessions: [],
  cardRegistration: null, ...change,
});

test('vehicles that were let go of long ago and statuses replaced long ago go, what was in force since then stays', () => {
  let account = withCard(newAccount('a', [first], day(0)), card, day(1), ZONE);
  account = withVehicles(account, [second], day(10));
  account = switched(account, false, day(20), ZONE);
  assert.equal(withoutPast(account, day(9)).bindings.length, 2);
  const later = withoutPast(account, day(15));
  assert.deepEqual(later.bindings.map(({ plate }) => plate), ['AA10002']);
  assert.deepEqual(
    later.statuses.map(({ status, from }) => [status, from]).slice(0, 2),
    [['active', day(1)], ['inactive', day(20)]],
  );
  assert.deepEqual([later.version, later.card], [account.version + 1, account.card]);
  assert.equal(withoutPast(later, day(15)), later, 'done again it changes nothing');
});

test('whoever paid for a stay since then pays for it after the forgetting too', () => {
  let account = withCard(newAccount('a', [first], day(0)), card, day(1), ZONE);
  account = switched(switched(account, false, day(5), ZONE), true, day(8), ZONE);
  account = withVehicles(account, [second], day(10));
  const payer = (of: Account, plate: string, at: number): string | undefined => {
    const index = emptyAccountIndex();
    putAccount(index, 'a', of);
    return accountFor(index, { country: 'NO', plate }, at, at + DAY / 4)?.accountId;
  };
  for (const before of [day(3), day(6), day(8), day(9)]) {
    const forgotten = withoutPast(account, before);
    for (let at = before; at < day(14); at += DAY / 2) {
      for (const { plate } of [first, second]) {
        assert.equal(payer(forgotten, plate, at), payer(account, plate, at), `${plate} at ${at}, without ${before}`);
      }
    }
  }
});

test('the card of an account whose holder is erased goes when that is long ago, and no sooner', () => {
  const account = erased(withCard(newAccount('a', [first], day(0)), card, day(1), ZONE), day(10));
  assert.notEqual(withoutPast(account, day(9)).card, null);
  const forgotten = withoutPast(account, day(10));
  assert.deepEqual(
    [forgotten.card, forgotten.bindings, forgotten.statuses],
    [null, [], [{ status: 'inactive', from: day(10), reason: 'erased' }]],
  );
});

test('an erased holder stays erased, and the card goes, though what was pending blocks the account and unblocks it when paid', () => {
  const account = erased(withCard(newAccount('a', [first], day(0)), card, day(1), ZONE), day(10));
  const owing = blocked(account, PAYMENT_TROUBLE, day(12), ZONE);
  const settled = unblocked(owing, day(20), ZONE);
  for (const after of [owing, settled]) {
    assert.deepEqual(after.statuses, account.statuses);
    assert.equal(withoutPast(after, day(30)).card, null);
  }
  assert.equal(settled.blockedFor, '');
});

test('an account is dormant when it was inactive, unchanged and not logged in to for all that time', () => {
  const unused = newAccount('a', [first], day(0));
  const dormant = (account: Account, details = holder()): boolean => isDormant(account, details, day(100), day(200));
  assert.equal(dormant(unused), true);
  const session = { sessionId: 's', refreshHash: 'r', spentHash: '', startedAt: day(50), expiresAt: day(101) };
  assert.equal(dormant(unused, holder({ sessions: [session] })), false);
  assert.equal(dormant(unused, holder({ sessions: [{ ...session, expiresAt: day(99) }] })), true);
  assert.equal(dormant(withVehicles(unused, [second], day(150))), false, 'changed since');
  const withOldCard = withCard(unused, { ...card, expiryMonth: '2026-03' }, day(1), ZONE);
  assert.equal(dormant(withOldCard), true, 'its card expired in March, before day 100');
  assert.equal(
    dormant(withCard(unused, { ...card, expiryMonth: '2026-06' }, day(1), ZONE)),
    false,
    'its card expired in that time',
  );
  assert.equal(dormant(blocked(unused, 'payment_trouble', day(2), ZONE)), false, 'it owes something');
});

test('by its word privacy erases dormant holders and forgets what is past, and the same word again changes nothing', () => {
  const directory = newDirectory();
  const run = (command: Command<void>, now: number): boolean => {
    const { change } = command(directory, now);
    for (const [accountId, account] of change.accounts ?? []) directory.putAccount(accountId, account);
    for (const [accountId, details] of change.details ?? []) directory.putDetails(accountId, details ?? undefined);
    return (change.accounts?.size ?? 0) + (change.details?.size ?? 0) > 0;
  };
  directory.putAccount('a', newAccount('a', [first], day(0)));
  directory.putDetails('a', holder());
  assert.equal(run(eraseDormant('a', day(-1)), day(200)), false, 'younger than that');
  assert.equal(run(eraseDormant('a', day(100)), day(200)), true);
  assert.equal(directory.details('a'), undefined);
  assert.deepEqual([run(eraseDormant('a', day(100)), day(200)), run(eraseHolder('a'), day(201))], [false, false]);
  assert.deepEqual(
    [
      run(forgetPast('a', day(199)), day(300)),
      run(forgetPast('a', day(250)), day(300)),
      run(forgetPast('a', day(250)), day(301)),
    ],
    [false, true, false],
  );
  assert.deepEqual(directory.account('a')!.bindings, []);
});
