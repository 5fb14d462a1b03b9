import { randomFor } from './random.ts';
import type { Plate } from './plates.ts';

/** Accounts of a fleet's regular vehicles, in the form of an accounts file. */
export interface AccountEntry {
  readonly accountId: string;
  readonly vehicles: readonly { readonly country: string; readonly plate: string }[];
  readonly card: AccountCard;
}

/** A card of the local payment gateway. */
export interface AccountCard {
  readonly token: string;
  readonly maskedNumber: string;
  readonly brand: string;
  readonly expiryMonth: string;
}

/** Which account each regular vehicle is bound to; about 60 % are, one to three vehicles to an account. */
export interface AccountBook {
  accountOf(vehicle: number): string | null;
  entries(): Generator<AccountEntry>;
}

/** @param plateOf plate of each of the fleet's regular vehicles */
export function openAccountBook(
  seed: string, prefix: string, vehicles: number, plateOf: (vehicle: number) => Plate,
): AccountBook {
  // Account number of each vehicle, 0 for none.
  const accountNumbers = new Uint32Array(vehicles);
  let accounts = 0;
  for (let vehicle = 0; vehicle < vehicles; ) {
    const random = randomFor(seed, ACCOUNTS, vehicle);
    const draw = random.next();
    const household = draw < 0.7 ? 1 : draw < 0.9 ? 2 : 3;
    const number = random.chance(0.6) ? ++accounts : 0;
    for (let car = 0; car < household && vehicle < vehicles; car++) accountNumbers[vehicle++] = number;
  }
  const accountId = (number: number): string => `${prefix}-account-${String(number).padStart(6, '0')}`;
  return {
    accountOf: (vehicle) => (accountNumbers[vehicle] ? accountId(accountNumbers[vehicle]) : null),
    *entries() {
      for (let vehicle = 0; vehicle < vehicles; ) {
        const number = accountNumbers[vehicle]!;
        const first = vehicle;
        while (vehicle < vehicles && accountNumbers[vehicle] === number && (number > 0 || vehicle === first)) vehicle++;
        if (number === 0) continue;
        const bound = Array.from({ length: vehicle - first }, (_, car) => plateOf(first + car));
        yield { accountId: accountId(number), vehicles: bound, card: cardOf(accountId(number)) };
      }
    },
  };
}

/** One that pays: the gateway tells cards apart by how their token begins. */
function cardOf(accountId: string): AccountCard {
  return { token: `good-${accountId}`, maskedNumber: '492500******0004', brand: 'Visa', expiryMonth: '2039-12' };
}

const ACCOUNTS = 1;
