import type { StateCodec, Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { Paying } from './attempts.ts';
import { isActive, type CollectedCharge } from './charge.ts';
import type { Invoice } from './giving-up.ts';
import { isSettled, isUnclaimed, type Line } from './line.ts';
import { formerLine, formerLineSchema, type FormerLine } from './former-line.ts';

/** What charges know of an account. */
export interface PayingAccount extends Paying {
  /** Whether charges have had it blocked. */
  readonly isBlocked: boolean;
  /** Somebody has said that it is not to be blocked. */
  readonly holdsBlocking: boolean;
}

export interface ChargesState {
  readonly lines: Table<Line>;
  readonly charges: Table<CollectedCharge>;
  readonly accounts: Table<PayingAccount>;
  readonly invoices: Table<Invoice>;
  /** Of bank payments that have counted: when they were booked, YYYY-MM-DD. */
  readonly references: Table<string>;
  lastClosedDay(): string | undefined;
  /** The calendar day of the last close. */
  today(): string | undefined;
  closeDay(billingDay: string, today: string): void;
  /** A number that is given once, from 1. */
  nextNumber(): number;
  setNextNumber(number: number): void;
  /** Accounts with lines that wait for a charge, or charges that something may still be collected by, sorted. */
  dueAccounts(): string[];
  /** Lines of an account with parts that wait for a charge. */
  unclaimedLines(accountId: string): Line[];
  activeCharges(accountId: string): CollectedCharge[];
  /** Charges of an account that were paid by card, and not wholly given back. */
  capturedCharges(accountId: string): CollectedCharge[];
  invoicesOf(accountId: string): Invoice[];
  invoiceOfKid(kid: string): Invoice | undefined;
  /** Settled lines of visit days before this one. */
  settledLinesBefore(visitDay: string): string[];
  /** Charges of billing days before this one that are over. */
  endedChargesBefore(billingDay: string): string[];
}

/** Opens the tables; what is due and what is settled is derived from them, so that a close touches nothing else. */
export function openChargesState(state: TaskState): ChargesState {
  const unclaimed = new Index();
  const settled = new Index();
  const active = new Index();
  const captured = new Index();
  const ended = new Index();
  const invoicesByAccount = new Index();
  const invoiceByKid = new Map<string, string>();

  const lines = state.table(1, lineCodec, (lineId, before, after) => {
    if (before !== undefined) {
      if (before.parts.some(isUnclaimed)) unclaimed.remove(before.accountId, lineId);
      if (isSettled(before)) settled.remove(before.visitDay, lineId);
    }
    if (after === undefined) return;
    if (after.parts.some(isUnclaimed)) unclaimed.add(after.accountId, lineId);
    if (isSettled(after)) settled.add(after.visitDay, lineId);
  });
  const days = state.table(2, textCodec);
  const charges = state.table(3, chargeCodec, (chargeId, before, after) => {
    if (before !== undefined) {
      (isActive(before) ? active : captured).remove(before.accountId, chargeId);
      if (!isActive(before)) ended.remove(before.billingDay, chargeId);
    }
    if (after === undefined) return;
    if (isActive(after)) return active.add(after.accountId, chargeId);
    ended.add(after.billingDay, chargeId);
    if (after.capturedMinor > after.reversedMinor) captured.add(after.accountId, chargeId);
  });
  const accounts = state.table(4, accountCodec);
  const invoices = state.table(5, invoiceCodec, (invoiceId, before, after) => {
    if (before !== undefined) {
      invoicesByAccount.remove(before.accountId, invoiceId);
      invoiceByKid.delete(before.kid);
    }
    if (after === undefined) return;
    invoicesByAccount.add(after.accountId, invoiceId);
    invoiceByKid.set(after.kid, invoiceId);
  });
  const references = state.table(6, textCodec);
  const numbers = state.table(7, numberCodec);
  return {
    lines, charges, accounts, invoices, references,
    lastClosedDay: () => days.get(LAST_CLOSED),
    today: () => days.get(TODAY),
    closeDay(billingDay, today) {
      days.put(LAST_CLOSED, billingDay);
      days.put(TODAY, today);
    },
    nextNumber: () => numbers.get(NEXT_NUMBER) ?? 1,
    setNextNumber: (number) => numbers.put(NEXT_NUMBER, number),
    dueAccounts: () => [...new Set([...unclaimed.keys(), ...active.keys()])].sort(),
    unclaimedLines: (accountId) => unclaimed.get(accountId).map((lineId) => lines.get(lineId)!),
    activeCharges: (accountId) => active.get(accountId).map((chargeId) => charges.get(chargeId)!),
    capturedCharges: (accountId) => captured.get(accountId).map((chargeId) => charges.get(chargeId)!),
    invoicesOf: (accountId) => invoicesByAccount.get(accountId).map((invoiceId) => invoices.get(invoiceId)!),
    invoiceOfKid(kid) {
      const invoiceId = invoiceByKid.get(kid);
      return invoiceId === undefined ? undefined : invoices.get(invoiceId);
    },
    settledLinesBefore: (visitDay) => settled.before(visitDay),
    endedChargesBefore: (billingDay) => ended.before(billingDay),
  };
}

const LAST_CLOSED = 'last closed';
const TODAY = 'today';
const NEXT_NUMBER = 'next KID';

/** Ids by a key, each sorted. */
class Index {
  private readonly ids = new Map<string, Set<string>>();

  add(key: string, id: string): void {
    this.ids.set(key, (this.ids.get(key) ?? new Set()).add(id));
  }

  remove(key: string, id: string): void {
    const ids = this.ids.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.ids.delete(key);
  }

  keys(): Iterable<string> {
    return this.ids.keys();
  }

  get(key: string): string[] {
    return [...(this.ids.get(key) ?? [])].sort();
  }

  /** The ids of all keys that sort before this one. */
  before(key: string): string[] {
    return [...this.ids].flatMap(([own, ids]) => (own < key ? [...ids] : []));
  }
}

const record = (name: string, fields: Record<string, unknown>) =>
  ({ type: 'record', name, fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })) });
