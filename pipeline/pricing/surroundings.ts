import type { Entry, PermitsFor } from '../permits/permit-rules.ts';
import type { Account, Garage, Visit } from '../records/records.ts';
import type { Circumstances, PaymentLeft } from './settlement.ts';
import { beginOf, isBefore, type KnownPayment, type PricedVisit, type PricingState } from './state.ts';
import type { Charged } from './tariff/caps.ts';
import { rateTableOf } from './tariff/rate-table.ts';
import { tariffAt } from './tariff/tariff-in-force.ts';

/** What pricing goes by besides the visits. */
export interface PricingTables {
  garage(garageId: string): Garage | undefined;
  /** Who pays for a stay by an account, if anybody does. */
  account(visit: Entry & { readonly exitedAt: number }): Account | undefined;
  readonly permitsFor: PermitsFor;
  /** The reference of the vehicle's registered owner; empty: not known. */
  ownerRef(vehicle: Pick<Visit, 'country' | 'plate'>): string;
  /** IANA zone of visit days. */
  readonly serviceZone: string;
}

/** What a visit is surrounded by: what decides how it is settled, and which visits it concerns. */
export interface Surroundings {
  /** Ids of the contracts with places that the vehicle may use. */
  contractsOf(visit: Visit): readonly string[];
  /** Those of them of which it has a place: by entry order the first have them, each until it leaves. */
  placesOf(visit: PricedVisit): readonly string[];
  /** Those that are around it, but for the price that it had before. @param places of contracts that it has */
  circumstancesOf(visit: PricedVisit, places: readonly string[]): Omit<Circumstances, 'price'>;
  /**
   * Visits that may be settled otherwise when this one changes: of its vehicle or contracts, begun at `since` or later.
   */
  laterThan(visit: PricedVisit, since: number): readonly string[];
}

/**
 * A payment made elsewhere is for a stay up to so long before or after the time that it names: clocks differ, and
 * people walk to a machine.
 */
const PAYMENT_SLACK_MS = 15 * 60_000;

/** Whether what earlier visits of a vehicle came to may concern later ones, by one of the garage's tariffs. */
export function countsEarlierVisits(garage: Garage | undefined): boolean {
  return garage?.tariffs.some(({ freeMinutesReentry, maxValues }) =>
    freeMinutesReentry > 0 || maxValues.some(({ capScope }) => capScope === 'plate')) ?? false;
}

