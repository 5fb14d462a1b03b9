import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RejectedError } from '../engine/stage.ts';
import { addDays } from '../pricing/calendar.ts';
import type { BillingLine, Charge, LedgerEntry, PaymentOutcome, PaymentRequest } from '../records/records.ts';
import { saleFault } from '../documents/rules.ts';
import { aLine, TestCharges } from './test-charges.ts';

type Step =
  | {
    readonly what: 'line';
    readonly visit: number;
    readonly minor: number;
    readonly withdrawn: boolean;
    readonly rate: number;
    readonly currency: string;
  }
  | { readonly what: 'close' }
  | { readonly what: 'outcome'; readonly which: number; readonly outcome: PaymentOutcome }
  | { readonly what: 'card'; readonly token: string }
  | { readonly what: 'pay'; readonly which: number; readonly minor: number }
  | { readonly what: 'word'; readonly word: 'waive' | 'approve'; readonly visit: number }
  | { readonly what: 'waive charge'; readonly which: number }
  | { readonly what: 'month'; readonly first: PaymentOutcome; readonly outcome: PaymentOutcome };

const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({
    what: fc.constant('line' as const), visit: fc.nat(9), minor: fc.integer({ min: 1, max: 40 }).map((n) => n * 100),
    withdrawn: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    rate: fc.constantFrom(25, 25, 25, 0), currency: fc.constantFrom('NOK', 'NOK', 'NOK', 'NOK', 'EUR'),
  }) },
  { weight: 6, arbitrary: fc.constant({ what: 'close' as const }) },
  { weight: 8, arbitrary: fc.record({
    what: fc.constant('outcome' as const), which: fc.nat(3),
    outcome: fc.constantFrom<PaymentOutcome>(
      'captured', 'captured', 'captured', 'declined_soft', 'declined_soft', 'declined_hard', 'technical', 'unknown',
    ),
  }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('card' as const), token: fc.constantFrom('', 'one', 'two') }) },
  { weight: 2, arbitrary: fc.record({
    what: fc.constant('pay' as const),
    which: fc.nat(3),
    minor: fc.integer({ min: -2, max: 2 }).map((n) => n * 100),
  }) },
  { weight: 1, arbitrary: fc.record({
    what: fc.constant('word' as const),
    word: fc.constantFrom('waive' as const, 'approve' as const),
    visit: fc.nat(9),
  }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('waive charge' as const), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({
    what: fc.constant('month' as const), first: fc.constantFrom<PaymentOutcome>('captured', 'technical'),
    outcome: fc.constantFrom<PaymentOutcome>('technical', 'declined_soft', 'unknown'),
  }) },
), { minLength: 30, maxLength: 120 });

/** Plays steps, as a world with a gateway and a bank would, and holds after each what must always hold. */
class World {
  readonly told = new TestCharges().card('one');
  readonly newest = new Map<string, BillingLine>();
  private readonly revisions = new Map<string, number>();
  /** Requests whose outcome is not known, oldest first. */
  readonly underWay: PaymentRequest[] = [];
  private seen = 0;
  private days = 0;
  private payments = 0;
  /** What the gateway took for each charge, and what it gave back of each order. */
  readonly taken = new Map<string, number>();
  readonly givenBack = new Map<string, number>();

  play(step: Step): void {
    try {
      this.playOne(step);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
    }
    this.underWay.push(...this.told.requests.slice(this.seen));
    this.seen = this.told.requests.length;
  }

  private playOne(step: Step): void {
    const { told } = this;
    switch (step.what) {
      case 'line': return this.line(step);
      case 'close':
        told.close(addDays('2026-06-01', this.days));
        this.days += 1;
        return;
      case 'outcome': return this.answer(step.which, step.outcome);
      case 'card': return void told.card(step.token, step.token === '' ? '' : '2030-12');
      case 'pay': {
        const invoice = told.invoices.at(-1 - step.which);
        if (invoice === undefined) return;
        this.payments += 1;
        return void told.pay(invoice.kid, invoice.grossMinor + step.minor, `bank-${this.payments}`, invoice.currency);
      }
      case 'word': return void told.control(step.word, `line-${step.visit}`);
      case 'month': return this.month(step);
      case 'waive charge': return void told.control('waive', told.newest.at(-1 - step.which)?.chargeId ?? '');
    }
  }

