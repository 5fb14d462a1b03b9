import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH_BYTES_MAX } from '../engine/record-block.ts';
import { openCodec } from '../records/codec.ts';
import type { AccountDetails } from '../records/records.ts';
import { newAccount, withCard } from './account-changes.ts';
import {
  blockAccount, changeAccount, completeCardRegistration, HISTORY_MAX, removeCard, type Command,
} from './commands.ts';
import { newDirectory } from './directory.ts';
import type { RefusedError } from './refused.ts';

const ZONE = 'Europe/Oslo';
const START = Date.parse('2026-01-01T00:00:00Z');
const card = { token: 't', maskedNumber: '************1111', brand: 'Visa', expiryMonth: '2030-12' };
const details: AccountDetails = {
  accountId: 'a', version: 1, name: 'n', email: 'n@example.org', phone: '+4791234567', passwordHash: 'h',
  createdAt: START, sessions: [], cardRegistration: null,
};
const longPlate = (number: number) => ({ country: 'NO', plate: `WWWWWWWW${String(number).padStart(8, '0')}` });
const isTooOften = (error: unknown): boolean => (error as RefusedError).refusal === 'changed-too-often';

test('a driver who changes vehicles, switch and card without end is refused, long before the account is too large to be written', () => {
  const codec = openCodec('Account', { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) });
  const directory = newDirectory();
  let now = START;
  const run = (command: Command<void>): void => {
    now += 1_000;
    for (const [accountId, account] of command(directory, now).change.accounts ?? []) {
      directory.putAccount(accountId, account);
    }
  };
  const past = Array.from({ length: HISTORY_MAX - 20 }, (_, number) =>
    ({ ...longPlate(number), from: START, until: START + 1 }));
  const account = withCard(newAccount('a', [], START), card, START, ZONE);
  directory.putAccount('a', { ...account, bindings: past });
  directory.putDetails('a', details);
  assert.throws(() => {
    for (let change = 0; change < 100; change++) {
      run(changeAccount('a', { vehicles: [longPlate(change)], switchedOn: change % 2 === 0 }, ZONE));
    }
  }, isTooOften);
  directory.putDetails('a', { ...details, cardRegistration: { reference: 'r', orderId: 'o', startedAt: now } });
  assert.throws(() => {
    for (let change = 0; change < 100; change++) {
      run(change % 2 === 0 ? completeCardRegistration('a', 'o', card, ZONE) : removeCard('a', ZONE));
    }
  }, isTooOften);
  assert.ok(codec.encode(directory.account('a')!).length < BATCH_BYTES_MAX / 4);
  run(blockAccount('a', 'what staff and charges say counts all the same', ZONE));
  assert.equal(directory.account('a')!.statuses.at(-1)!.status, 'blocked');
});
