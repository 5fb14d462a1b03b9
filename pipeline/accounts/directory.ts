import type { Account, AccountDetails } from '../records/records.ts';
import { emptyAccountIndex, putAccount, vehicleKey, type Vehicle } from './account-rules.ts';

/** All accounts, as their rules ask for them. */
export interface Directory {
  account(accountId: string): Account | undefined;
  details(accountId: string): AccountDetails | undefined;
  /** Accounts that the vehicle is or ever was bound to. */
  accountsOf(vehicle: Vehicle): readonly string[];
  /** The account with this e-mail address (lower-case). */
  accountOf(email: string): string | undefined;
}

/** What one command changes; null: it goes. */
export interface DirectoryChange {
  readonly accounts?: ReadonlyMap<string, Account>;
  readonly details?: ReadonlyMap<string, AccountDetails | null>;
}

export interface KeptDirectory extends Directory {
  putAccount(accountId: string, account: Account | undefined): void;
  putDetails(accountId: string, details: AccountDetails | undefined): void;
}

/** A directory kept from the newest record of each key. */
export function newDirectory(): KeptDirectory {
  const index = emptyAccountIndex();
  const details = new Map<string, AccountDetails>();
  const byEmail = new Map<string, string>();
  return {
    account: (accountId) => index.accounts.get(accountId),
    details: (accountId) => details.get(accountId),
    accountsOf: (vehicle) => [...(index.byVehicle.get(vehicleKey(vehicle)) ?? [])],
    accountOf: (email) => byEmail.get(email),
    putAccount: (accountId, account) => putAccount(index, accountId, account),
    putDetails(accountId, newest) {
      const former = details.get(accountId);
      if (former !== undefined && byEmail.get(former.email) === accountId) byEmail.delete(former.email);
      details.delete(accountId);
      if (newest === undefined) return;
      details.set(accountId, newest);
      byEmail.set(newest.email, accountId);
    },
  };
}

/** A directory as it will be once what `put` was given is committed; the one below does not change. */
export interface PendingDirectory extends Directory {
  put(change: DirectoryChange): void;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly changedDetails: ReadonlyMap<string, AccountDetails | null>;
}

export function pendingOver(base: Directory): PendingDirectory {
  const accounts = new Map<string, Account>();
  const changedDetails = new Map<string, AccountDetails | null>();
  const details = (accountId: string): AccountDetails | undefined =>
    changedDetails.has(accountId) ? changedDetails.get(accountId) ?? undefined : base.details(accountId);
  return {
    accounts,
    changedDetails,
    account: (accountId) => accounts.get(accountId) ?? base.account(accountId),
    details,
    accountsOf(vehicle) {
      const key = vehicleKey(vehicle);
      const here = [...accounts.values()].filter(({ bindings }) =>
        bindings.some((binding) => vehicleKey(binding) === key));
      return [...new Set([...base.accountsOf(vehicle), ...here.map(({ accountId }) => accountId)])];
    },
    accountOf(email) {
      for (const [accountId, changed] of changedDetails) if (changed?.email === email) return accountId;
      const below = base.accountOf(email);
      return below !== undefined && details(below)?.email === email ? below : undefined;
    },
    put(change) {
      for (const [accountId, account] of change.accounts ?? []) accounts.set(accountId, account);
      for (const [accountId, newest] of change.details ?? []) changedDetails.set(accountId, newest);
    },
  };
}
