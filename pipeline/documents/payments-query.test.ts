import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topics } from '../../topics/topics.ts';
import { TestCharges } from '../charges/test-charges.ts';
import { addDays } from '../pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { rangeWriter } from '../warehouse/write-range.ts';
import { openPaymentsQuery } from './payments-query.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const MONDAY = '2026-06-01';
let warehouse: TemporaryWarehouse;
let accounts = 0;

before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
});
after(() => warehouse.close());

/** What the driver sees of their visits, in short. */
async function visitsAfter(told: TestCharges): Promise<string[]> {
  const accountId = `account-${(accounts += 1)}`;
  const codec = openCodec('LedgerEntry', ids);
  const records = told.ledger.map((entry, offset) => {
    const own = { ...entry, accountId, entryId: `${accountId} ${entry.entryId}`, lineId: `${accountId} ${entry.lineId}` };
    return { offset, key: null, value: codec.encode(own), timestamp: 0, headers: null };
  });
  await rangeWriter({
    client: warehouse.client, epoch: accountId, ids, observer: { deadLetter() {} },
    log: { append: async () => assert.fail('a dead letter') },
  })({ topic: topics.ledger.name, partition: 0, from: 0, to: records.length, records });
  const visits = await openPaymentsQuery(warehouse.client).newestVisits(accountId, 10, null);
  return visits.map(({ visitDay, operatorId, grossMinor, currency, status }) =>
    `${visitDay} ${operatorId} ${grossMinor} ${currency} ${status}`);
}

const begin = (): TestCharges => new TestCharges().card().line();

test('a visit is pending, then charged or failed', async () => {
  assert.deepEqual(await visitsAfter(begin()), ['2026-06-01 op 3500 NOK pending']);
  assert.deepEqual(await visitsAfter(begin().close(MONDAY).outcome('captured')), ['2026-06-01 op 3500 NOK charged']);
  assert.deepEqual(await visitsAfter(begin().close(MONDAY).outcome('declined_soft')), ['2026-06-01 op 3500 NOK failed']);
});

test('a visit that nobody has to pay is waived, also one that was lowered on its invoice before', async () => {
  assert.deepEqual(await visitsAfter(begin().control('waive', 'line-1')), ['2026-06-01 op 0 NOK waived']);
  const invoiced = begin().line({ lineId: 'line-2', visitId: 'visit-2' }).close(MONDAY).outcome('declined_hard')
    .close(addDays(MONDAY, 1)).line({ revision: 2, grossMinor: 3_000, vatMinor: 600 }).control('waive', 'line-1');
  assert.deepEqual((await visitsAfter(invoiced)).sort(), ['2026-06-01 op 0 NOK waived', '2026-06-01 op 3500 NOK failed']);
});

test('a visit that was charged to the wrong company in another currency is shown as it is now', async () => {
  const corrected = begin().close(MONDAY).outcome('captured')
    .line({ revision: 2, operatorId: 'another', currency: 'EUR', grossMinor: 300, vatMinor: 60 });
  assert.deepEqual(await visitsAfter(corrected), ['2026-06-01 another 300 EUR pending']);
});
