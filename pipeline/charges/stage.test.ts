import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionCounts, topics, type SchemaName } from '../../topics/topics.ts';
import { Outputs } from '../engine/outputs.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { RejectedError } from '../engine/stage.ts';
import { TaskState } from '../engine/state.ts';
import { addDays } from '../pricing/calendar.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { BillingLine, Control, PaymentOutcome, PaymentRequest, RecordOf } from '../records/records.ts';
import { formerLineSchema, type FormerLine } from './former-line.ts';
import { kidOf } from './kid.ts';
import { chargesStage } from './stage.ts';
import { aLine } from './test-charges.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const TASK = 0;
/** Accounts of task 0. */
const accounts = Array.from({ length: 40 }, (_, n) => `account-${n}`)
  .filter((id) => partitionOf(id, partitionCounts.account) === TASK).slice(0, 5);
const stranger =
  Array.from({ length: 40 }, (_, n) => `account-${n}`).find((id) => partitionOf(id, partitionCounts.account) !== TASK)!;

interface Input {
  readonly topic: string;
  readonly value: Buffer;
}

function input<N extends SchemaName>(topic: string, schema: N, record: RecordOf[N]): Input {
  return { topic, value: openCodec(schema, ids).encode(record) };
}

function line(changes: Partial<BillingLine> = {}): Input {
  return input(
    topics.billing.name,
    'BillingRecord',
    { 'parking.BillingLine': { ...aLine, accountId: accounts[0]!, ...changes } },
  );
}

function dayClose(billingDay: string): Input {
  const closedAt = Date.parse(`${addDays(billingDay, 1)}T04:00:00Z`);
  return input(topics.billing.name, 'BillingRecord', { 'parking.DayClose': { billingDay, closedAt } });
}

function card(accountId: string): Input {
  const control: Control = {
    controlId: 'c', type: 'card', subject: accountId, to: null,
    version: null, issuedAt: 0, issuedBy: 'test', reason: '',
    cardToken: 'good', cardExpiryMonth: '2030-12',
  };
  return input(topics.chargesControl.name, 'Control', control);
}

function result(
  { requestId, chargeId, attempt, accountId, grossMinor, currency }: PaymentRequest, outcome: PaymentOutcome,
): Input {
  return input(topics.paymentResults.name, 'PaymentResult', {
    requestId, revision: 1, chargeId, attempt, accountId, outcome, code: '',
    authorisationReference: 'r', captureReference: 'r', grossMinor,
    currency, decidedAt: 1, orderId: `order-${requestId}`,
  });
}

/** A task of the stage with its changelog. */
class Owner {
  readonly state = new TaskState();
  private readonly task;
  private readonly changelog: RecordBlock;

  constructor(changelog: RecordBlock) {
    this.changelog = changelog;
    this.task = chargesStage({ ids, serviceZone: 'Europe/Oslo' }).openTask(TASK, this.state);
    for (const { key, value } of changelog) this.state.restore(key!, value);
  }

  apply({ topic, value }: Input, offset: number, out: Outputs): void {
    this.task.apply(
      { topic, record: { key: null, value, timestamp: offset, offset, headers: null }, monotonicMs: 0 },
      out,
    );
    this.state.settle(this.changelog, 0);
  }
}

/** Runs the log through the stage, with a new owner restored from the changelog before each of the given positions. */
function run(log: readonly Input[], takeovers: ReadonlySet<number> = new Set()): { told: string[]; state: TaskState } {
  const changelog = new RecordBlock();
  const out = new Outputs();
  let owner = new Owner(changelog);
  log.forEach((record, offset) => {
    if (takeovers.has(offset)) owner = new Owner(changelog);
    owner.apply(record, offset, out);
  });
  return { told: valuesOf(out), state: owner.state };
}

function valuesOf(out: Outputs): string[] {
  return out.batches().flatMap(({ topic, partition, records }) =>
    Array.from(records, ({ key, value }) => `${topic} ${partition} ${String(key)} ${value!.toString('hex')}`));
}

const reason = (expected: string) => (error: unknown): boolean => (error as RejectedError).reason === expected;

test('a day that is closed again, or one before it, makes no new charge', () => {
  const once = run([line(), dayClose('2026-06-02'), line({ lineId: 'line-2' })]);
  const again = run([
    line(), dayClose('2026-06-02'), line({ lineId: 'line-2' }), dayClose('2026-06-02'), dayClose('2026-06-01'),
  ]);
  assert.deepEqual(again.told, once.told);
});

test('what is of another partition\'s account is refused', () => {
  assert.throws(() => run([line({ accountId: stranger })]), reason('wrong_partition'));
  assert.throws(() => run([card(stranger)]), reason('wrong_partition'));
  const payment = {
    reference: 'b', kid: kidOf(1, 1), amountMinor: 1, currency: 'NOK', bookedOn: '2026-06-01', receivedAt: 0,
  };
  assert.throws(() => run([input(topics.bankPayments.name, 'BankPayment', payment)]), reason('wrong_partition'));
});

test('a payment of nothing, a day that is none and a control that charges do not know are refused', () => {
  const payment = {
    reference: 'b', kid: kidOf(0, 1), amountMinor: 0, currency: 'NOK', bookedOn: '2026-06-01', receivedAt: 0,
  };
  assert.throws(() => run([input(topics.bankPayments.name, 'BankPayment', payment)]), reason('impossible_payment'));
  for (const billingDay of ['today', '2026-02-30', '2026-2-3']) {
    assert.throws(
      () => run([input(topics.billing.name, 'BillingRecord', { 'parking.DayClose': { billingDay, closedAt: 0 } })]),
      reason('bad_day'),
      billingDay,
    );
  }
  const control: Control = {
    controlId: 'c', type: 'recount', subject: accounts[0]!, to: null,
    version: null, issuedAt: 0, issuedBy: 'test', reason: '',
  };
  assert.throws(() => run([input(topics.chargesControl.name, 'Control', control)]), reason('unknown_control'));
});

