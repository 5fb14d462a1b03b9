import type { Account, AccountDetails } from '../records/records.ts';
import {
  blocked, erased, isErased, newAccount, PAYMENT_TROUBLE, switched,
  unblocked, withCard, withoutCard, withVehicles, type VerifiedCard,
} from './account-changes.ts';
import type { Vehicle } from './account-rules.ts';
import type { Directory, DirectoryChange } from './directory.ts';
import { isDormant, withoutPast } from './forgetting.ts';
import { RefusedError } from './refused.ts';
import { refreshed, withoutSession, withSession, type RefreshToken } from './session-rules.ts';

/**
 * What can be asked of the one writer of the accounts: pure, over all accounts as they are when its turn comes. It may
 * be run again, over what is there then, when a commit failed.
 * @throws {RefusedError} nothing changes
 */
export type Command<T> = (
  directory: Directory, now: number,
) => { readonly change: DirectoryChange; readonly result: T };

export interface Holder {
  readonly name: string;
  /** Lower-case. */
  readonly email: string;
  /** E.164. */
  readonly phone: string;
  readonly passwordHash: string;
}

/** A new account. Which of e-mail address and vehicle is taken is not told: whoever asks may not be the holder. */
export function createAccount(accountId: string, holder: Holder, vehicles: readonly Vehicle[]): Command<void> {
  return (directory, now) => {
    const account = newAccount(accountId, vehicles, now);
    const isTaken = directory.accountOf(holder.email) !== undefined
      || vehicles.some((vehicle) => holderOf(directory, vehicle, now) !== undefined);
    if (isTaken) {
      const message = 'This e-mail address, or one of these vehicles, is on an account already: log in to it instead.';
      throw new RefusedError(message, 'taken');
    }
    const details = { accountId, version: 1, ...holder, createdAt: now, sessions: [], cardRegistration: null };
    return {
      change: { accounts: new Map([[accountId, account]]), details: detailsChange(details) },
      result: undefined,
    };
  };
}

/** What a driver may change of their own account; absent: as it is. */
export interface AccountWishes {
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly vehicles?: readonly Vehicle[];
  /** The switch that turns the account on and off. */
  readonly switchedOn?: boolean;
}

export function changeAccount(accountId: string, wishes: AccountWishes, zone: string): Command<void> {
  return (directory, now) => {
    const details = detailsOf(directory, accountId);
    let account = accountIn(directory, accountId);
    const { vehicles, switchedOn, name = details.name, email = details.email, phone = details.phone } = wishes;
    if (vehicles !== undefined) {
      refuseTaken(directory, vehicles, accountId, now);
      account = withVehicles(account, vehicles, now);
    }
    if (switchedOn !== undefined) account = switched(account, switchedOn, now, zone);
    refuseEndless(account);
    if (email !== details.email && directory.accountOf(email) !== undefined) {
      throw new RefusedError('This e-mail address can not be used.', 'email-taken');
    }
    const isSame = name === details.name && email === details.email && phone === details.phone;
    const change: DirectoryChange = {
      accounts: account.version === accountIn(directory, accountId).version
        ? new Map()
        : new Map([[accountId, account]]),
      details: isSame ? new Map() : detailsChange({ ...details, version: details.version + 1, name, email, phone }),
    };
    return { change, result: undefined };
  };
}

/** Sets the password and ends every session but this one: whoever else knew the old password is out. */
export function changePassword(accountId: string, passwordHash: string, sessionId: string): Command<void> {
  return (directory) => {
    const details = detailsOf(directory, accountId);
    const sessions = details.sessions.filter((session) => session.sessionId === sessionId);
    const changed = { ...details, version: details.version + 1, passwordHash, sessions };
    return { change: { details: detailsChange(changed) }, result: undefined };
  };
}

/** @param passwordHash the one that was found right: a login does not outlive a change of password in between */
export function beginSession(token: RefreshToken, passwordHash: string): Command<void> {
  return (directory, now) => {
    const details = directory.details(token.accountId);
    if (details?.passwordHash !== passwordHash) throw wrongCredentials();
    return { change: { details: detailsChange(withSession(details, token, now)) }, result: undefined };
  };
}

/** Answers whether the session goes on, with `next` as its refresh token. */
export function refreshSession(shown: RefreshToken, next: RefreshToken): Command<boolean> {
  return (directory, now) => {
    const details = directory.details(shown.accountId);
    const outcome = details === undefined ? null : refreshed(details, shown, next, now);
    if (outcome === null) return { change: {}, result: false };
    return { change: { details: detailsChange(outcome.details) }, result: outcome.goesOn };
  };
}

export function endSession(accountId: string, sessionId: string): Command<void> {
  return (directory) => {
    const details = withoutSession(detailsOf(directory, accountId), sessionId);
    return { change: { details: detailsChange(details) }, result: undefined };
  };
}

/** Notes which Verify at the gateway is this account's. */
export function beginCardRegistration(accountId: string, reference: string, orderId: string): Command<void> {
  return (directory, now) => {
    const details = detailsOf(directory, accountId);
    const changed = {
      ...details,
      version: details.version + 1,
      cardRegistration: { reference, orderId, startedAt: now },
    };
    return { change: { details: detailsChange(changed) }, result: undefined };
  };
}

