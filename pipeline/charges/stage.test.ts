import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionCounts } from '../../topics/topics.ts';
import { Outputs } from '../engine/outputs.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import { RejectedError } from '../engine/stage.ts';
import { addDays } from '../pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { BillingLine, BillingRecord, Charge } from '../records/records.ts';
import { CORRECTION_DAYS } from './rules.ts';
import { chargesStage } from './stage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const billingCodec = openCodec('BillingRecord', ids);
const chargeCodec = openCodec('Charge', ids);
const TASK = 0;
/** Accounts of task 0. */
const accounts = Array.from({ length: 40 }, (_, n) => `account-${n}`)
  .filter((id) => partitionOf(id, partitionCounts.account) === TASK).slice(0, 5);

function line(changes: Partial<BillingLine> = {}): BillingRecord {
  return { 'parking.BillingLine': {
    lineId: 'line-1', revision: 1, status: 'live', operatorId: 'op', accountId: accounts[0]!, visitId: 'visit-1', garageId: 'p4',
    visitDay: '2026-06-01', grossMinor: 3_500, vatMinor: 700, currency: 'NOK', tariffVersion: 't1', accountVersion: 1, merchant: 'default', ownerRef: '', ...changes,
  } };
}

function dayClose(billingDay: string): BillingRecord {
  return { 'parking.DayClose': { billingDay, closedAt: Date.parse(addDays(billingDay, 1)) } };
}

/** Runs the log through the stage, with a new owner restored from the changelog before each of the given positions. */
function charge(log: readonly BillingRecord[], takeovers: ReadonlySet<number> = new Set()) {
  const changelog = new RecordBlock();
  const out = new Outputs();
  const begin = () => {
    const state = new TaskState();
    const task = chargesStage({ ids }).openTask(TASK, state);
    for (const { key, value } of changelog) state.restore(key!, value);
    return { state, task };
  };
  let owner = begin();
  log.forEach((record, offset) => {
    if (takeovers.has(offset)) owner = begin();
    const input = { key: null, value: billingCodec.encode(record), timestamp: offset, offset, headers: null };
    owner.task.apply({ topic: 'parking.billing', record: input, monotonicMs: 0 }, out);
    owner.state.settle(changelog, 0);
  });
  const values = out.batches().flatMap(({ records }) => Array.from(records, ({ value }) => value!));
  return { values, charges: values.map((value) => chargeCodec.decode(value)), state: owner.state };
}

test('a day that is closed again, or one before it, makes no new charge', () => {
  const log = [line(), dayClose('2026-06-02'), line({ lineId: 'line-2' }), dayClose('2026-06-02'), dayClose('2026-06-01')];
  assert.deepEqual(charge(log).charges.map(({ grossMinor }) => grossMinor), [3_500]);
});

test('a line that comes after its day was closed joins the next close with its own visit day', () => {
  const { charges } = charge([dayClose('2026-06-02'), line(), dayClose('2026-06-03')]);
  assert.equal(charges[0]!.billingDay, '2026-06-03');
  assert.equal(charges[0]!.lines[0]!.visitDay, '2026-06-01');
});

test('a line of another partition\'s account is refused', () => {
  const stranger = Array.from({ length: 40 }, (_, n) => `account-${n}`).find((id) => partitionOf(id, partitionCounts.account) !== TASK)!;
  assert.throws(() => charge([line({ accountId: stranger })]), (error: RejectedError) => error.reason === 'wrong_partition');
});

test('a charged line is forgotten after the correction days, and a correction that comes then is refused, not guessed', () => {
  const late = addDays('2026-06-01', CORRECTION_DAYS + 1);
  const { state } = charge([line(), dayClose('2026-06-01'), dayClose(late)]);
  assert.equal(state.size, 1, 'only the last closed day is left');
  assert.throws(
    () => charge([line(), dayClose('2026-06-01'), dayClose(late), line({ revision: 2, status: 'withdrawn' })]),
    (error: RejectedError) => error.reason === 'correction_too_late',
  );
});

test('the first revision of a line is charged however old its visit is', () => {
  const { charges } = charge([dayClose('2026-12-01'), line(), dayClose('2026-12-02')]);
  assert.deepEqual(charges.map(({ grossMinor }) => grossMinor), [3_500]);
});

