import { randomUUID } from 'node:crypto';
import { topics } from '../../topics/topics.ts';
import { isDormant, withoutPast } from '../accounts/forgetting.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Account, AccountDetails, Control } from '../records/records.ts';
import { cutoffs } from './retention.ts';

/** What the one writer of the accounts is told; it looks itself whether that still holds. */
type AccountWord = Pick<Control, 'type' | 'subject' | 'to' | 'reason'>;

export interface AccountsLog {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly logger: Logger;
}

/**
 * Has the accounts forget what is past its time: holders of dormant accounts, and of the others what is over. Done
 * again it says again what is not done yet, which changes nothing twice.
 * @returns accounts that are told so
 */
export async function forgetPastOfAccounts(
  at: AccountsLog, now: number,
): Promise<{ holders: number; accounts: number }> {
  const { log, ids, logger } = at;
  const accounts = await openGlobalTable({
    log,
    topic: topics.accounts.name,
    codec: openCodec('Account', ids),
    logger,
  });
  const details = await openGlobalTable({
    log,
    topic: topics.accountDetails.name,
    codec: openCodec('AccountDetails', ids),
    logger,
  });
  try {
    const words = wordsFor(accounts.entries(), (accountId) => details.get(accountId), now);
    await tellAccounts(at, words, 'privacy', now);
    const holders = words.filter(({ type }) => type === 'erase_dormant').length;
    return { holders, accounts: words.length - holders };
  } finally {
    await Promise.all([accounts.close(), details.close()]);
  }
}

/** One word at most for an account: who is erased is looked at again when that is past. */
export function wordsFor(
  accounts: Iterable<[string, Account]>, detailsOf: (accountId: string) => AccountDetails | undefined, now: number,
): AccountWord[] {
  const { past, dormant } = cutoffs(now);
  const words: AccountWord[] = [];
  for (const [accountId, account] of accounts) {
    const details = detailsOf(accountId);
    if (details !== undefined && isDormant(account, details, dormant, now)) {
      words.push({ type: 'erase_dormant', subject: accountId, to: dormant, reason: '' });
    } else if (withoutPast(account, past) !== account) {
      words.push({ type: 'forget', subject: accountId, to: past, reason: '' });
    }
  }
  return words;
}

/** Resolves when the brokers have the words, as control records. */
export async function tellAccounts(
  { log, ids }: Pick<AccountsLog, 'log' | 'ids'>, words: readonly AccountWord[], issuedBy: string, now: number,
): Promise<void> {
  const codec = openCodec('Control', ids);
  const records = words.map((word) => ({
    key: Buffer.from(word.subject), timestamp: now,
    value: codec.encode({ controlId: randomUUID(), version: null, issuedAt: now, issuedBy, ...word }),
  }));
  if (records.length > 0) await log.append([{ topic: topics.accountsControl.name, partition: 0, records }]);
}
