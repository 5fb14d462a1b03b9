import type { TaskState } from '../engine/state.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import type { Entry, PermitsFor } from '../permits/permit-rules.ts';
import type { Account, BillingLine, ClockMove, Disposition, ExternalPayment, Garage, UnpaidVisit, Visit } from '../records/records.ts';
import { newestLines, reviseLines } from './lines.ts';
import { settle, type Circumstances, type PaymentLeft, type Settlement } from './settlement.ts';
import { DUE_VISIT, openPricingState, visitDueAt, type KnownPayment, type PricedVisit } from './state.ts';
import type { Charged } from './tariff/caps.ts';
import { rateTableOf } from './tariff/rate-table.ts';
import { tariffAt } from './tariff/tariff-in-force.ts';
import { tellAnew } from './told.ts';

/** What pricing goes by besides the visits. */
export interface PricingTables {
  garage(garageId: string): Garage | undefined;
  /** Who pays for a stay by an account, if anybody does. */
  account(visit: Entry & { readonly exitedAt: number }): Account | undefined;
  readonly permitsFor: PermitsFor;
  /** IANA zone of visit days. */
  readonly serviceZone: string;
}

/** Where the rules put what they find. */
export interface PricingSink {
  line(line: BillingLine): void;
  disposition(disposition: Disposition): void;
  unpaid(visit: UnpaidVisit): void;
}

/** The rules of pricing over the state of one task; they know nothing of Kafka, and time is told to them. */
export interface PricingRules {
  /** @param receivedAt when what made this revision came in, UTC ms: the garage's time never runs ahead of it */
  visit(visit: Visit, receivedAt: number, sink: PricingSink): void;
  payment(payment: ExternalPayment, sink: PricingSink): void;
  clockMove(move: ClockMove, sink: PricingSink): void;
  /** The garages have changed: prices what no tariff covered. */
  tariffsChanged(sink: PricingSink): void;
}

/** A payment made elsewhere is for a stay up to so long before or after the time that it names: clocks differ, and people walk to a machine. */
export const PAYMENT_SLACK_MS = 15 * 60_000;