export function openSurroundings(state: PricingState, tables: PricingTables): Surroundings {
  const { visits, payments, clocks } = state;

  return {
    contractsOf: (visit) => (visit.enteredAt === null ? NONE : [...sharedPlaces(visit).keys()]),

    placesOf: (visit) =>
      visit.contracts.length === 0 ? NONE : visit.contracts.filter((contractId) => hasPlace(visit, contractId)),

    laterThan(visit, since) {
      const { visitId, garageId, plate, contracts } = visit;
      const linked = isLinkedByPlate(garageId, plate) ? state.ofPlate(garageId, plate) : NONE;
      if (linked.length === 0 && contracts.length === 0) return NONE;
      return [...linked, ...contracts.flatMap((contractId) => state.ofContract(garageId, contractId))]
        .filter((id) => id !== visitId && beginOf(visits.get(id)!) >= since);
    },

    circumstancesOf(visit, places) {
      const { garageId, country, plate, enteredAt, exitedAt } = visit;
      const garage = tables.garage(garageId);
      const table = tableFor(garage, enteredAt);
      const always = {
        table,
        clock: clocks.get(garageId) ?? 0,
        paymentWindowMs: garage?.paymentWindowMs ?? 0,
        serviceZone: tables.serviceZone,
      };
      if (table === null || table === 'free' || enteredAt === null || exitedAt === null) {
        return { ...always, ...NOTHING_TO_PRICE };
      }
      const { freeMinutesReentry } = table.tariff;
      const stay = { garageId, country, plate, enteredAt, exitedAt };
      return {
        ...always,
        permits: tables.permitsFor(stay).filter((permit) => permit.places === 0 || places.includes(permit.contractId)),
        account: tables.account(stay),
        merchant: garage!.merchant,
        ownerRef: tables.ownerRef(stay),
        sharedFreeMs: freeMinutesReentry === 0 ? 0 : sharedFreeMs(visit, enteredAt, freeMinutesReentry * MINUTE_MS),
        chargedBefore: table.hasPlateCaps ? chargedBefore(visit) : NOTHING_TO_PRICE.chargedBefore,
        payments: paymentsFor(visit, enteredAt, exitedAt),
      };
    },
  };

  /** The closed visits of the same vehicle that began before. */
  function earlierStays(visit: PricedVisit): PricedVisit[] {
    return before(visit, state.ofPlate(visit.garageId, visit.plate))
      .filter(({ country, status }) => country === visit.country && status === 'closed');
  }

  /** Those of the visits that began before this one; what the table still holds of itself is none. */
  function before(visit: PricedVisit, visitIds: readonly string[]): PricedVisit[] {
    return visitIds
      .filter((id) => id !== visit.visitId)
      .map((id) => visits.get(id)!)
      .filter((other) => isBefore(other, visit));
  }

  /** How long the stays before it lasted, one after the other without a longer pause than the reentry time. */
  function sharedFreeMs(visit: PricedVisit, enteredAt: number, reentryMs: number): number {
    let sumMs = 0;
    let begin = enteredAt;
    for (const stay of earlierStays(visit).sort((one, other) => (isBefore(one, other) ? 1 : -1))) {
      if (stay.enteredAt === null || stay.exitedAt === null || begin - stay.exitedAt > reentryMs) continue;
      sumMs += stay.exitedAt - stay.enteredAt;
      begin = stay.enteredAt;
    }
    return sumMs;
  }

  function chargedBefore(visit: PricedVisit): Charged[] {
    return earlierStays(visit).flatMap(({ charged }) => charged).sort((one, other) => one.at - other.at);
  }

  /** What earlier visits left of the payments that were made for this vehicle and time. */
  function paymentsFor(visit: PricedVisit, enteredAt: number, exitedAt: number): readonly PaymentLeft[] {
    const keys = state.paymentsOf(visit.garageId, visit.plate);
    if (keys.length === 0) return NOTHING_TO_PRICE.payments;
    const earlier = before(visit, state.ofPlate(visit.garageId, visit.plate));
    return keys.map((key) => payments.get(key)!)
      .filter((payment) => isFor(payment, visit.country, enteredAt, exitedAt))
      .sort((one, other) => one.from - other.from || (one.paymentKey < other.paymentKey ? -1 : 1))
      .map(({ paymentKey, currency, sumMinor }) => {
        const used = earlier.flatMap(({ taken }) => taken).filter((one) => one.paymentKey === paymentKey);
        return { paymentKey, currency, leftMinor: sumMinor - used.reduce((sum, { minor }) => sum + minor, 0) };
      });
  }

  /** Whether one of the contract's places is free when the visit begins; earlier ones have theirs until they leave. */
  function hasPlace(visit: PricedVisit, contractId: string): boolean {
    const { garageId } = visit;
    if (visit.enteredAt === null || (visit.status !== 'open' && visit.status !== 'closed')) return false;
    const places = sharedPlaces(visit).get(contractId);
    if (places === undefined) return false;
    const begin = visit.enteredAt;
    const inside = before(visit, state.ofContract(garageId, contractId))
      .filter((other) => other.places.includes(contractId) && (other.exitedAt === null || other.exitedAt > begin));
    return inside.length < places;
  }

  /** The contracts with places that the vehicle may use, and how many places each has. */
  function sharedPlaces({
    garageId,
    country,
    plate,
    enteredAt,
  }: Pick<Visit, 'garageId' | 'country' | 'plate' | 'enteredAt'>): ReadonlyMap<string, number> {
    const permits = tables.permitsFor({ garageId, country, plate, enteredAt: enteredAt! });
    if (permits.length === 0) return NO_PLACES;
    return new Map(permits.filter(({ places }) => places > 0).map(({ contractId, places }) => [contractId, places]));
  }

  /** Whether what one visit of a vehicle comes to may concern another. */
  function isLinkedByPlate(garageId: string, plate: string): boolean {
    return countsEarlierVisits(tables.garage(garageId)) || state.paymentsOf(garageId, plate).length > 0;
  }
}

const MINUTE_MS = 60_000;
const NONE: readonly string[] = [];
const NO_PLACES: ReadonlyMap<string, number> = new Map();
const NOTHING_TO_PRICE = {
  permits: [], account: undefined, merchant: '', ownerRef: '', sharedFreeMs: 0, chargedBefore: [], payments: [],
};

function tableFor(garage: Garage | undefined, enteredAt: number | null): Circumstances['table'] {
  if (garage === undefined || enteredAt === null) return null;
  if (garage.tariffs.length === 0) return 'free';
  const tariff = tariffAt(garage.tariffs, enteredAt);
  return tariff === undefined ? null : rateTableOf(tariff, garage.timezone);
}

function isFor(payment: KnownPayment, country: string, enteredAt: number, exitedAt: number): boolean {
  return (payment.country === country || payment.country === 'XX' || country === 'XX')
    && payment.from - PAYMENT_SLACK_MS <= exitedAt && enteredAt <= payment.to + PAYMENT_SLACK_MS;
}
