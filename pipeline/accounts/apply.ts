import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { changeTable, type ChangedTable } from '../configuration/table-change.ts';
import { FencedError, type Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Account } from '../records/records.ts';
import { planAccounts } from './account-history.ts';
import { ACCOUNTS_WRITER } from './account-writer.ts';
import type { AccountEntry } from './accounts-file.ts';
import { announceCards } from './card-announcement.ts';

export interface ApplyAccounts {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly accounts: readonly AccountEntry[];
  /** Who or what did it, for the control records. */
  readonly issuedBy: string;
  /** UTC ms: when what is added to existing accounts begins, and what is taken away ends. */
  readonly now?: number;
}

/**
 * Makes the table hold these accounts and tells pricing, and charges of their cards. Accounts that are not named stay
 * as they are; one that does not differ is not written again. It claims what the accounts process has claimed, so that
 * one of the two is fenced, reads anew what the other has written and does its part over again: a vehicle is on one
 * account only all the same.
 * @throws {ConfigurationError} see `planAccounts`
 * @throws {FencedError} others wrote again and again
 */
export async function applyAccounts(options: ApplyAccounts): Promise<ChangedTable> {
  const { log, ids, accounts, issuedBy, now = Date.now() } = options;
  const announcer = openAnnouncer(ids, issuedBy, now);
  let former: ReadonlyMap<string, Account> = new Map();
  let planned: ReadonlyMap<string, Account> = new Map();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await changeTable({
        log,
        topic: topics.accounts.name,
        transactionalId: ACCOUNTS_WRITER,
        codec: openCodec('Account', ids),
        now,
        plan(current) {
          former = current;
          return (planned = planAccounts(current, accounts, now));
        },
        announce: (_changed, version) => [
          ...announcer.toPricing('accounts', version),
          ...announceCards(ids, planned.values(), (accountId) => former.get(accountId), issuedBy, now),
        ],
      });
    } catch (error) {
      if (!(error instanceof FencedError) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/**
 * Tells charges of every card that the table holds, once more: of those too that were registered before charges were
 * told of cards. One that they know already changes nothing. It claims what the accounts process has claimed, so that
 * no older card is told after a newer one.
 * @returns accounts with a card
 * @throws {FencedError} others wrote at the same time
 */
export async function tellCards(
  { log, ids, issuedBy, now = Date.now() }: Omit<ApplyAccounts, 'accounts'>,
): Promise<number> {
  let withCard: ReadonlyMap<string, Account> = new Map();
  const { changed } = await changeTable({
    log, topic: topics.accounts.name, transactionalId: ACCOUNTS_WRITER, codec: openCodec('Account', ids), now,
    plan: (current) => (withCard = new Map([...current].filter(([, { card }]) => card !== null))),
    announce: () => announceCards(ids, withCard.values(), () => undefined, issuedBy, now),
  });
  return changed.length;
}

const ATTEMPTS_MAX = 5;
