import type { Account, Disposition, Permit, UnpaidVisit, Visit } from '../records/records.ts';
import { lineOf, type LineContent, type PriceableVisit } from './lines.ts';
import type { Charged } from './tariff/caps.ts';
import { priceStay, type Stay } from './tariff/price-stay.ts';
import type { RateTable } from './tariff/rate-table.ts';
import { vatWithin } from './tariff/vat.ts';

/** What a disposition says of a visit, apart from who and where and its own history. */
export type DispositionContent = Pick<
  Disposition,
  | 'disposition'
  | 'reason'
  | 'enteredAt'
  | 'exitedAt'
  | 'accountId'
  | 'permitId'
  | 'permitKind'
  | 'grossMinor'
  | 'vatMinor'
  | 'paidMinor'
  | 'currency'
  | 'tariffVersion'
  | 'payableUntil'
>;

/** What an unpaid visit tells, apart from who sold it and its own history. */
export type UnpaidContent = Omit<UnpaidVisit, 'visitId' | 'operatorId' | 'garageId' | 'revision' | 'status'>;

/** All that decides what becomes of a closed visit, but for the visit. Times are UTC ms. */
export interface Circumstances {
  /** Of the tariff in force at the entry; `free`: the garage has no tariffs; null: it has none for that time. */
  readonly table: RateTable | 'free' | null;
  /** Those that the vehicle may use. */
  readonly permits: readonly Permit[];
  readonly account: Account | undefined;
  /** Who collects from the account. */
  readonly merchant: string;
  /** The vehicle's registered owner; empty: not known. */
  readonly ownerRef: string;
  /** Of the stays that share its free minutes. */
  readonly sharedFreeMs: number;
  /** What the vehicle's earlier visits were charged. */
  readonly chargedBefore: readonly Charged[];
  /** As it was priced before, where nothing has changed that a price goes by; null: it is priced now. */
  readonly price: VisitPrice | null;
  /** Payments made elsewhere for this vehicle and time, in the order in which they are used up. */
  readonly payments: readonly PaymentLeft[];
  /** The garage's time, and how long after the exit a driver may pay. */
  readonly clock: number;
  readonly paymentWindowMs: number;
  readonly serviceZone: string;
}

/** With the permit by which it costs least; empty texts: none. */
export interface VisitPrice extends Pick<DispositionContent, 'grossMinor' | 'permitId' | 'permitKind'> {
  /** What counts for the caps of the vehicle's later visits. */
  readonly charged: readonly Charged[];
}

export interface PaymentLeft {
  readonly paymentKey: string;
  readonly currency: string;
  readonly leftMinor: number;
}

/** What a visit took of a payment made elsewhere. */
export interface Taken {
  readonly paymentKey: string;
  readonly minor: number;
}

export interface Settlement {
  readonly content: DispositionContent;
  /** What an account pays. */
  readonly line: LineContent | null;
  /** What is to be collected. */
  readonly unpaid: UnpaidContent | null;
  /** What counts for the caps of the vehicle's later visits. */
  readonly charged: readonly Charged[];
  readonly taken: readonly Taken[];
}

/**
 * What becomes of a closed visit, in this order: it can't be priced (review); it costs nothing (free), or nothing with
 * its permit (permit); it was paid elsewhere; nobody can be asked, for no plate was read (uncollectable); an account
 * pays what is still owed; the driver may pay until the payment window ends (awaiting_payment), then an invoice is due.
 * What was paid elsewhere comes before the account: to be charged twice is worse for the driver than a late line.
 */
export function settle(
  visit: Vehicle & Pick<Visit, 'visitId' | 'operatorId' | 'garageId' | 'enteredAt' | 'exitedAt'>,
  circumstances: Circumstances,
): Settlement {
  const { enteredAt, exitedAt } = visit;
  const { table } = circumstances;
  const unpriced: DispositionContent = { ...NOTHING_OWED, enteredAt, exitedAt };
  if (enteredAt === null) return undecided({ ...unpriced, disposition: 'review', reason: 'entry_unknown' });
  if (exitedAt === null) return undecided({ ...unpriced, disposition: 'review', reason: 'exit_unknown' });
  if (table === null) return undecided({ ...unpriced, disposition: 'review', reason: 'no_tariff' });
  if (table === 'free') return undecided(unpriced);
  const { visitId, operatorId, garageId, country, plate, plateRead } = visit;
  const stay = { visitId, operatorId, garageId, country, plate, plateRead, enteredAt, exitedAt };
  return settlePriceable(stay, table, circumstances);
}