/** A billing log: lines in rising revisions, now and then repeated, and closes of rising or repeated days. */
const logs: fc.Arbitrary<BillingRecord[]> = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({
    account: fc.constantFrom(...accounts),
    visit: fc.integer({ min: 0, max: 3 }),
    withdrawn: fc.boolean(),
    repeat: fc.boolean(),
    day: fc.integer({ min: 0, max: 4 }),
    grossMinor: fc.integer({ min: 1, max: 50 }).map((n) => n * 100),
    currency: fc.constantFrom('NOK', 'NOK', 'NOK', 'EUR'),
  }) },
  { weight: 1, arbitrary: fc.record({ close: fc.integer({ min: 0, max: 5 }) }) },
), { maxLength: 60 }).map((steps) => {
  const revisions = new Map<string, number>();
  return steps.map((step): BillingRecord => {
    if ('close' in step) return dayClose(addDays('2026-06-01', step.close));
    const lineId = `${step.account} ${step.visit}`;
    const revision = (revisions.get(lineId) ?? 0) + (step.repeat && revisions.has(lineId) ? 0 : 1);
    revisions.set(lineId, revision);
    return line({
      lineId, revision, accountId: step.account, visitId: `visit-${step.visit}`, currency: step.currency,
      status: step.withdrawn ? 'withdrawn' : 'live', visitDay: addDays('2026-06-01', step.day),
      grossMinor: step.grossMinor, vatMinor: step.grossMinor / 5,
    });
  });
});

test('what charges took for each line is what its newest revision is worth, but for sums of zero that wait', () => {
  fc.assert(fc.property(logs, (log) => {
    const { charges } = charge([...log, dayClose('2026-07-01')]);
    const worth = new Map<string, number>();
    const taken = new Map<string, number>();
    const newest = new Map<string, BillingLine>();
    for (const record of log) {
      if (!('parking.BillingLine' in record)) continue;
      const one = record['parking.BillingLine'];
      if (one.revision > (newest.get(one.lineId)?.revision ?? 0)) newest.set(one.lineId, one);
    }
    const add = (sums: Map<string, number>, key: string, minor: number) => sums.set(key, (sums.get(key) ?? 0) + minor);
    for (const { accountId, currency, status, grossMinor } of newest.values()) {
      if (status === 'live') add(worth, `${accountId} ${currency}`, grossMinor);
    }
    for (const { accountId, currency, lines } of charges) {
      for (const { grossMinor } of lines) add(taken, `${accountId} ${currency}`, grossMinor);
    }
    for (const key of new Set([...worth.keys(), ...taken.keys()])) assert.equal(taken.get(key) ?? 0, worth.get(key) ?? 0);
  }));
});

test('a charge\'s sums are those of its lines, no charge is of zero, and no chargeId comes twice', () => {
  fc.assert(fc.property(logs, (log) => {
    const { charges } = charge(log);
    for (const { grossMinor, vatMinor, lines } of charges) {
      assert.notEqual(grossMinor, 0);
      assert.equal(grossMinor, lines.reduce((sum, one) => sum + one.grossMinor, 0));
      assert.equal(vatMinor, lines.reduce((sum, one) => sum + one.vatMinor, 0));
    }
    assert.equal(new Set(charges.map(({ chargeId }) => chargeId)).size, charges.length);
  }));
});

test('the same log gives the same charges byte for byte, whoever takes over in between', () => {
  fc.assert(fc.property(logs, fc.uniqueArray(fc.nat(60)), (log, takeovers) => {
    assert.deepEqual(charge(log, new Set(takeovers)).values, charge(log).values);
  }));
});

test('in which order the lines of different accounts come between two closes changes no charge', () => {
  fc.assert(fc.property(logs, (log) => {
    const sorted: BillingRecord[] = [];
    let lines: BillingLine[] = [];
    const flush = () => {
      for (const account of accounts.toReversed()) {
        sorted.push(...lines.filter(({ accountId }) => accountId === account).map((one) => ({ 'parking.BillingLine': one })));
      }
      lines = [];
    };
    for (const record of log) {
      if ('parking.BillingLine' in record) lines.push(record['parking.BillingLine']);
      else {
        flush();
        sorted.push(record);
      }
    }
    flush();
    const plain = (charges: Charge[]) => JSON.parse(JSON.stringify(charges));
    assert.deepEqual(plain(charge(sorted).charges), plain(charge(log).charges));
  }));
});
