import { addDays, instantOn } from '../pricing/calendar.ts';
import type { Account, AccountCard } from '../records/records.ts';
import { vehicleKey, VEHICLES_MAX, type Vehicle } from './account-rules.ts';
import { RefusedError } from './refused.ts';

/**
 * What may become of an account at its holder's, its staff's or a charge's word. Each change begins `now` (UTC ms), or
 * when the former change was made if the clock has gone back since: nothing is ever back-dated, so that pricing the
 * same visits again finds the same payers. A status is worked out from three facts: blocked, switched off, card.
 */

export const PAYMENT_TROUBLE = 'payment_trouble';

/** Why an account is inactive for good. */
export const ERASED = 'erased';

/** A card as the gateway tells of it. */
export type VerifiedCard = Omit<AccountCard, 'from'>;

/** An account that begins now: inactive until it has a card. */
export function newAccount(accountId: string, vehicles: readonly Vehicle[], now: number): Account {
  refuseVehicles(vehicles);
  return {
    accountId,
    version: 1,
    bindings: vehicles.map(({ country, plate }) => ({ country, plate, from: now, until: null })),
    statuses: [{ status: 'inactive', from: now, reason: 'no_card' }],
    changedAt: now,
    switchedOff: false,
    blockedFor: '',
    card: null,
  };
}

/** The account with exactly these vehicles from now on: others end, new ones begin, those it has already stay. */
export function withVehicles(account: Account, vehicles: readonly Vehicle[], now: number): Account {
  refuseVehicles(vehicles);
  const at = timeOfChange(account, now);
  const wanted = new Set(vehicles.map(vehicleKey));
  const kept = new Set<string>();
  const before = account.bindings.flatMap((binding) => {
    const goesOn = binding.until === null || binding.until > at;
    if (!goesOn) return [binding];
    if (wanted.has(vehicleKey(binding)) && binding.from <= at) {
      kept.add(vehicleKey(binding));
      return [{ ...binding, until: null }];
    }
    // What ends before it began was never in force.
    return binding.from < at ? [{ ...binding, until: at }] : [];
  });
  const added = vehicles.filter((vehicle) => !kept.has(vehicleKey(vehicle)));
  const bindings = [...before, ...added.map(({ country, plate }) => ({ country, plate, from: at, until: null }))];
  return { ...account, ...raised(account, at), bindings };
}

/**
 * The account with a card that was just verified, in place of the one it had. Whom payment trouble has blocked is
 * unblocked by it; a block for another reason stays.
 * @param zone IANA zone in which the card's month ends
 */
export function withCard(account: Account, card: VerifiedCard, now: number, zone: string): Account {
  const at = timeOfChange(account, now);
  const blockedFor = account.blockedFor === PAYMENT_TROUBLE ? '' : account.blockedFor;
  return restated({ ...account, card: { ...card, from: at }, blockedFor }, at, zone);
}

export function withoutCard(account: Account, now: number, zone: string): Account {
  return restated({ ...account, card: null }, timeOfChange(account, now), zone);
}

/** The driver's own switch. */
export function switched(account: Account, on: boolean, now: number, zone: string): Account {
  return restated({ ...account, switchedOff: !on }, timeOfChange(account, now), zone);
}

/** @param reason `payment_trouble`, or the words of who blocks it; not empty */
export function blocked(account: Account, reason: string, now: number, zone: string): Account {
  return restated({ ...account, blockedFor: reason }, timeOfChange(account, now), zone);
}

export function unblocked(account: Account, now: number, zone: string): Account {
  return restated({ ...account, blockedFor: '' }, timeOfChange(account, now), zone);
}

/**
 * The account after its holder is erased: no vehicle is bound any more and no new visit is registered to it. The card's
 * token stays for what is pending; it and the history go when the account's own record does.
 */
export function erased(account: Account, now: number): Account {
  const at = timeOfChange(account, now);
  const { bindings } = withVehicles(account, [], at);
  const past = account.statuses.filter(({ from }) => from <= at);
  const statuses: Account['statuses'] = [...past, { status: 'inactive', from: at, reason: ERASED }];
  return { ...account, ...raised(account, at), bindings, statuses };
}

/** Whether its holder is erased. */
export function isErased({ statuses }: Account): boolean {
  return statuses.at(-1)?.reason === ERASED;
}

/** The first instant (UTC ms) at which a card of this month (YYYY-MM) is expired: its month has ended. */
export function cardEnd(expiryMonth: string, zone: string): number {
  // 31 days after a month's first day is a day of the next month, whatever its length.
  const nextMonth = addDays(`${expiryMonth}-01`, 31).slice(0, 7);
  return instantOn(`${nextMonth}-01`, '00:00', zone);
}

/** The account with its statuses from `at` on worked out anew; former ones stand. */
function restated(account: Account, at: number, zone: string): Account {
  const past = account.statuses.filter(({ from }) => from <= at);
  const coming = statusesFrom(account, at, zone);
  const latest = past.at(-1);
  const unchanged = latest?.status === coming[0]!.status && latest.reason === coming[0]!.reason;
  return { ...account, ...raised(account, at), statuses: [...past, ...(unchanged ? coming.slice(1) : coming)] };
}

function statusesFrom(account: Account, at: number, zone: string): Account['statuses'] {
  const { blockedFor, card, switchedOff } = account;
  // Whatever becomes of what was pending: by this status it is known that the card is to go.
  if (isErased(account)) return [{ status: 'inactive', from: at, reason: ERASED }];
  if (blockedFor !== '') return [{ status: 'blocked', from: at, reason: blockedFor }];
  if (switchedOff) return [{ status: 'inactive', from: at, reason: 'switched_off' }];
  if (card === null) {
    return [needsCard(account)
      ? { status: 'inactive', from: at, reason: 'no_card' }
      : { status: 'active', from: at, reason: '' }];
  }
  const end = cardEnd(card.expiryMonth, zone);
  const expired = { status: 'inactive' as const, from: Math.max(at, end), reason: 'card_expired' };
  return end <= at ? [expired] : [{ status: 'active', from: at, reason: '' }, expired];
}

/** An account out of a file that never had a card is paid for in another way. */
function needsCard({ statuses }: Account): boolean {
  return statuses.some(({ reason }) => reason === 'no_card' || reason === 'card_expired');
}

function timeOfChange({ changedAt }: Account, now: number): number {
  return Math.max(now, changedAt);
}

function raised({ version }: Account, at: number): Pick<Account, 'version' | 'changedAt'> {
  return { version: version + 1, changedAt: at };
}

function refuseVehicles(vehicles: readonly Vehicle[]): void {
  if (vehicles.length > VEHICLES_MAX) {
    throw new RefusedError(
      `An account has at most ${VEHICLES_MAX} vehicles; take one away first.`,
      'too-many-vehicles',
    );
  }
  if (new Set(vehicles.map(vehicleKey)).size < vehicles.length) {
    throw new RefusedError('A vehicle stands there twice.', 'vehicle-twice');
  }
}
