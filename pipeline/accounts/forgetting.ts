import type { Account, AccountDetails } from '../records/records.ts';
import { ERASED } from './account-changes.ts';

/**
 * What the service needs no longer of an account goes, long after it is over: so long that no visit that can still be
 * priced again lies there.
 */

/**
 * The account without vehicles that it let go of before then (UTC ms), without statuses that others had replaced by
 * then, and, if its holder was erased by then, without the card. The very same when there is none of it.
 */
export function withoutPast(account: Account, before: number): Account {
  const bindings = account.bindings.filter(({ until }) => until === null || until > before);
  const inForce = account.statuses.findLastIndex(({ from }) => from <= before);
  const statuses = inForce > 0 ? account.statuses.slice(inForce) : account.statuses;
  const wasErased = inForce >= 0 && account.statuses[inForce]!.reason === ERASED;
  const card = wasErased ? null : account.card;
  const isSame = bindings.length === account.bindings.length
    && statuses.length === account.statuses.length
    && card === account.card;
  return isSame ? account : { ...account, version: account.version + 1, bindings, statuses, card };
}

/**
 * Whether nobody has used the account since then (UTC ms): inactive all the time until `now`, nothing changed, not
 * logged in. One that is blocked owes something and is none of these.
 */
export function isDormant(account: Account, details: AccountDetails, before: number, now: number): boolean {
  const sinceThen = account.statuses.filter(({ from }, i) =>
    from <= now && (account.statuses[i + 1]?.from ?? Infinity) > before);
  return account.changedAt <= before && details.createdAt <= before
    && sinceThen.length > 0 && sinceThen.every(({ status, from }) => status === 'inactive' && from <= before)
    && details.sessions.every(({ expiresAt }) => expiresAt <= before);
}