export function openPricingRules(taskState: TaskState, tables: PricingTables): PricingRules {
  const state = openPricingState(taskState);
  const { visits, payments, clocks } = state;

  return {
    visit(visit, receivedAt, sink) {
      const newest = Math.max(visit.firstSeenAt, visit.enteredAt ?? 0, visit.exitedAt ?? 0);
      moveClock(visit.garageId, Math.min(newest, receivedAt), sink);
      const known = visits.get(visit.visitId);
      if (known !== undefined && visit.revision <= known.revision) return;
      const contracts = contractsOf(visit);
      // Only a contract's places must know who is inside.
      if (known === undefined && visit.status !== 'closed' && (visit.status !== 'open' || contracts.length === 0)) return;
      const now: PricedVisit = { ...(known ?? NOTHING_TOLD), ...factsOf(visit), visitId: visit.visitId, contracts, forgetAt: forgetAt(visit) };
      const since = Math.min(beginOf(now), known === undefined ? Infinity : beginOf(known));
      const others = [...laterThan(now, since), ...(known === undefined ? NONE : laterThan(known, since))];
      if (others.length === 0) {
        settleOne(now, sink);
      } else {
        visits.put(visit.visitId, now);
        settleAll([visit.visitId, ...others], sink);
      }
    },

    payment(payment, sink) {
      const { garageId, country, plate, from, to, sumMinor, currency } = payment;
      const paymentKey = JSON.stringify([garageId, payment.provider, payment.reference]);
      if (payments.get(paymentKey) !== undefined) return;
      const forgetAt = Math.max(clocks.get(garageId) ?? 0, to) + keptMs(tables.garage(garageId));
      payments.put(paymentKey, { paymentKey, garageId, country, plate, from, to, sumMinor, currency, forgetAt });
      settleAll(state.ofPlate(garageId, plate), sink);
    },

    clockMove({ garageId, to }, sink) {
      moveClock(garageId, to, sink);
    },

    tariffsChanged(sink) {
      for (const visitId of [...state.unpriced]) settleAll([visitId], sink);
    },
  };

  /** Moves a garage's time on; what is due by then is settled anew or forgotten. */
  function moveClock(garageId: string, to: number, sink: PricingSink): void {
    if (to <= (clocks.get(garageId) ?? 0)) return;
    clocks.put(garageId, to);
    const queue = state.due(garageId);
    while (queue.first <= to) {
      const at = queue.first;
      const key = queue.firstKey.slice(1);
      const isVisit = queue.firstKey.startsWith(DUE_VISIT);
      queue.pop();
      if (isVisit) visitDue(key, at, to, sink);
      else paymentDue(key, at);
    }
  }

  function visitDue(visitId: string, at: number, clock: number, sink: PricingSink): void {
    const visit = visits.get(visitId);
    if (visit === undefined || visitDueAt(visit) !== at) return;
    const isPayableNoMore = (visit.disposition?.payableUntil ?? Infinity) <= clock;
    if (isPayableNoMore) settleAll([visitId], sink);
    else visits.delete(visitId);
  }

  /** Forgotten with the last visit that took of it: until then that visit may be settled anew. */
  function paymentDue(key: string, at: number): void {
    const payment = payments.get(key);
    if (payment === undefined || payment.forgetAt !== at) return;
    const inUse = state.ofPlate(payment.garageId, payment.plate).some((id) => visits.get(id)!.taken.some(({ paymentKey }) => paymentKey === key));
    if (inUse) payments.put(key, { ...payment, forgetAt: at + keptMs(tables.garage(payment.garageId)) });
    else payments.delete(key);
  }

  /** Settles visits in the order in which they began, and those after them that this changes something for. */
  function settleAll(visitIds: readonly string[], sink: PricingSink): void {
    const waiting = new Set(visitIds);
    while (waiting.size > 0) {
      const next = [...waiting].map((id) => visits.get(id)!).reduce((one, other) => (isBefore(other, one) ? other : one));
      waiting.delete(next.visitId);
      if (settleOne(next, sink)) for (const id of laterThan(next, beginOf(next))) waiting.add(id);
    }
  }

  /** Tells what differs from what was told, and keeps it; answers whether later visits may be settled otherwise now. */
  function settleOne(visit: PricedVisit, sink: PricingSink): boolean {
    const { visitId, operatorId, garageId, firstSeenAt } = visit;
    const places = visit.contracts.length === 0 ? NONE : visit.contracts.filter((contractId) => hasPlace(visit, contractId));
    const settlement = visit.status === 'closed' ? settle(visit, circumstancesOf(visit, places)) : null;

    const lines = reviseLines(visit.lines, settlement?.line ?? null);
    for (const line of lines) sink.line(line);
    const disposition = tellAnew(visit.disposition, settlement?.content ?? null);
    if (disposition !== null) sink.disposition({ visitId, operatorId, garageId, firstSeenAt, ...disposition });
    const unpaid = tellAnew(visit.unpaid, settlement?.unpaid ?? null);
    if (unpaid !== null) sink.unpaid({ visitId, operatorId, garageId, ...unpaid });

    const charged = settlement?.charged ?? [];
    const taken = settlement?.taken ?? [];
    visits.put(visitId, {
      ...visit,
      lines: newestLines(visit.lines, lines),
      disposition: disposition ?? visit.disposition,
      unpaid: unpaid ?? visit.unpaid,
      places,
      charged,
      taken,
      forgetAt: keptUntil(visit, settlement),
    });
    return !isSameList(places, visit.places) || !isSameList(charged, visit.charged) || !isSameList(taken, visit.taken);
  }

  /** A price that waits for its tariff is not forgotten, nor is one before the driver's time to pay is over. */
  function keptUntil(visit: PricedVisit, settlement: Settlement | null): number | null {
    if (settlement?.content.reason === 'no_tariff') return null;
    const until = visit.forgetAt ?? forgetAt(visit);
    return until === null ? null : Math.max(until, settlement?.content.payableUntil ?? 0);
  }

  function circumstancesOf(visit: PricedVisit, places: readonly string[]): Circumstances {
    const { garageId, country, plate, enteredAt, exitedAt } = visit;
    const garage = tables.garage(garageId);
    const tariff = garage && enteredAt !== null ? tariffAt(garage.tariffs, enteredAt) : undefined;
    const table = tariff === undefined ? (garage?.tariffs.length === 0 ? 'free' : null) : rateTableOf(tariff, garage!.timezone);
    const isTimed = table !== null && table !== 'free' && exitedAt !== null;
    const entry = { garageId, country, plate, enteredAt: enteredAt ?? 0 };
    return {
      table,
      permits: isTimed
        ? tables.permitsFor(entry).filter((permit) => permit.places === 0 || places.includes(permit.contractId))
        : [],
      account: isTimed ? tables.account({ ...entry, exitedAt }) : undefined,
      sharedFreeMs: isTimed && tariff!.freeMinutesReentry > 0 ? sharedFreeMs(visit, tariff!.freeMinutesReentry * MINUTE_MS) : 0,
      chargedBefore: isTimed && table.hasPlateCaps ? chargedBefore(visit) : NOTHING_CHARGED,
      payments: isTimed ? paymentsFor(visit, enteredAt!, exitedAt) : NO_PAYMENTS,
      clock: clocks.get(garageId) ?? 0,
      paymentWindowMs: garage?.paymentWindowMs ?? 0,
      serviceZone: tables.serviceZone,
    };
  }

  /** The closed visits of the same vehicle that began before. */
  function earlierStays(visit: PricedVisit): PricedVisit[] {
    return before(visit, state.ofPlate(visit.garageId, visit.plate))
      .filter(({ country, status }) => country === visit.country && status === 'closed');
  }

  /** Those of the visits that began before this one; what the table still holds of itself is none. */
  function before(visit: PricedVisit, visitIds: readonly string[]): PricedVisit[] {
    return visitIds.filter((id) => id !== visit.visitId).map((id) => visits.get(id)!).filter((other) => isBefore(other, visit));
  }

  /** How long the stays before it lasted, one after the other without a longer pause than the reentry time. */
  function sharedFreeMs(visit: PricedVisit, reentryMs: number): number {
    let sumMs = 0;
    let begin = visit.enteredAt!;
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
    if (keys.length === 0) return NO_PAYMENTS;
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
    const places = placesOf(visit).get(contractId);
    if (places === undefined) return false;
    const begin = visit.enteredAt;
    const inside = before(visit, state.ofContract(garageId, contractId))
      .filter((other) => other.places.includes(contractId) && (other.exitedAt === null || other.exitedAt > begin));
    return inside.length < places;
  }

  function contractsOf(visit: Visit): readonly string[] {
    return visit.enteredAt === null ? NONE : [...placesOf({ ...visit, enteredAt: visit.enteredAt }).keys()];
  }

  /** The contracts with places that the vehicle may use, and how many places each has. */
  function placesOf({ garageId, country, plate, enteredAt }: Pick<Visit, 'garageId' | 'country' | 'plate' | 'enteredAt'>): ReadonlyMap<string, number> {
    const permits = tables.permitsFor({ garageId, country, plate, enteredAt: enteredAt! });
    if (permits.length === 0) return NO_PLACES;
    return new Map(permits.filter(({ places }) => places > 0).map(({ contractId, places }) => [contractId, places]));
  }

  /** Visits that may be settled otherwise when this one changes: of the same vehicle or contract, begun at `since` or later. */
  function laterThan(visit: PricedVisit, since: number): string[] {
    const { visitId, garageId, plate, contracts } = visit;
    const linked = isLinkedByPlate(garageId, plate) ? state.ofPlate(garageId, plate) : NONE;
    if (linked.length === 0 && contracts.length === 0) return [];
    return [...linked, ...contracts.flatMap((contractId) => state.ofContract(garageId, contractId))]
      .filter((id) => id !== visitId && beginOf(visits.get(id)!) >= since);
  }

  /** Whether what one visit of a vehicle comes to may concern another. */
  function isLinkedByPlate(garageId: string, plate: string): boolean {
    const tariffs = tables.garage(garageId)?.tariffs ?? [];
    return tariffs.some((tariff) => tariff.freeMinutesReentry > 0 || tariff.maxValues.some(({ capScope }) => capScope === 'plate'))
      || state.paymentsOf(garageId, plate).length > 0;
  }

  /** Null while it is in review, which can last any time. */
  function forgetAt({ status, garageId, exitedAt }: Pick<Visit, 'status' | 'garageId' | 'exitedAt'>): number | null {
    if (status === 'review' || status === 'open') return null;
    return Math.max(clocks.get(garageId) ?? 0, exitedAt ?? 0) + keptMs(tables.garage(garageId));
  }
}

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;
const NONE: readonly string[] = [];
const NO_PAYMENTS: readonly PaymentLeft[] = [];
const NO_PLACES: ReadonlyMap<string, number> = new Map();
const NOTHING_CHARGED: readonly Charged[] = [];
const NOTHING_TOLD = { lines: [], disposition: null, unpaid: null, contracts: [], places: [], charged: [], taken: [] };