  /** A month in which the gateway answers the same to all that it is asked to give back, but perhaps the first time. */
  private month({ first, outcome }: Extract<Step, { what: 'month' }>): void {
    let isFirst = true;
    for (let day = 0; day < 30; day++) {
      this.play({ what: 'close' });
      const which = this.underWay.findIndex(({ operation }) => operation === 'reversal');
      if (which < 0) continue;
      this.answer(which, isFirst ? first : outcome);
      isFirst = false;
    }
  }

  private line({ visit, minor: grossMinor, withdrawn, rate, currency }: Extract<Step, { what: 'line' }>): void {
    const lineId = `line-${visit}`;
    const revision = (this.revisions.get(lineId) ?? 0) + 1;
    const line: BillingLine = {
      ...aLine, lineId, visitId: `visit-${visit}`, revision,
      status: withdrawn ? 'withdrawn' : 'live', grossMinor, vatMinor: rate === 0 ? 0 : grossMinor / 5,
      currency, operatorId: visit % 3 === 0 ? 'another' : 'op', ownerRef: visit % 2 === 0 ? 'owner' : '',
      visitDay: this.newest.get(lineId)?.visitDay ?? addDays('2026-06-01', this.days),
    };
    this.revisions.set(lineId, revision);
    this.told.line(line);
    this.newest.set(lineId, line);
  }

  private answer(which: number, outcome: PaymentOutcome): void {
    const request = this.underWay[which];
    if (request === undefined) return;
    const { chargeId, operation, orderId, grossMinor } = request;
    const known: PaymentOutcome = operation === 'reversal' && outcome === 'captured' ? 'reversed' : outcome;
    if (known !== 'unknown') this.underWay.splice(which, 1);
    if (known === 'captured') {
      assert.ok(!this.taken.has(`order-${request.requestId}`), 'no attempt is taken twice');
      this.taken.set(`order-${request.requestId}`, grossMinor);
      assert.equal(
        [...this.taken.keys()].filter((order) => order.startsWith(`order-${chargeId}-`)).length,
        1,
        'no charge is taken twice',
      );
    }
    if (known === 'reversed') this.givenBack.set(orderId, (this.givenBack.get(orderId) ?? 0) + grossMinor);
    const back = this.told.requests.length - 1 - this.told.requests.indexOf(request);
    this.told.outcome(known, { back });
  }
}

function check({ told, newest, underWay, taken, givenBack }: World): void {
  const charges = new Map(told.newest.map((charge) => [charge.chargeId, charge]));
  const entries = told.entries;
  const waiting = new Set(underWay.map(({ chargeId }) => chargeId));

  for (const charge of charges.values()) {
    const { grossMinor, lines, allocations, chargeId } = charge;
    assert.equal(grossMinor, sum(lines), 'a charge is the sum of its lines');
    assert.equal(grossMinor, sum(allocations), 'a charge is the sum of its allocations');
    const own = underWay.filter((request) => request.chargeId === chargeId);
    assert.equal(
      new Set(own.map(({ operation, orderId }) => `${operation} ${orderId}`)).size,
      own.length,
      'at most one attempt is under way',
    );
  }

  for (const { grossMinor } of told.requests) assert.ok(grossMinor > 0, 'what is asked for is more than nothing');
  for (const entry of entries) checkOwner(entry, charges);
  for (const { lineId, status, grossMinor } of newest.values()) {
    const own = entries.filter((entry) => entry.lineId === lineId);
    if (own.some(({ ownerId, owner }) => owner === 'open' && waiting.has(ownerId))) continue;
    assert.equal(sum(own), status === 'live' ? grossMinor : 0, 'the entries of a line are what it is worth');
  }

  const captured = entries.filter(({ owner }) => owner === 'captured');
  const back = [...givenBack.values()].reduce((total, minor) => total + minor, 0);
  const partlyBack = told.newest.filter(({ grossMinor, status }) => grossMinor < 0 &&
    status !== 'charged').flatMap(({ chargeId }) =>
    told.state.charges.get(chargeId)!.givesBack.filter(({ isDone }) => isDone)).reduce(
      (total, { grossMinor }) => total + grossMinor,
      0,
    );
  const money = [...taken.values()].reduce((total, minor) => total + minor, 0) - back;
  assert.equal(money, sum(captured) - partlyBack, 'what the gateway has taken is what captured charges own');
  for (const [order, minor] of givenBack) {
    assert.ok(minor <= taken.get(order)!, 'never more is given back than was captured');
  }
  checkSales(told, entries);
}

