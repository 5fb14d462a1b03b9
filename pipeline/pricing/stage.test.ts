import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { planAccounts } from '../accounts/account-history.ts';
import { parseAccounts } from '../accounts/accounts-file.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import { Outputs } from '../engine/outputs.ts';
import { TaskState, type ChangelogEntry } from '../engine/state.ts';
import { NotYetError, RejectedError } from '../engine/stage.ts';
import { parseGarages } from '../garages/garages-file.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Account, BillingLine, Control, Garage, Visit } from '../records/records.ts';
import { pricingStage } from './stage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const visitCodec = openCodec('Visit', ids);
const controlCodec = openCodec('Control', ids);
const billingCodec = openCodec('BillingRecord', ids);

const HOUR = 3_600_000;
const START = Date.parse('2026-06-01T08:00:00Z');
const TASK = partitionOf('p4', partitionCounts.garage);
const TABLE_VERSION = 3;

const garages = tableOf<Garage>(parseGarages([{
  garageId: 'p4', timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }], settings: { horizonMs: 2 * HOUR },
  tariffs: [{ tariffVersion: 't1', incrementMinutes: 60, incrementMinor: 1_000 }],
}]).map((garage) => [garage.garageId, garage]));
const accounts = tableOf<Account>([...planAccounts(new Map(), parseAccounts([
  { accountId: 'a', vehicles: [{ country: 'NO', plate: 'AA10001' }] },
  { accountId: 'b', vehicles: [{ country: 'NO', plate: 'AA10002' }] },
]), START)]);

function tableOf<V>(values: [string, V][]): GlobalTable<V> {
  const map = new Map(values);
  return {
    get: (key) => map.get(key), entries: () => map.entries(), version: TABLE_VERSION,
    reached: () => Promise.resolve(), onChange() {}, close: () => Promise.resolve(),
  };
}

function visit(changes: Partial<Visit> = {}): Visit {
  return {
    visitId: 'visit-1', revision: 1, status: 'closed', operatorId: 'op', garageId: 'p4', plate: 'AA10001', country: 'NO',
    plateRead: true, entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: START, enteredAt: START, exitedAt: START + HOUR,
    matchConfidence: 1, flags: [], rulesVersion: 1, ...changes,
  };
}

function openPricing() {
  const changelog: ChangelogEntry[] = [];
  const out = new Outputs();
  const begin = () => {
    const state = new TaskState();
    const task = pricingStage({ ids, garages, accounts, serviceZone: 'Europe/Oslo' }).openTask(TASK, state);
    for (const { key, value } of changelog) state.restore(key, value);
    return { state, task };
  };
  let owner = begin();
  const apply = (topic: string, value: Buffer) => {
    owner.task.apply({ topic, record: { key: null, value, timestamp: 0, offset: 0, headers: null }, monotonicMs: 0 }, out);
    changelog.push(...owner.state.changes());
    owner.state.settle();
  };
  return {
    price: (one: Visit) => apply(topics.visits.name, visitCodec.encode(one)),
    obey: (control: Control) => apply(topics.pricingControl.name, controlCodec.encode(control)),
    takeOver: () => { owner = begin(); },
    stateSize: () => owner.state.size,
    records: () => out.batches().flatMap(({ partition, records }) => records.map((record) => ({ partition, ...record }))),
    lines(): BillingLine[] {
      return this.records().map(({ value }) => {
        const record = billingCodec.decode(value!);
        assert.ok('parking.BillingLine' in record);
        return record['parking.BillingLine'];
      });
    },
  };
}

test('a line goes to its account\'s partition, with the account as key', () => {
  const pricing = openPricing();
  pricing.price(visit());
  const [record] = pricing.records();
  assert.equal(record!.key!.toString(), 'a');
  assert.equal(record!.partition, partitionOf('a', partitionCounts.account));
});

test('visits that nobody pays for leave no line and no state but the garage\'s hour', () => {
  const pricing = openPricing();
  pricing.price(visit({ plate: 'ZZ99999' }));
  pricing.price(visit({ status: 'open', exitedAt: null }));
  assert.deepEqual(pricing.lines(), []);
  assert.equal(pricing.stateSize(), 1);
});

