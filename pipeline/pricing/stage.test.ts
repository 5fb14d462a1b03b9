import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { planAccounts } from '../accounts/account-history.ts';
import { parseAccounts } from '../accounts/accounts-file.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import { Outputs } from '../engine/outputs.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import { NotYetError, RejectedError } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { ClockMove, Control, ExternalPayment, Garage, Visit } from '../records/records.ts';
import { pricingStage } from './stage.ts';
import { garageOf, HOUR, paymentOf, START, visitOf } from './test-pricing.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const visits = openCodec('Visit', ids);
const controls = openCodec('Control', ids);
const payments = openCodec('ExternalPayment', ids);
const clockMoves = openCodec('ClockMove', ids);
const billing = openCodec('BillingRecord', ids);
const dispositions = openCodec('Disposition', ids);
const unpaid = openCodec('UnpaidVisit', ids);

const TASK = partitionOf('p4', partitionCounts.garage);
const TABLE_VERSION = 3;
const STRANGER = Array.from({ length: 40 }, (_, n) => `g${n}`)
  .find((id) => partitionOf(id, partitionCounts.garage) !== TASK)!;

function tableOf<V>(values: Iterable<[string, V]>): GlobalTable<V> & { readonly values: Map<string, V> } {
  const map = new Map(values);
  return {
    values: map, get: (key) => map.get(key), entries: () => map.entries(), version: TABLE_VERSION,
    reached: () => Promise.resolve(), onChange() {}, close: () => Promise.resolve(),
  };
}

function openTask() {
  const out = new Outputs();
  const state = new TaskState();
  const garages = tableOf<Garage>([['p4', garageOf()]]);
  const drivers = parseAccounts([{ accountId: 'a', vehicles: [{ country: 'NO', plate: 'AA10001' }] }]);
  const accounts = tableOf(planAccounts(new Map(), drivers, START));
  const stage = pricingStage({
    ids, garages, accounts, permits: tableOf([]), owners: tableOf([]), serviceZone: 'Europe/Oslo',
  });
  const task = stage.openTask(TASK, state);
  const apply = (topic: string, value: Buffer | null, timestamp: number) => {
    task.apply({ topic, record: { key: null, value, timestamp, offset: 0, headers: null }, monotonicMs: 0 }, out);
    state.settle(new RecordBlock(), 0);
  };
  return {
    garages: garages.values,
    price: (visit: Visit, receivedAt = START + 99 * HOUR) =>
      apply(topics.visits.name, visits.encode(visit), receivedAt),
    obey: (control: Control) => apply(topics.pricingControl.name, controls.encode(control), START),
    pay: (payment: ExternalPayment) => apply(topics.externalPayments.name, payments.encode(payment), START),
    move(changes: Partial<ClockMove>) {
      const move: ClockMove = {
        garageId: 'p4', from: 0, to: 0, cause: 'tick', readsOffset: 0, controlId: null, ...changes,
      };
      apply(topics.visitsClock.name, clockMoves.encode(move), START);
    },
    bytes: (value: Buffer | null) => apply(topics.visits.name, value, START),
    written: (topic: string) => out.batches().filter((batch) => batch.topic === topic).flatMap(({ partition, records }) =>
      Array.from(records, ({ key, value, timestamp }) => ({
        partition,
        key: key!.toString(),
        value: value!,
        timestamp,
      }))),
  };
}

const rejectedFor = (reason: string) =>
  (error: unknown): boolean => error instanceof RejectedError && error.reason === reason;

test('a line goes to its account\'s partition with the account as key, a disposition to that of its visit', () => {
  const task = openTask();
  task.price(visitOf({ plate: 'AA10001' }), START + 2 * HOUR);
  const [line] = task.written(topics.billing.name);
  assert.deepEqual([line!.key, line!.partition, line!.timestamp],
    ['a', partitionOf('a', partitionCounts.account), START + 2 * HOUR]);
  assert.ok('parking.BillingLine' in billing.decode(line!.value));
  const [disposition] = task.written(topics.dispositions.name);
  assert.deepEqual([disposition!.key, disposition!.partition, disposition!.timestamp], ['p4', TASK, START + 2 * HOUR]);
  assert.equal(dispositions.decode(disposition!.value).disposition, 'account');
});

