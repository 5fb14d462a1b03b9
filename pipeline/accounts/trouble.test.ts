import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../records/records.ts';
import { blocked, newAccount, PAYMENT_TROUBLE } from './account-changes.ts';
import { blockForTrouble, unblockAfterTrouble, type Command } from './commands.ts';
import { newDirectory } from './directory.ts';

const ZONE = 'Europe/Oslo';

/** The account after the command; null: it changes nothing. */
function after(account: Account, command: Command<void>): Account | null {
  const directory = newDirectory();
  directory.putAccount('a', account);
  return command(directory, 10).change.accounts?.get('a') ?? null;
}

test('payment trouble blocks, and a settled debt lifts that', () => {
  const troubled = after(newAccount('a', [], 0), blockForTrouble('a', ZONE))!;
  assert.equal(troubled.blockedFor, PAYMENT_TROUBLE);
  assert.equal(after(troubled, unblockAfterTrouble('a', ZONE))!.blockedFor, '');
});

test('a block by staff is neither replaced by payment trouble nor lifted by a settled debt', () => {
  const byStaff = blocked(newAccount('a', [], 0), 'fraud', 5, ZONE);
  assert.equal(after(byStaff, blockForTrouble('a', ZONE)), null);
  assert.equal(after(byStaff, unblockAfterTrouble('a', ZONE)), null);
});
