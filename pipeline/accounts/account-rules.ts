import type { Account } from '../records/records.ts';

type Binding = Account['bindings'][number];

/** A vehicle is known by its country and plate. */
export interface Vehicle {
  readonly country: string;
  readonly plate: string;
}

/** An account has at most so many at a time. */
export const VEHICLES_MAX = 3;

export function vehicleKey({ country, plate }: Vehicle): string {
  return `${country} ${plate}`;
}

/** From `from` on, up to but without `until`. */
export function inForce({ from, until }: Binding, at: number): boolean {
  return from <= at && (until === null || at < until);
}

/** Whether the newest status at that time is active; none yet is not. */
export function isActive({ statuses }: Account, at: number): boolean {
  return statuses.findLast(({ from }) => from <= at)?.status === 'active';
}

/** The accounts that a vehicle is or ever was bound to; kept by `putAccount`. */
export interface AccountIndex {
  readonly accounts: Map<string, Account>;
  readonly byVehicle: Map<string, Set<string>>;
}

export function emptyAccountIndex(): AccountIndex {
  return { accounts: new Map(), byVehicle: new Map() };
}

/** Takes in the newest value of an account; undefined: it is gone. */
export function putAccount(
  { accounts, byVehicle }: AccountIndex, accountId: string, account: Account | undefined,
): void {
  for (const binding of accounts.get(accountId)?.bindings ?? []) {
    const bound = byVehicle.get(vehicleKey(binding));
    bound?.delete(accountId);
    if (bound?.size === 0) byVehicle.delete(vehicleKey(binding));
  }
  accounts.delete(accountId);
  if (account === undefined) return;
  accounts.set(accountId, account);
  for (const binding of account.bindings) {
    const key = vehicleKey(binding);
    const bound = byVehicle.get(key) ?? new Set();
    byVehicle.set(key, bound.add(accountId));
  }
}

/**
 * Which account pays: the one that the vehicle was bound to, and that was active, when it entered; if none, when it
 * left (bound while inside); else none. What happens to the account during the stay does not detach it.
 */
export function accountFor(
  index: AccountIndex,
  vehicle: Vehicle,
  enteredAt: number,
  exitedAt: number,
): Account | undefined {
  const accounts = [...(index.byVehicle.get(vehicleKey(vehicle)) ?? [])].map((id) => index.accounts.get(id)!);
  const paysAt = (at: number): Account | undefined =>
    accounts.find((account) => isActive(account, at) && account.bindings.some(
      (binding) => vehicleKey(binding) === vehicleKey(vehicle) && inForce(binding, at)));
  return paysAt(enteredAt) ?? paysAt(exitedAt);
}
