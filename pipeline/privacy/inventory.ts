import { topics, type Topic } from '../../topics/topics.ts';

/** A place where personal data stands, and how it goes from there. Redis holds none. */
export interface Holding {
  readonly store: string;
  readonly holds: string;
  readonly goes: string;
}

const DAY_MS = 86_400_000;

/**
 * Of topics that keep their newest record: what makes it go, beside `goneAfterMs`, by which what was
 * overwritten or erased is gone.
 */
const inForce: readonly (readonly [Topic, holds: string, goes: string])[] = [
  [topics.quarantineState, 'plates', 'when the event is released, or was held for 4 days'],
  [
    topics.visitsState,
    'plates',
    "at the garage's horizon after the stay (default 48 h); of a stay without an exit after forgetAfter "
      + "(default 30 days)",
  ],
  [topics.sightingsState, 'plates', 'with the visit, at the horizon'],
  [topics.twoPlacesState, 'plates', 'a day or so after the stay'],
  [topics.pricingState, 'plates', 'when no cap or repair reaches the visit any more'],
  [
    topics.chargesState, 'card tokens, references of registered owners',
    'with the account\'s card; with what is paid, 400 days after',
  ],
  [topics.paymentsState, 'card tokens', '60 days after the payment ended'],
  [
    topics.accounts, 'plates, card tokens, masked card numbers',
    '400 days after the account let go of the vehicle, or its holder was erased',
  ],
  [
    topics.accountDetails, 'names, e-mail addresses, phone numbers',
    'when the holder is erased: by themselves, by letter, or after two years in which nobody used the account',
  ],
  [topics.permits, 'plates', '400 days after the permit ended'],
  [topics.owners, 'plates, names, addresses, e-mail addresses', '400 days after a file named the owner last'],
];

/** Topics that forget by their own retention. */
const passing: readonly (readonly [Topic, holds: string])[] = [
  [topics.reads, 'plates'], [topics.quarantine, 'plates'], [topics.visits, 'plates'], [topics.visitsControl, 'plates'],
  [topics.sightings, 'plates'], [topics.externalPayments, 'plates'],
  [topics.unpaid, 'plates'], [topics.deadLetters, 'whatever was set aside'],
  [topics.chargesControl, 'card tokens'], [topics.paymentRequests, 'card tokens'],
];

/** Every place with personal data. A test holds it against the schemas and the warehouse's tables. */
export const inventory: readonly Holding[] = [
  ...passing.map(([{ name, retentionMs }, holds]) => ({
    store: name,
    holds,
    goes: `after ${retentionMs! / DAY_MS} days`,
  })),
  ...inForce.map(([{ name }, holds, goes]) => ({ store: name, holds, goes })),
  {
    store: 'ClickHouse, visits', holds: 'plates',
    goes: '90 days after the stay; while somebody may have to pay 400; on a sales document with it',
  },
  {
    store: 'ClickHouse, documents, charges, ledger, dispositions, bank_payments',
    holds: 'accounts and visits by their ids',
    goes: 'five years after the end of their year, as the law has accounting data kept',
  },
  { store: 'ClickHouse, access_log', holds: 'who looked', goes: 'after two years' },
];
