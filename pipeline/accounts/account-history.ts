import { ConfigurationError } from '../configuration/json-fields.ts';
import type { Account } from '../records/records.ts';
import type { AccountEntry, StatusEntry, VehicleEntry } from './accounts-file.ts';
import { inForce, vehicleKey, VEHICLES_MAX } from './account-rules.ts';

type Binding = Account['bindings'][number];
type Status = Account['statuses'][number];

/**
 * From the accounts as they are and the accounts as a file wants them to those that change, each one version on.
 * History is never rewritten, so that pricing the same visits again gives the same accounts: what is taken away
 * ends `now`, what comes to an existing account begins `now` or later. A new account's vehicles are bound from the
 * beginning of time, unless they were on another account before.
 * @throws {ConfigurationError} back-dated, more than three vehicles at a time, or a vehicle on two accounts
 */
export function planAccounts(
  current: ReadonlyMap<string, Account>,
  entries: readonly AccountEntry[],
  now: number,
): Map<string, Account> {
  const boundBefore = new Set<string>();
  for (const { bindings } of current.values()) for (const binding of bindings) boundBefore.add(vehicleKey(binding));
  const changed = new Map<string, Account>();
  for (const entry of entries) {
    const present = current.get(entry.accountId);
    const account: Account = {
      ...(present ?? WITHOUT_CARD),
      accountId: entry.accountId,
      version: (present?.version ?? 0) + 1,
      changedAt: Math.max(now, present?.changedAt ?? 0),
      bindings: present ? changeBindings(entry, present.bindings, now) : firstBindings(entry, boundBefore, now),
      statuses: present ? changeStatuses(entry, present.statuses, now) : firstStatuses(entry),
      card: cardOf(entry, present?.card ?? null, now),
    };
    if (present === undefined || !sameHistory(account, present)) changed.set(account.accountId, account);
  }
  for (const account of changed.values()) refuseTooMany(account);
  refuseSharedVehicles(current, changed);
  return changed;
}

/** A card that does not differ keeps its from-time. */
function cardOf({ card }: AccountEntry, present: Account['card'], now: number): Account['card'] {
  if (card === null) return present;
  const isSame = present !== null && card.token === present.token && card.expiryMonth === present.expiryMonth;
  return isSame ? present : { ...card, from: now };
}

const WITHOUT_CARD = { switchedOff: false, blockedFor: '', card: null };

function firstBindings(entry: AccountEntry, boundBefore: ReadonlySet<string>, now: number): Binding[] {
  return entry.vehicles
    .map((vehicle) => bind(vehicle, vehicle.from ?? (boundBefore.has(vehicleKey(vehicle)) ? now : 0)))
    .sort(byBegin);
}

function changeBindings(entry: AccountEntry, present: readonly Binding[], now: number): Binding[] {
  const kept = new Map<Binding, Binding>();
  const added: Binding[] = [];
  entry.vehicles.forEach((vehicle, index) => {
    const where = `account '${entry.accountId}', vehicles[${index}]`;
    const known = findBinding(vehicle, present.filter((binding) => !kept.has(binding)), now);
    if (known !== undefined) {
      kept.set(known, changeEnd(known, vehicle.until, now, where));
    } else if (vehicle.from !== null && vehicle.from < now) {
      throw new ConfigurationError(`${where}: from is past; leave it out to bind the vehicle from now on`);
    } else {
      added.push(bind(vehicle, vehicle.from ?? now));
    }
  });
  const before = present.map((binding) => kept.get(binding) ?? endNow(binding, now));
  // What ended before it began was never in force.
  return [...before, ...added].filter(({ from, until }) => until === null || until > from).sort(byBegin);
}

/** The binding that an entry speaks of: the one that began then, else the one not ended, else the one with its end. */
function findBinding(vehicle: VehicleEntry, present: readonly Binding[], now: number): Binding | undefined {
  const own = present.filter((binding) => vehicleKey(binding) === vehicleKey(vehicle));
  if (vehicle.from !== null) return own.find(({ from }) => from === vehicle.from);
  return own.find(({ until }) => until === null || until > now)
    ?? own.find(({ until }) => vehicle.until !== null && until === vehicle.until);
}