/** Each entry is owned by exactly one of open charge, captured charge, invoice, waived. */
function checkOwner({ entryId, owner, ownerId, grossMinor }: LedgerEntry, charges: ReadonlyMap<string, Charge>): void {
  const holders = [...charges.values()].filter(({ status, lines }) =>
    status !== 'invoiced' &&
      status !== 'waived' &&
      lines.some((line) => line.entryId === entryId && line.grossMinor !== 0));
  if (owner === 'invoice' || owner === 'waived' || ownerId === '') {
    return assert.deepEqual(holders, [], `${owner} is in no charge`);
  }
  assert.deepEqual(
    holders.map(({ chargeId }) => chargeId),
    [ownerId],
    'an entry is in the charge that owns it, and in no other',
  );
  const [holder] = holders;
  assert.equal(holder!.status === 'charged', owner === 'captured');
  assert.equal(holder!.lines.find((line) => line.entryId === entryId)!.grossMinor, grossMinor);
}

/**
 * Documents tell of what is in a charge, captured or invoiced, once; of what is waived or waits,
 * nothing but its credit notes.
 */
function checkSales({ sales }: TestCharges, entries: readonly LedgerEntry[]): void {
  assert.equal(new Set(sales.map(({ saleId }) => saleId)).size, sales.length, 'each document is made once');
  const ids = new Set(sales.map(({ saleId }) => saleId));
  for (const sale of sales) assert.equal(saleFault(sale), null, 'a document can be made of each sale');
  for (const { kind, originalSaleId } of sales) {
    if (kind === 'credit_note') assert.ok(ids.has(originalSaleId), 'a credit note has its original');
  }
  const soldOf = (lineId: string): number =>
    sum(sales.flatMap(({ lines }) => lines).filter((line) => line.lineId === lineId));
  for (const [lineId, own] of Map.groupBy(entries, (entry) => entry.lineId)) {
    const certain = own.filter(({ owner, ownerId }) => owner !== 'waived' && !(owner === 'open' && ownerId === ''));
    const waitingCredits = own.filter(({ owner, ownerId, grossMinor }) =>
      owner === 'open' && ownerId === '' && grossMinor < 0);
    const sold = soldOf(lineId);
    // A credit that was lessened again is told of when it is used.
    assert.ok(sold <= sum(certain) + sum(waitingCredits), 'no more is sold than is owned');
    const isAllOwned = own.every(({ ownerId, owner, grossMinor }) =>
      ownerId !== '' || owner === 'waived' || grossMinor === 0);
    if (waitingCredits.length === 0 && isAllOwned) {
      assert.equal(sold, sum(certain), 'what is owned is sold once');
    }
  }
}

function sum(amounts: readonly { readonly grossMinor: number }[]): number {
  return amounts.reduce((total, { grossMinor }) => total + grossMinor, 0);
}

test('whatever happens in whatever order, each entry has one owner, sums are kept to the ore, and nothing is taken twice', () => {
  fc.assert(fc.property(steps, (played) => {
    const world = new World();
    for (const step of played) {
      world.play(step);
      check(world);
    }
  }), { numRuns: 400 });
});