const arrayOf = (items: unknown) => ({ type: 'array', items });

const lineCodec: StateCodec<Line> = ((): StateCodec<Line> => {
  const present = avroStateCodec<Line>(2, record('Line', {
    lineId: 'string', revision: 'int', live: 'boolean', accountId: 'string', operatorId: 'string', visitId: 'string',
    garageId: 'string', visitDay: 'string', currency: 'string', merchant: 'string', ownerRef: 'string',
    grossMinor: 'long',
    vatMinor: 'long',
    parts: arrayOf(record('Part', {
      entryId: 'string', revision: 'int', operatorId: 'string', merchant: 'string', currency: 'string',
      grossMinor: 'long',
      vatMinor: 'long', owner: 'string', ownerId: 'string', status: 'string', since: 'string', toldMinor: 'long',
      toldVatMinor: 'long',
    })),
  }));
  const former = avroStateCodec<FormerLine>(1, formerLineSchema);
  return {
    ...present,
    decode: (bytes, version) => (version === 1 ? formerLine(former.decode(bytes, 1)) : present.decode(bytes, version)),
  };
})();

const textCodec = avroStateCodec<string>(1, 'string');
const numberCodec = avroStateCodec<number>(1, 'long');

const chargeCodec = avroStateCodec<CollectedCharge>(1, record('CollectedCharge', {
  chargeId: 'string', revision: 'int', status: 'string', accountId: 'string', billingDay: 'string', merchant: 'string',
  currency: 'string', grossMinor: 'long', vatMinor: 'long',
  lines: arrayOf(record('ChargedLine', {
    lineId: 'string', visitId: 'string', operatorId: 'string', garageId: 'string', visitDay: 'string',
    grossMinor: 'long',
    vatMinor: 'long', entryId: 'string',
  })),
  history: arrayOf(record('ChargeEvent', { status: 'string', at: 'long', code: 'string', attempt: 'int' })),
  allocations: arrayOf(record('Allocation', { operatorId: 'string', grossMinor: 'long', vatMinor: 'long' })),
  nextAttemptDay: 'string', attempts: 'int', operation: 'string', requestId: 'string', cardToken: 'string',
  attemptDay: 'string',
  refusedCard: 'string', failingSince: 'string', isExhausted: 'boolean', orderId: 'string', capturedMinor: 'long',
  reversedMinor: 'long',
  givesBack: arrayOf(record('GivesBack', {
    chargeId: 'string', orderId: 'string', grossMinor: 'long', requestId: 'string', isDone: 'boolean',
  })),
}));

const accountCodec: StateCodec<PayingAccount> = ((): StateCodec<PayingAccount> => {
  const fields = {
    card: record('Card', { token: 'string', expiryMonth: 'string' }), isBlocked: 'boolean', holdsBlocking: 'boolean',
  };
  const present = avroStateCodec<PayingAccount>(2, record('PayingAccount', { ...fields, refusedCard: 'string' }));
  const former = avroStateCodec<Omit<PayingAccount, 'refusedCard'>>(1, record('PayingAccount', fields));
  return {
    ...present,
    decode: (bytes, version) =>
      (version === 1 ? { ...former.decode(bytes, 1), refusedCard: '' } : present.decode(bytes, version)),
  };
})();

const invoiceCodec = avroStateCodec<Invoice>(1, record('Invoice', {
  invoiceId: 'string', kid: 'string', accountId: 'string', operatorId: 'string', ownerRef: 'string', currency: 'string',
  issuedDay: 'string', dueDay: 'string', grossMinor: 'long', vatMinor: 'long', paidMinor: 'long',
  lineIds: arrayOf('string'),
}));