test('when the garage\'s clock passes the payment window, an unpaid visit is told', () => {
  const task = openTask();
  task.price(visitOf());
  task.move({ to: START + 49 * HOUR });
  const [record] = task.written(topics.unpaid.name);
  assert.deepEqual([record!.key, record!.partition, unpaid.decode(record!.value).grossMinor], ['p4', TASK, 1_000]);
});

test('a visit with a time ahead of when it came in moves the garage\'s time no further than that', () => {
  const task = openTask();
  task.price(visitOf());
  task.price(visitOf({ visitId: 'ahead', enteredAt: START + 60 * HOUR }), START + 2 * HOUR);
  assert.deepEqual(task.written(topics.unpaid.name), []);
});

test('a payment made elsewhere settles its visit', () => {
  const task = openTask();
  task.price(visitOf());
  task.pay(paymentOf());
  assert.deepEqual(task.written(topics.dispositions.name).map(({ value }) => dispositions.decode(value).disposition),
    ['awaiting_payment', 'paid_elsewhere']);
});

test('a payment settles its visit however its provider writes plate and country', () => {
  for (const written of [{ plate: 'zz 999-99' }, { country: 'no' }, { country: '' }, { plate: 'Zz99999', country: 'xx' }]) {
    const task = openTask();
    task.price(visitOf());
    task.pay({ ...paymentOf(), ...written });
    const told = task.written(topics.dispositions.name).map(({ value }) => dispositions.decode(value).disposition);
    assert.equal(told.at(-1), 'paid_elsewhere');
  }
});

test('what belongs to a garage of another partition is refused, whatever it is', () => {
  const task = openTask();
  assert.throws(() => task.price(visitOf({ garageId: STRANGER })), rejectedFor('wrong_partition'));
  assert.throws(() => task.pay(paymentOf({ garageId: STRANGER })), rejectedFor('wrong_partition'));
  assert.throws(() => task.move({ garageId: STRANGER }), rejectedFor('wrong_partition'));
});

test('a payment that none can be is refused, without its plate in the message', () => {
  const bad: [Partial<ExternalPayment>, string][] = [
    [{ provider: '' }, 'incomplete_payment'], [{ reference: '' }, 'incomplete_payment'],
    [{ plate: '' }, 'incomplete_payment'],
    [{ from: START + 2 * HOUR }, 'impossible_payment'], [{ sumMinor: 0 }, 'impossible_payment'],
    [{ sumMinor: -1 }, 'impossible_payment'], [{ plate: 'ZZ99999 (rental)' }, 'impossible_payment'],
    [{ to: START + 401 * 24 * HOUR }, 'impossible_payment'],
    [{ plate: ' - ' }, 'impossible_payment'], [{ country: 'Norway' }, 'impossible_payment'],
  ];
  for (const [changes, reason] of bad) {
    assert.throws(() => openTask().pay({ ...paymentOf(), ...changes }), (error) => {
      assert.doesNotMatch((error as Error).message, /ZZ99999/);
      return rejectedFor(reason)(error);
    });
  }
});

test('a record without a value is refused', () => {
  assert.throws(() => openTask().bytes(null), rejectedFor('empty'));
});

const configuration: Control = {
  controlId: 'c1', type: 'configuration', subject: 'garages', to: null, version: TABLE_VERSION, issuedAt: 0,
  issuedBy: 'test', reason: '',
};

test('a configuration is waited for until the table has it', () => {
  for (const subject of ['garages', 'accounts', 'permits']) {
    openTask().obey({ ...configuration, subject });
    assert.throws(() => openTask().obey({ ...configuration, subject, version: TABLE_VERSION + 1 }), NotYetError);
  }
});

test('a configuration of garages prices what no tariff covered', () => {
  const task = openTask();
  task.garages.delete('p4');
  task.price(visitOf());
  task.garages.set('p4', garageOf());
  task.obey(configuration);
  assert.deepEqual(task.written(topics.dispositions.name).map(({ value }) => dispositions.decode(value).disposition),
    ['review', 'awaiting_payment']);
});

test('a control that pricing does not know is refused', () => {
  assert.throws(() => openTask().obey({ ...configuration, type: 'hold' }), rejectedFor('unknown_control'));
  assert.throws(() => openTask().obey({ ...configuration, subject: 'weather' }), rejectedFor('unknown_control'));
});