function factsOf({ revision, status, operatorId, garageId, country, plate, plateRead, firstSeenAt, enteredAt, exitedAt }: Visit) {
  return { revision, status, operatorId, garageId, country, plate, plateRead, firstSeenAt, enteredAt, exitedAt };
}

/**
 * How long a visit is kept after its last revision: the visits stage repairs it within its horizon, and twice that is
 * sure to be beyond; then a driver may still pay; and as long as caps over several visits look back.
 */
function keptMs(garage: Garage | undefined): number {
  const { horizonMs } = garage?.settings ?? defaultSettings;
  const looksBack = garage?.tariffs.some(({ freeMinutesReentry, maxValues }) =>
    freeMinutesReentry > 0 || maxValues.some(({ capScope }) => capScope === 'plate'));
  return 2 * horizonMs + (garage?.paymentWindowMs ?? 0) + (looksBack ? WEEK_MS : 0);
}

function beginOf({ enteredAt, firstSeenAt }: PricedVisit): number {
  return enteredAt ?? firstSeenAt;
}

/** In the order of their entries; of two at the same instant by their ids. */
function isBefore(one: PricedVisit, other: PricedVisit): boolean {
  return beginOf(one) < beginOf(other) || (beginOf(one) === beginOf(other) && one.visitId < other.visitId);
}

function isFor(payment: KnownPayment, country: string, enteredAt: number, exitedAt: number): boolean {
  return (payment.country === country || payment.country === 'XX' || country === 'XX')
    && payment.from - PAYMENT_SLACK_MS <= exitedAt && enteredAt <= payment.to + PAYMENT_SLACK_MS;
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && (one.length === 0 || JSON.stringify(one) === JSON.stringify(other));
}
