import assert from 'node:assert/strict';
import { accountFor, emptyAccountIndex, putAccount } from '../accounts/account-rules.ts';
import { planAccounts } from '../accounts/account-history.ts';
import { parseAccounts } from '../accounts/accounts-file.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import { parsePayment } from '../external-payments/payments-file.ts';
import { parseGarages } from '../garages/garages-file.ts';
import { planPermits } from '../permits/permit-history.ts';
import { followPermits, type Entry } from '../permits/permit-rules.ts';
import { parsePermits } from '../permits/permits-file.ts';
import type { BillingLine, Disposition, ExternalPayment, Garage, UnpaidVisit, Visit } from '../records/records.ts';
import { openPricingRules, type PricingRules, type PricingSink } from './rules.ts';

/** For tests: pricing of one garage over a state of its own, and everything that it told. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Times in tests count from here: a Monday, 10:00 in Norway. */
export const START = Date.parse('2026-06-01T08:00:00Z');

/** 10 kr an hour, whole visits only. */
export const perHour = { tariffVersion: 't1', incrementMinutes: 60, incrementMinor: 1_000 };

export function garageOf(tariffs: readonly object[] = [perHour]): Garage {
  return parseGarages([{
    garageId: 'p4', operatorId: 'op', timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }], tariffs,
    settings: { horizonMs: 2 * HOUR }, paymentWindowMs: 48 * HOUR,
  }])[0]!;
}

/** A closed visit of nobody's account from START on, an hour long. */
export function visitOf(changes: Partial<Visit> = {}): Visit {
  const enteredAt = changes.enteredAt === undefined ? START : changes.enteredAt;
  return {
    visitId: 'visit-1', revision: 1, status: 'closed', operatorId: 'op', garageId: 'p4', plate: 'ZZ99999',
    country: 'NO', plateRead: true,
    entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: enteredAt ?? START, enteredAt,
    exitedAt: (enteredAt ?? START) + HOUR,
    matchConfidence: 1, flags: [], rulesVersion: 1, ...changes,
  };
}

/** A payment of 10 kr for the stranger's first hour. */
export function paymentOf(changes: object = {}): ExternalPayment {
  return parsePayment({
    provider: 'machine', reference: 'm1', garageId: 'p4', country: 'NO', plate: 'ZZ99999',
    from: new Date(START).toISOString(),
    to: new Date(START + HOUR).toISOString(), sumMinor: 1_000, ...changes,
  }, 0);
}

export interface PricingUnderTest {
  visit(visit: Visit): void;
  pay(payment: ExternalPayment): void;
  moveClock(to: number): void;
  configure(garage: Garage | undefined): void;
  /** Another owner restores the state from what was written. */
  takeOver(): void;
  readonly stateSize: number;
  /** Newest revisions. */
  readonly dispositions: ReadonlyMap<string, Disposition>;
  readonly lines: ReadonlyMap<string, BillingLine>;
  readonly unpaid: ReadonlyMap<string, UnpaidVisit>;
  /** The live disposition of a visit, in short. */
  of(visitId: string): string | undefined;
}

export interface Surroundings {
  readonly garage?: Garage | undefined;
  /** In the form of their files; account a has the cars AA10001 and AA10003, b has AA10002. */
  readonly permits?: readonly object[];
  /** References by plate. */
  readonly owners?: ReadonlyMap<string, string>;
}

export function openPricing(
  { garage = garageOf(), permits = [], owners = new Map() }: Surroundings = {},
): PricingUnderTest {
  let configured: Garage | undefined = garage;
  const index = emptyAccountIndex();
  for (const [accountId, account] of planAccounts(new Map(), parseAccounts([
    { accountId: 'a', vehicles: [{ country: 'NO', plate: 'AA10001' }, { country: 'NO', plate: 'AA10003' }] },
    { accountId: 'b', vehicles: [{ country: 'NO', plate: 'AA10002' }] },
  ]), START)) putAccount(index, accountId, account);
  const permitTable = planPermits(new Map(), parsePermits(permits), 0);
  const tables = {
    garage: () => configured,
    account: (visit: Entry & { readonly exitedAt: number }) =>
      accountFor(index, visit, visit.enteredAt, visit.exitedAt),
    permitsFor: followPermits({ entries: () => permitTable.entries(), onChange() {} }),
    ownerRef: (vehicle: { readonly plate: string }) => owners.get(vehicle.plate) ?? '',
    serviceZone: 'Europe/Oslo',
  };
  const changelog = new RecordBlock();
  const begin = (): { state: TaskState; rules: PricingRules } => {
    const state = new TaskState();
    const rules = openPricingRules(state, tables);
    for (const { key, value } of changelog) state.restore(key!, value);
    return { state, rules };
  };
  let owner = begin();
  const dispositions = new Map<string, Disposition>();
  const lines = new Map<string, BillingLine>();
  const unpaid = new Map<string, UnpaidVisit>();
  const sink: PricingSink = {
    disposition: (told) => tell(dispositions, told.visitId, told),
    line: (told) => tell(lines, told.lineId, told),
    unpaid: (told) => tell(unpaid, told.visitId, told),
  };
  const settled = (): void => owner.state.settle(changelog, 0);
  return {
    dispositions,
    lines,
    unpaid,
    get stateSize() {
      return owner.state.size;
    },
    visit(visit) {
      owner.rules.visit(visit, Infinity, sink);
      settled();
    },
    pay(payment) {
      owner.rules.payment(payment, sink);
      settled();
    },
    moveClock(to) {
      owner.rules.clockMove({ garageId: 'p4', from: 0, to, cause: 'tick', readsOffset: 0, controlId: null }, sink);
      settled();
    },
    configure(garage) {
      configured = garage;
      owner.rules.tariffsChanged(sink);
      settled();
    },
    takeOver() {
      owner = begin();
    },
    of(visitId) {
      const told = dispositions.get(visitId);
      if (told?.status !== 'live') return undefined;
      const { disposition, reason, grossMinor, paidMinor } = told;
      const parts = [
        disposition, reason, grossMinor > 0 ? String(grossMinor) : '', paidMinor > 0 ? `paid ${paidMinor}` : '',
      ];
      return parts.filter((part) => part !== '').join(' ');
    },
  };
}

function tell<T extends { readonly revision: number }>(newest: Map<string, T>, id: string, told: T): void {
  assert.equal(told.revision, (newest.get(id)?.revision ?? 0) + 1, 'revisions rise one by one');
  newest.set(id, told);
}