type Vehicle = Pick<Visit, 'country' | 'plate' | 'plateRead'>;

function settlePriceable(visit: PriceableVisit & Vehicle, table: RateTable, circumstances: Circumstances): Settlement {
  const {
    permits, account, merchant, ownerRef, payments, clock, paymentWindowMs, serviceZone, sharedFreeMs, chargedBefore,
  } = circumstances;
  const { tariff } = table;
  const { enteredAt, exitedAt } = visit;
  const price = circumstances.price ?? cheapest(table, { enteredAt, exitedAt, sharedFreeMs, chargedBefore }, permits);
  const { grossMinor, permitId, permitKind, charged } = price;
  const taken = takePayments(grossMinor, payments.filter(({ currency }) => currency === tariff.currency));
  const paidMinor = taken.reduce((sum, { minor }) => sum + minor, 0);
  const owedMinor = grossMinor - paidMinor;
  const content: DispositionContent = {
    ...NOTHING_OWED,
    enteredAt,
    exitedAt,
    permitId,
    permitKind,
    grossMinor,
    vatMinor: vatWithin(grossMinor, tariff.vatBasisPoints),
    paidMinor,
    currency: tariff.currency,
    tariffVersion: tariff.tariffVersion,
  };
  const settled = (
    changes: Partial<DispositionContent>,
    to: Partial<Pick<Settlement, 'line' | 'unpaid'>> = {},
  ): Settlement => ({ content: { ...content, ...changes }, line: null, unpaid: null, ...to, charged, taken });
  if (grossMinor === 0) return settled({ disposition: permitId === '' ? 'free' : 'permit' });
  if (owedMinor === 0) return settled({ disposition: 'paid_elsewhere' });
  if (!visit.plateRead || visit.plate === '') return settled({ disposition: 'uncollectable', reason: 'no_plate' });
  if (account !== undefined) {
    const line = lineOf({ ...visit, merchant, ownerRef }, account, owedMinor, tariff, serviceZone);
    return settled({ disposition: 'account', accountId: account.accountId }, { line });
  }
  const payableUntil = exitedAt + paymentWindowMs;
  if (clock < payableUntil) return settled({ disposition: 'awaiting_payment', payableUntil });
  const { country, plate } = visit;
  const { currency, tariffVersion, vatBasisPoints } = tariff;
  const vatMinor = vatWithin(owedMinor, vatBasisPoints);
  return settled({ disposition: 'invoice_due' }, {
    unpaid: { country, plate, enteredAt, exitedAt, grossMinor: owedMinor, vatMinor, currency, tariffVersion },
  });
}

const NOTHING_OWED: DispositionContent = {
  disposition: 'free',
  reason: '',
  enteredAt: null,
  exitedAt: null,
  accountId: '',
  permitId: '',
  permitKind: '',
  grossMinor: 0,
  vatMinor: 0,
  paidMinor: 0,
  currency: '',
  tariffVersion: '',
  payableUntil: null,
};

function undecided(content: DispositionContent): Settlement {
  return { content, line: null, unpaid: null, charged: [], taken: [] };
}

/** By the permit by which it costs least; of equal ones none, or the first. */
function cheapest(table: RateTable, stay: Stay, permits: readonly Permit[]): VisitPrice {
  let priced = priceStay(table, stay);
  let chosen: Permit | null = null;
  for (const permit of permits) {
    const withPermit = priceStay(table, { ...stay, terms: table.termsOf(permit.kind) });
    if (withPermit.grossMinor >= priced.grossMinor) continue;
    priced = withPermit;
    chosen = permit;
  }
  const { grossMinor, charged } = priced;
  return { grossMinor, charged, permitId: chosen?.permitId ?? '', permitKind: chosen?.kind ?? '' };
}

function takePayments(grossMinor: number, payments: readonly PaymentLeft[]): Taken[] {
  const taken: Taken[] = [];
  let owedMinor = grossMinor;
  for (const { paymentKey, leftMinor } of payments) {
    const minor = Math.min(owedMinor, leftMinor);
    if (minor <= 0) continue;
    taken.push({ paymentKey, minor });
    owedMinor -= minor;
  }
  return taken;
}
