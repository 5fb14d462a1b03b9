import { randomFor } from '../fleet/random.ts';
import type { Slice } from './slices.ts';

/** What the holder of an account does, in the order of time. */
export type AccountEvent = { readonly at: number; readonly accountId: string } & (
  | { readonly what: 'create'; readonly vehicles: readonly number[] }
  | { readonly what: 'vehicles'; readonly vehicles: readonly number[] }
  | { readonly what: 'card'; readonly token: string; readonly expiryMonth: string }
  | { readonly what: 'card_removed' | 'switched_off' | 'switched_on' });

/** From a slice on a card behaves as a card of the local gateway of this kind. */
export interface CardTurn {
  readonly slice: number;
  readonly token: string;
  readonly kind: string;
}

export interface MonthAccounts {
  readonly accountIds: readonly string[];
  readonly events: readonly AccountEvent[];
  readonly cardTurns: readonly CardTurn[];
  /** Accounts whose invoices are paid, and how many days after they are issued. */
  readonly invoicesPaidAfter: ReadonlyMap<string, number>;
  /** Vehicles 0 to this number are on accounts, at first or for a while. */
  readonly vehicles: number;
  /** Of a vehicle whose payments take long: it comes on every nth day only. */
  everyNthDay(vehicle: number): number;
}

/** What befalls the accounts numbered so, of every fifty; the others have one good card. */
const FATES = [
  'poor_till_payday', 'always_poor', 'stolen_card',
  'renews_expired_card', 'lets_card_expire', 'no_card', 'removes_card',
  'slow_card', 'twice_card', 'forgetful_card', 'new_card_when_blocked',
  'switches_off_and_on', 'gives_car_away', 'gets_car',
  'sells_car', 'card_gets_stolen',
] as const;
type Fate = (typeof FATES)[number];
const OF_EVERY = 50;
/**
 * Cards whose answers take seconds are few, and come seldom, or the month would take hours; in a
 * small month there is none.
 */
const SLOW_ACCOUNTS = { from: 50, to: 150 };
const FORGETFUL_ACCOUNTS = 200;

export interface AccountsOptions {
  readonly seed: string;
  readonly prefix: string;
  readonly accounts: number;
  /** Slices in which cars come. */
  readonly slices: readonly Slice[];
}

export function monthAccounts({ seed, prefix, accounts, slices }: AccountsOptions): MonthAccounts {
  const events: AccountEvent[] = [];
  const cardTurns: CardTurn[] = [];
  const seldom = new Map<number, number>();
  const begin = slices[0]!.from - 20 * DAY_MS;
  const firstMonth = slices[0]!.billingDay.slice(0, 7);
  const garage = new Map<string, number[]>();
  let vehicles = 0;
  const invoicesPaidAfter = new Map<string, number>();
  const accountIds = Array.from({ length: accounts }, (_, n) => `${prefix}-a${String(n).padStart(4, '0')}`);

  for (const [n, accountId] of accountIds.entries()) {
    const random = randomFor(seed, ACCOUNTS, n);
    const draw = random.next();
    const fate = fateOf(n);
    const isToHaveTwo = fate === 'gives_car_away' || fate === 'sells_car' || (fate === 'gets_car' && draw >= 0.87);
    const cars = isToHaveTwo ? 2 : draw < 0.6 ? 1 : draw < 0.87 ? 2 : 3;
    const own = Array.from({ length: cars }, () => vehicles++);
    garage.set(accountId, own);
    events.push({ at: begin, accountId, what: 'create', vehicles: own });
    const card = cardNow(n, fate);
    const token = `${card}-${accountId}-1`;
    const expires = fate === 'renews_expired_card' || fate === 'lets_card_expire' ? firstMonth : '2099-12';
    if (fate !== 'no_card') events.push({ at: begin + 1_000, accountId, what: 'card', token, expiryMonth: expires });
    if (card === 'slow') for (const car of own) seldom.set(car, 7);
    if (card === 'forgetful') for (const car of own) seldom.set(car, 3);
    befall(n, accountId, token, fate);
    if (random.chance(0.4)) invoicesPaidAfter.set(accountId, random.whole(3, 9));
  }
  events.sort((one, other) => one.at - other.at);
  return {
    accountIds,
    events,
    cardTurns,
    invoicesPaidAfter,
    vehicles,
    everyNthDay: (vehicle) => seldom.get(vehicle) ?? 1,
  };

  /** What happens to it in the course of the month. */
  function befall(n: number, accountId: string, token: string, fate: Fate | null): void {
    const random = randomFor(seed, FATE, n);
    const own = garage.get(accountId)!;
    /** A moment by day, that far into the month. */
    const moment = (from: number, to: number): number => {
      const slice = slices[Math.floor(random.between(from, to) * slices.length)]!;
      return slice.from + random.whole(2 * HOUR_MS, 16 * HOUR_MS);
    };
    const turn = (slice: number, kind: string): void => void cardTurns.push({ slice, token, kind });
    switch (fate) {
      case 'poor_till_payday': {
        const poor = random.whole(0, Math.floor(slices.length / 2));
        turn(poor, 'empty');
        turn(poor + random.whole(2, 5), 'good');
        return;
      }
      case 'always_poor': return turn(random.whole(0, Math.floor(slices.length / 3)), 'empty');
      case 'card_gets_stolen': return turn(Math.floor(slices.length / 2), 'stolen');
      case 'new_card_when_blocked': {
        turn(0, 'empty');
        const at = moment(0.6, 0.9);
        events.push({ at, accountId, what: 'card', token: `good-${accountId}-2`, expiryMonth: '2099-12' });
        return;
      }
      case 'renews_expired_card': {
        const expired = slices.findIndex(({ billingDay }) => billingDay > `${firstMonth}-31`);
        if (expired < 0) return;
        const at = slices[Math.min(slices.length - 1, expired + 2)]!.from + random.whole(HOUR_MS, 9 * HOUR_MS);
        events.push({ at, accountId, what: 'card', token: `good-${accountId}-2`, expiryMonth: '2099-12' });
        return;
      }
      case 'removes_card': return void events.push({ at: moment(0.3, 0.8), accountId, what: 'card_removed' });
      case 'switches_off_and_on':
        events.push({ at: moment(0.2, 0.5), accountId, what: 'switched_off' });
        events.push({ at: moment(0.6, 0.9), accountId, what: 'switched_on' });
        return;
      case 'sells_car': return void events.push({
        at: moment(0.3, 0.7),
        accountId,
        what: 'vehicles',
        vehicles: own.slice(0, 1),
      });
      case 'gets_car': {
        const giver = accountIds[n - 1]!;
        const [kept, given] = garage.get(giver)!;
        const at = moment(0.3, 0.7);
        events.push({ at, accountId: giver, what: 'vehicles', vehicles: [kept!] });
        events.push({ at: at + 60_000, accountId, what: 'vehicles', vehicles: [...own, given!] });
      }
    }
  }
}

function fateOf(n: number): Fate | null {
  return FATES[n % OF_EVERY] ?? null;
}

function cardNow(n: number, fate: Fate | null): string {
  switch (fate) {
    case 'stolen_card': return 'stolen';
    case 'slow_card': return n >= SLOW_ACCOUNTS.from && n < SLOW_ACCOUNTS.to ? 'slow' : 'good';
    case 'twice_card': return 'twice';
    case 'forgetful_card': return n < FORGETFUL_ACCOUNTS ? 'forgetful' : 'good';
    default: return 'good';
  }
}

const ACCOUNTS = 11;
const FATE = 12;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