test('a payment result of a charge that is not known changes nothing', () => {
  const request = {
    requestId: 'x', chargeId: 'x', attempt: 1, accountId: accounts[0]!, grossMinor: 1, currency: 'NOK',
  } as PaymentRequest;
  assert.deepEqual(run([result(request, 'captured')]).told, []);
});

test('state of before there was a ledger is read: what was charged counts as captured, what changed since is charged', () => {
  const former: FormerLine = {
    lineId: 'line-1', revision: 2, live: true, accountId: accounts[0]!,
    operatorId: 'op', visitId: 'visit-1', garageId: 'p4',
    visitDay: '2026-06-01', currency: 'NOK', grossMinor: 4_000, vatMinor: 800,
    charged: [{ currency: 'NOK', grossMinor: 3_500, vatMinor: 700 }],
  };
  const before = new TaskState();
  before.table(1, avroStateCodec<FormerLine>(1, formerLineSchema)).put('line-1', former);
  const changelog = new RecordBlock();
  before.settle(changelog, 0);
  const out = new Outputs();
  const owner = new Owner(changelog);
  [card(accounts[0]!), dayClose('2026-06-02')].forEach((record, offset) => owner.apply(record, offset, out));
  const requests = openCodec('PaymentRequest', ids);
  const asked = out.batches().flatMap(({ topic, records }) =>
    topic === topics.paymentRequests.name
      ? Array.from(records, ({ value }) => requests.decode(value!).grossMinor)
      : []);
  assert.deepEqual(asked, [500]);
});

test('state of before a refused card was known is read: the card is asked, and an account that is not to be blocked is not', () => {
  const before = new TaskState();
  before.table(4, avroStateCodec<object>(1, {
    type: 'record', name: 'PayingAccount', fields: [
      { name: 'card', type: { type: 'record', name: 'Card', fields: [
        { name: 'token', type: 'string' }, { name: 'expiryMonth', type: 'string' },
      ] } },
      { name: 'isBlocked', type: 'boolean' }, { name: 'holdsBlocking', type: 'boolean' },
    ],
  })).put(accounts[0]!, { card: { token: 'good', expiryMonth: '2030-12' }, isBlocked: false, holdsBlocking: true });
  const changelog = new RecordBlock();
  before.settle(changelog, 0);
  const out = new Outputs();
  const owner = new Owner(changelog);
  const told = (topic: string): Buffer[] =>
    out.batches().flatMap((batch) => (batch.topic === topic ? Array.from(batch.records, ({ value }) => value!) : []));
  [line(), dayClose('2026-06-01')].forEach((record, offset) => owner.apply(record, offset, out));
  const [request] = told(topics.paymentRequests.name).map((value) => openCodec('PaymentRequest', ids).decode(value));
  assert.equal(request!.cardToken, 'good');
  [result(request!, 'declined_hard'), dayClose('2026-06-02')]
    .forEach((record, index) => owner.apply(record, index + 2, out));
  assert.deepEqual([told(topics.sales.name).length, told(topics.accountsControl.name).length], [3, 0]);
});

/** Lines in rising revisions, closes of rising days, and outcomes of what was asked for by then. */
const logs: fc.Arbitrary<Input[]> = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({
    account: fc.constantFrom(...accounts), visit: fc.nat(3), withdrawn: fc.boolean(),
    grossMinor: fc.integer({ min: 1, max: 50 }).map((n) => n * 100),
  }) },
  { weight: 2, arbitrary: fc.constant({ close: true }) },
  { weight: 4, arbitrary: fc.record({
    outcome: fc.constantFrom<PaymentOutcome>('captured', 'declined_soft', 'declined_hard', 'technical', 'unknown'),
  }) },
), { minLength: 10, maxLength: 60 }).map((steps) => {
  const log: Input[] = accounts.slice(1).map(card);
  const revisions = new Map<string, number>();
  const requests = openCodec('PaymentRequest', ids);
  const out = new Outputs();
  const owner = new Owner(new RecordBlock());
  const answered = new Set<string>();
  let day = 0;
  log.forEach((record, offset) => owner.apply(record, offset, out));
  const add = (record: Input): void => {
    owner.apply(record, log.length, out);
    log.push(record);
  };
  for (const step of steps) {
    if ('close' in step) add(dayClose(addDays('2026-06-01', day++)));
    else if ('outcome' in step) {
      const asked = out.batches().flatMap(({ topic, records }) =>
        topic === topics.paymentRequests.name ? Array.from(records, ({ value }) => requests.decode(value!)) : []);
      const request = asked.find(({ requestId }) => !answered.has(requestId));
      if (request === undefined) continue;
      if (step.outcome !== 'unknown') answered.add(request.requestId);
      add(result(request, step.outcome));
    } else {
      const lineId = `${step.account} ${step.visit}`;
      const revision = (revisions.get(lineId) ?? 0) + 1;
      revisions.set(lineId, revision);
      add(line({
        lineId, revision, accountId: step.account, visitId: `visit-${step.visit}`,
        status: step.withdrawn ? 'withdrawn' : 'live',
        visitDay: addDays('2026-06-01', day), grossMinor: step.grossMinor, vatMinor: step.grossMinor / 5,
      }));
    }
  }
  return log;
});

test('the same log gives the same charges, ledger, requests and sales byte for byte, whoever takes over in between', () => {
  fc.assert(fc.property(logs, fc.uniqueArray(fc.nat(60)), (log, takeovers) => {
    assert.deepEqual(run(log, new Set(takeovers)).told, run(log).told);
  }));
});
