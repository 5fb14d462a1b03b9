import type { TaskState } from '../engine/state.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import type {
  BillingLine,
  ClockMove,
  Disposition,
  ExternalPayment,
  Garage,
  UnpaidVisit,
  Visit,
} from '../records/records.ts';
import { newestLines, reviseLines } from './lines.ts';
import { settle, type Settlement, type VisitPrice } from './settlement.ts';
import { beginOf, DUE_VISIT, isBefore, openPricingState, visitDueAt, type PricedVisit } from './state.ts';
import { countsEarlierVisits, openSurroundings, type PricingTables } from './surroundings.ts';
import { tellAnew } from './told.ts';

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

export function openPricingRules(taskState: TaskState, tables: PricingTables): PricingRules {
  const state = openPricingState(taskState);
  const { visits, payments, clocks } = state;
  const { contractsOf, placesOf, circumstancesOf, laterThan } = openSurroundings(state, tables);

  return {
    visit(visit, receivedAt, sink) {
      const newest = Math.max(visit.firstSeenAt, visit.enteredAt ?? 0, visit.exitedAt ?? 0);
      moveClock(visit.garageId, Math.min(newest, receivedAt), sink);
      const known = visits.get(visit.visitId);
      if (known !== undefined && visit.revision <= known.revision) return;
      const contracts = contractsOf(visit);
      // A contract's places must know who is inside, and earlier visits that one will look back at them.
      const isAwaited = visit.status === 'open' &&
        (contracts.length > 0 || (visit.plate !== '' && countsEarlierVisits(tables.garage(visit.garageId))));
      if (known === undefined && visit.status !== 'closed' && !isAwaited) return;
      const changed = { ...(known ?? NOTHING_TOLD), ...factsOf(visit), visitId: visit.visitId, contracts };
      const now: PricedVisit = { ...changed, forgetAt: forgetAt(changed) };
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
      // A payment changes no price, and what an old price went by may be forgotten by now.
      settleAll(state.ofPlate(garageId, plate), sink, 'as priced');
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
    if (visit === undefined || visitDueAt(visit) > at) return;
    const isPayableNoMore = (visit.disposition?.payableUntil ?? Infinity) <= clock;
    // What its price went by may be forgotten by now.
    if (isPayableNoMore) return settleAll([visitId], sink, 'as priced');
    const until = lookedBackAtUntil(visit);
    if (until <= clock) return visits.delete(visitId);
    // It changes in nothing, so that what it keeps itself is bounded. Who is inside yet may leave at any time.
    const again = Math.min(until, clock + keptMs(tables.garage(visit.garageId)));
    state.due(visit.garageId).push(again, DUE_VISIT + visitId);
  }

  /**
   * Garage time until which another visit may be priced by what this one came to: one of the plate that began within a
   * week after it, and may yet change; or one that came while this one had a place of a contract, for whoever came before
   * both may yet change. Infinity: the other is inside yet, or waits for a person or a tariff.
   */
  function lookedBackAtUntil(visit: PricedVisit): number {
    const { status, garageId, plate, places, enteredAt, exitedAt } = visit;
    const garage = tables.garage(garageId);
    if (status !== 'closed' || enteredAt === null || exitedAt === null) return -Infinity;
    const begunBy = (visitIds: readonly string[], latest: number): PricedVisit[] =>
      visitIds.map((id) => visits.get(id)!).filter((other) => isBefore(visit, other) && beginOf(other) <= latest);
    const ofPlate = countsEarlierVisits(garage) ? begunBy(state.ofPlate(garageId, plate), exitedAt + WEEK_MS) : NOBODY;
    const ofPlaces = places.flatMap((contractId) => begunBy(state.ofContract(garageId, contractId), exitedAt));
    const forgottenAt = (others: readonly PricedVisit[]): number =>
      others.reduce((until, { forgetAt }) => Math.max(until, forgetAt ?? Infinity), -Infinity);
    return Math.max(forgottenAt(ofPlate) - keptUnrepairedMs(garage), forgottenAt(ofPlaces));
  }

  /** Forgotten with the last visit that took of it: until then that visit may be settled anew. */
  function paymentDue(key: string, at: number): void {
    const payment = payments.get(key);
    if (payment === undefined || payment.forgetAt !== at) return;
    const inUse = state
      .ofPlate(payment.garageId, payment.plate)
      .some((id) => visits.get(id)!.taken.some(({ paymentKey }) => paymentKey === key));
    if (inUse) payments.put(key, { ...payment, forgetAt: at + keptMs(tables.garage(payment.garageId)) });
    else payments.delete(key);
  }

  /** Settles visits in the order in which they began, and those after them that this changes something for. */
  function settleAll(visitIds: readonly string[], sink: PricingSink, how: Settling = 'priced anew'): void {
    const waiting = new Set(visitIds);
    while (waiting.size > 0) {
      const next = [...waiting]
        .map((id) => visits.get(id)!)
        .reduce((one, other) => (isBefore(other, one) ? other : one));
      waiting.delete(next.visitId);
      // One that is kept only for others to look back at changes in nothing: what its price went by may be forgotten.
      const isOver = next.forgetAt !== null && next.forgetAt <= (clocks.get(next.garageId) ?? 0);
      if (settleOne(next, sink, isOver ? 'as priced' : how)) for (const id of laterThan(next, beginOf(next))) waiting.add(id);
    }
  }

  /** Tells what differs from what was told, and keeps it; answers whether later visits may be settled otherwise now. */
  function settleOne(visit: PricedVisit, sink: PricingSink, how: Settling = 'priced anew'): boolean {
    const { visitId, operatorId, garageId, firstSeenAt } = visit;
    // Who had the others may be forgotten by now, as what a price went by may.
    const places = how === 'as priced' ? visit.places : placesOf(visit);
    const price = how === 'as priced' ? priceOf(visit) : null;
    const settlement = visit.status === 'closed' ? settle(visit, { ...circumstancesOf(visit, places), price }) : null;

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
    // What it took of a payment must be known for as long as another visit may take of that: some are for a month.
    const payable = (settlement?.taken ?? []).map(({ paymentKey }) => payments.get(paymentKey)!.forgetAt);
    return until === null ? null : Math.max(until, settlement?.content.payableUntil ?? 0, ...payable);
  }

  /** Null while it is inside, or in review though something was told of it: that can last any time. */
  function forgetAt({ status, garageId, exitedAt, disposition }: Omit<PricedVisit, 'forgetAt'>): number | null {
    if (status === 'open' || (status === 'review' && disposition !== null)) return null;
    return Math.max(clocks.get(garageId) ?? 0, exitedAt ?? 0) + keptMs(tables.garage(garageId));
  }
}

/** Whether a visit is priced anew when it is settled, or costs what it did. */
type Settling = 'priced anew' | 'as priced';

/** What the visit was last priced at; null: it was not. */
function priceOf({ disposition, charged }: PricedVisit): VisitPrice | null {
  if (disposition?.status !== 'live' || disposition.tariffVersion === '') return null;
  const { grossMinor, permitId, permitKind } = disposition;
  return { grossMinor, permitId, permitKind, charged };
}

/** A week in which the clocks go back. */
const WEEK_MS = 7 * 86_400_000 + 3_600_000;
const NONE: readonly string[] = [];
const NOBODY: readonly PricedVisit[] = [];
const NOTHING_TOLD = { lines: [], disposition: null, unpaid: null, contracts: [], places: [], charged: [], taken: [] };

function factsOf({
  revision,
  status,
  operatorId,
  garageId,
  country,
  plate,
  plateRead,
  firstSeenAt,
  enteredAt,
  exitedAt,
}: Visit) {
  return { revision, status, operatorId, garageId, country, plate, plateRead, firstSeenAt, enteredAt, exitedAt };
}

/**
 * How long a visit is kept after its last revision: the visits stage repairs it within its horizon, and twice that is
 * sure to be beyond; then a driver may still pay; and as long as caps over several visits look back.
 */
function keptMs(garage: Garage | undefined): number {
  const { horizonMs } = garage?.settings ?? defaultSettings;
  return 2 * horizonMs + keptUnrepairedMs(garage);
}

/** How much of that is after the last repair. */
function keptUnrepairedMs(garage: Garage | undefined): number {
  return (garage?.paymentWindowMs ?? 0) + (countsEarlierVisits(garage) ? WEEK_MS : 0);
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && (one.length === 0 || JSON.stringify(one) === JSON.stringify(other));
}