test('an older revision that comes again after a newer one changes nothing', () => {
  const pricing = openPricing();
  pricing.price(visit());
  pricing.price(visit({ revision: 3, exitedAt: START + 3 * HOUR }));
  pricing.price(visit({ revision: 2, exitedAt: START + 2 * HOUR }));
  assert.deepEqual(pricing.lines().map(({ grossMinor }) => grossMinor), [1_000, 3_000]);
});

test('a visit on a partition that its garage does not belong to is refused', () => {
  const stranger = Array.from({ length: 40 }, (_, n) => `g${n}`).find((id) => partitionOf(id, partitionCounts.garage) !== TASK)!;
  assert.throws(() => openPricing().price(visit({ garageId: stranger })), (error: RejectedError) => error.reason === 'wrong_partition');
});

const configuration: Control = {
  controlId: 'c1', type: 'configuration', subject: 'accounts', to: null, version: TABLE_VERSION, issuedAt: 0, issuedBy: 'test', reason: '',
};

test('a configuration is waited for until the table has it', () => {
  const pricing = openPricing();
  pricing.obey(configuration);
  assert.throws(() => pricing.obey({ ...configuration, version: TABLE_VERSION + 1 }), NotYetError);
});

test('a control that pricing does not know is refused', () => {
  const isUnknown = (error: RejectedError) => error.reason === 'unknown_control';
  assert.throws(() => openPricing().obey({ ...configuration, type: 'hold' }), isUnknown);
  assert.throws(() => openPricing().obey({ ...configuration, subject: 'weather' }), isUnknown);
});

test('what can not be revised any more leaves the state; what is in review stays until it is settled', () => {
  const pricing = openPricing();
  pricing.price(visit());
  pricing.price(visit({ visitId: 'visit-2' }));
  pricing.price(visit({ visitId: 'visit-2', revision: 2, status: 'review' }));
  const later = { firstSeenAt: START + 6 * HOUR, enteredAt: START + 6 * HOUR, exitedAt: START + 7 * HOUR, plate: 'ZZ99999' };
  pricing.price(visit({ visitId: 'visit-3', ...later }));
  assert.equal(pricing.stateSize(), 2, 'the garage\'s hour and the visit in review');
  pricing.price(visit({ visitId: 'visit-2', revision: 3 }));
  assert.deepEqual(pricing.lines().at(-1)!.revision, 3);
});

const revisions = fc.array(fc.record({
  visit: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom<Visit['status']>('open', 'closed', 'closed', 'closed', 'review', 'withdrawn', 'unclosed'),
  plate: fc.constantFrom('AA10001', 'AA10002', 'ZZ99999'),
  hours: fc.integer({ min: 1, max: 4 }),
}), { maxLength: 30 }).map((steps) => {
  const newest = new Map<number, number>();
  return steps.map(({ visit: number, status, plate, hours }) => {
    const revision = (newest.get(number) ?? 0) + 1;
    newest.set(number, revision);
    return visit({ visitId: `visit-${number}`, revision, status, plate, exitedAt: status === 'open' ? null : START + hours * HOUR });
  });
});

test('the newest lines are those of the newest visits, each with at most one live line, whoever takes over in between', () => {
  fc.assert(fc.property(revisions, fc.nat(30), (visits, takeover) => {
    const pricing = openPricing();
    visits.forEach((one, index) => {
      if (index === takeover) pricing.takeOver();
      pricing.price(one);
    });
    const newest = new Map<string, BillingLine>();
    for (const line of pricing.lines()) {
      assert.ok(line.revision === (newest.get(line.lineId)?.revision ?? 0) + 1, 'revisions rise one by one');
      newest.set(line.lineId, line);
    }
    const live = [...newest.values()].filter(({ status }) => status === 'live')
      .map(({ visitId, accountId, grossMinor }) => `${visitId} ${accountId} ${grossMinor}`);
    const due = [...new Map(visits.map((one) => [one.visitId, one])).values()]
      .filter(({ status, plate }) => status === 'closed' && plate !== 'ZZ99999')
      .map((one) => `${one.visitId} ${one.plate === 'AA10001' ? 'a' : 'b'} ${((one.exitedAt! - START) / HOUR) * 1_000}`);
    assert.deepEqual(live.sort(), due.sort());
  }));
});