/** Takes over the card of a Verify that the gateway says is complete. Once: the same again changes nothing. */
export function completeCardRegistration(
  accountId: string, orderId: string, card: VerifiedCard, zone: string,
): Command<void> {
  return (directory, now) => {
    const details = detailsOf(directory, accountId);
    if (details.cardRegistration?.orderId !== orderId) return { change: {}, result: undefined };
    const account = withCard(accountIn(directory, accountId), card, now, zone);
    refuseEndless(account);
    return {
      change: {
        accounts: new Map([[accountId, account]]),
        details: detailsChange({ ...details, version: details.version + 1, cardRegistration: null }),
      },
      result: undefined,
    };
  };
}

export function removeCard(accountId: string, zone: string): Command<void> {
  return accountCommand(accountId, (account, now) => withoutCard(account, now, zone));
}

/** @param reason `payment_trouble`, or the words of who blocks it */
export function blockAccount(accountId: string, reason: string, zone: string): Command<void> {
  return accountCommand(accountId, (account, now) => blocked(account, reason, now, zone));
}

export function unblockAccount(accountId: string, zone: string): Command<void> {
  return accountCommand(accountId, (account, now) => unblocked(account, now, zone));
}

/** After payment trouble. A block by staff stays as it is. */
export function blockForTrouble(accountId: string, zone: string): Command<void> {
  return accountCommand(accountId, (account, now) =>
    account.blockedFor === '' ? blocked(account, PAYMENT_TROUBLE, now, zone) : account);
}

/** The debt is settled: lifts that block, and none by staff. */
export function unblockAfterTrouble(accountId: string, zone: string): Command<void> {
  return accountCommand(accountId, (account, now) =>
    account.blockedFor === PAYMENT_TROUBLE ? unblocked(account, now, zone) : account);
}

/**
 * Erases the holder; the account itself stays, bound to nothing, for what is pending. Who is erased already stays so.
 */
export function eraseHolder(accountId: string): Command<void> {
  return (directory, now) => {
    const account = accountIn(directory, accountId);
    if (isErased(account) && directory.details(accountId) === undefined) return { change: {}, result: undefined };
    const change = { accounts: new Map([[accountId, erased(account, now)]]), details: new Map([[accountId, null]]) };
    return { change, result: undefined };
  };
}

/**
 * Erases the holder if nobody has used the account since then (UTC ms): they may have come back
 * after the word was given.
 */
export function eraseDormant(accountId: string, before: number): Command<void> {
  return (directory, now) => {
    const details = directory.details(accountId);
    const isOver = details !== undefined && isDormant(accountIn(directory, accountId), details, before, now);
    return isOver ? eraseHolder(accountId)(directory, now) : { change: {}, result: undefined };
  };
}

/** Forgets what was over before then (UTC ms), see `withoutPast`. */
export function forgetPast(accountId: string, before: number): Command<void> {
  return accountCommand(accountId, (account) => withoutPast(account, before));
}

/** One answer to an unknown e-mail address and to a wrong password. */
export function wrongCredentials(): RefusedError {
  return new RefusedError('The e-mail address or the password is not right.', 'bad-credentials');
}

function accountCommand(accountId: string, changed: (account: Account, now: number) => Account): Command<void> {
  return (directory, now) => {
    const present = accountIn(directory, accountId);
    const account = changed(present, now);
    return { change: account === present ? {} : { accounts: new Map([[accountId, account]]) }, result: undefined };
  };
}

function refuseTaken(directory: Directory, vehicles: readonly Vehicle[], accountId: string, now: number): void {
  const isTaken = vehicles.some((vehicle) => (holderOf(directory, vehicle, now) ?? accountId) !== accountId);
  if (isTaken) throw new RefusedError('One of these vehicles is on another account.', 'vehicle-taken');
}

/**
 * Vehicles and statuses that an account keeps for the past, at most, by its holder's own doing. All accounts have one
 * writer, which could never write a record again that had grown too large for its topic.
 */
export const HISTORY_MAX = 2_000;

function refuseEndless({ bindings, statuses }: Account): void {
  if (bindings.length + statuses.length <= HISTORY_MAX) return;
  throw new RefusedError(
    'This account was changed too often: what it was is kept for 400 days, and there is no more room.',
    'changed-too-often',
  );
}

/** The account that the vehicle is bound to now or will be. */
function holderOf(directory: Directory, { country, plate }: Vehicle, now: number): string | undefined {
  return directory.accountsOf({ country, plate }).find((accountId) =>
    directory.account(accountId)!.bindings.some((binding) =>
      binding.plate === plate && binding.country === country && (binding.until === null || binding.until > now)));
}

function accountIn(directory: Directory, accountId: string): Account {
  const account = directory.account(accountId);
  if (account === undefined) throw new RefusedError('There is no such account.', 'unknown-account');
  return account;
}

function detailsOf(directory: Directory, accountId: string): AccountDetails {
  const details = directory.details(accountId);
  if (details === undefined) throw new RefusedError('There is no such account.', 'unknown-account');
  return details;
}

function detailsChange(details: AccountDetails): ReadonlyMap<string, AccountDetails> {
  return new Map([[details.accountId, details]]);
}