function changeEnd(binding: Binding, until: number | null, now: number, where: string): Binding {
  if (binding.until === until) return binding;
  if (binding.until !== null && binding.until <= now) {
    throw new ConfigurationError(`${where}: until can't be changed any more; leave from and until out to bind it anew`);
  }
  if (until !== null && until < now) throw new ConfigurationError(`${where}: until is past; it may be now or later`);
  return { ...binding, until };
}

function endNow(binding: Binding, now: number): Binding {
  const ended = binding.until !== null && binding.until <= now;
  return ended ? binding : { ...binding, until: Math.max(now, binding.from) };
}

function bind({ country, plate, until }: VehicleEntry, from: number): Binding {
  return { country, plate, from, until };
}

function byBegin(one: Binding, other: Binding): number {
  return one.from - other.from || (vehicleKey(one) < vehicleKey(other) ? -1 : 1);
}

function firstStatuses({ statuses }: AccountEntry): Status[] {
  if (statuses === null) return [{ status: 'active', from: 0, reason: '' }];
  return statuses
    .map(({ status, from }) => ({ status, from: from ?? 0, reason: '' }))
    .sort((one, other) => one.from - other.from);
}

function changeStatuses({ accountId, statuses }: AccountEntry, present: readonly Status[], now: number): Status[] {
  if (statuses === null) return [...present];
  const past = present.filter(({ from }) => from <= now);
  const latest = past.at(-1)?.status;
  const coming = statuses
    .filter((wanted) => !(wanted.from === null ? wanted.status === latest : isKnown(wanted, past)))
    .map(({ status, from }, index) => {
      if (from !== null && from < now) {
        throw new ConfigurationError(`account '${accountId}', statuses[${index}]: from is past; leave it out for now`);
      }
      return { status, from: from ?? now, reason: '' };
    });
  return [...past, ...coming.sort((one, other) => one.from - other.from)];
}

function isKnown(wanted: StatusEntry, statuses: readonly Status[]): boolean {
  return statuses.some(({ status, from }) => status === wanted.status && from === wanted.from);
}

function sameHistory(one: Account, other: Account): boolean {
  const bindings = (account: Account): unknown => account.bindings.map((b) => [b.country, b.plate, b.from, b.until]);
  const statuses = (account: Account): unknown => account.statuses.map(({ status, from }) => [status, from]);
  const history = (account: Account): string => JSON.stringify([bindings(account), statuses(account)]);
  return one.card === other.card && history(one) === history(other);
}

function refuseTooMany({ accountId, bindings }: Account): void {
  for (const { from } of bindings) {
    const count = bindings.filter((binding) => inForce(binding, from)).length;
    if (count > VEHICLES_MAX) {
      throw new ConfigurationError(
        `account '${accountId}' has ${count} vehicles at a time; it may have ${VEHICLES_MAX}`,
      );
    }
  }
}

/** Looks at every vehicle of every account: what is wrong may be between a changed and an unchanged one. */
function refuseSharedVehicles(current: ReadonlyMap<string, Account>, changed: ReadonlyMap<string, Account>): void {
  const claims = new Map<string, { accountId: string; binding: Binding }[]>();
  for (const { accountId, bindings } of new Map([...current, ...changed]).values()) {
    for (const binding of bindings) {
      const others = claims.get(vehicleKey(binding)) ?? [];
      const rival = others.find((other) => overlap(other.binding, binding));
      if (rival !== undefined) {
        throw new ConfigurationError(
          rival.accountId === accountId
            ? `account '${accountId}' names a vehicle twice for the same time`
            : `accounts '${rival.accountId}' and '${accountId}' name the same vehicle for the same time; `
              + 'it may be on one only',
        );
      }
      claims.set(vehicleKey(binding), [...others, { accountId, binding }]);
    }
  }
}

function overlap(one: Binding, other: Binding): boolean {
  return one.from < (other.until ?? Infinity) && other.from < (one.until ?? Infinity);
}
