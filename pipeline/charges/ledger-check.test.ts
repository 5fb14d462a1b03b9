import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { checkLedger } from './ledger-check.ts';
import { settlementOf } from './settlement.ts';

let warehouse: TemporaryWarehouse;
before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
});
after(() => warehouse.close());

/** A captured charge of two operators, an open one, an invoice with a credit note, and a waived line: all is well. */
beforeEach(async () => {
  for (const table of ['charges', 'ledger', 'documents']) {
    await warehouse.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
  await charge('c1', 'charged', ['l1', 'l2'], [3_000, 500]);
  await charge('c2', 'failed', ['l3'], [700]);
  await charge('c3', 'invoiced', ['l4'], [900]);
  await entry('l1', 3_000, 'captured', 'c1');
  await entry('l2', 500, 'captured', 'c1');
  await entry('l3', 700, 'open', 'c2');
  await entry('l4', 900, 'invoice', 'i1');
  await entry('l4~1', -100, 'invoice', 'i1');
  await entry('l5', 40, 'waived', '');
  await entry('l6', 60, 'open', '');
  await insert('documents', [
    { documentId: 'd1', revision: 1, kind: 'invoice', invoiceId: 'i1', issuedDay: '2026-06-03', grossMinor: 900 },
    { documentId: 'd2', revision: 1, kind: 'credit_note', invoiceId: 'i1', issuedDay: '2026-06-03', grossMinor: -100 },
  ]);
});

const insert = (table: string, values: object[]) => warehouse.client.insert({ table, values, format: 'JSONEachRow' });

function charge(chargeId: string, status: string, entryIds: string[], grossMinors: number[]) {
  const zeros = entryIds.map(() => 0);
  return insert('charges', [{
    chargeId, revision: 1, status, accountId: 'a', billingDay: '2026-06-01', merchant: 'default', currency: 'NOK',
    'lines.lineId': entryIds, 'lines.visitId': entryIds, 'lines.operatorId': entryIds, 'lines.garageId': entryIds,
    'lines.visitDay': entryIds.map(() => '2026-06-01'),
    'lines.grossMinor': grossMinors, 'lines.vatMinor': zeros, 'lines.entryId': entryIds,
    'history.status': ['pending', status],
    'history.at': ['2026-06-02 04:00:00.000', '2026-06-02 22:30:00.000'], 'history.code': ['', ''],
    'history.attempt': [0, 1], 'allocations.operatorId': ['one', 'other'],
    'allocations.grossMinor': [grossMinors[0], grossMinors[1] ?? 0],
    'allocations.vatMinor': [0, 0],
  }]);
}

function entry(entryId: string, grossMinor: number, owner: string, ownerId: string, revision = 1) {
  return insert('ledger', [{
    entryId, revision, lineId: entryId.split('~')[0], accountId: 'a',
    currency: 'NOK', grossMinor, owner, ownerId, visitDay: '2026-06-01',
  }]);
}

const faults = async (): Promise<string[]> =>
  (await checkLedger(warehouse.client)).map(({ fault, entryId }) => `${fault} ${entryId}`.trim());

test('where every line has exactly one owner the proof gives no row', async () => {
  assert.deepEqual(await faults(), []);
});

test('an entry whose charge does not hold it, or holds it with another sum or status, is found', async () => {
  await entry('l7', 10, 'captured', 'c1');
  await entry('l3', 701, 'open', 'c2', 2);
  await entry('l2', 500, 'open', 'c1', 2);
  assert.deepEqual((await faults()).filter((fault) => fault.startsWith('its charge')), [
    'its charge does not hold it l2', 'its charge does not hold it l3', 'its charge does not hold it l7',
  ]);
});

test('a line that two charges hold, or a charge and an invoice, is found', async () => {
  await charge('c4', 'pending', ['l1'], [3_000]);
  await charge('c5', 'charged', ['l4'], [900]);
  assert.deepEqual(await faults(), ['a charge holds what is not its own l1', 'a charge holds what is not its own l4']);
});

test('an invoice whose entries do not sum to its documents is found', async () => {
  await entry('l4~1', -200, 'invoice', 'i1', 2);
  assert.deepEqual(await faults(), ['an invoice is not the sum of its entries']);
});

test('a daily settlement is the sum of each operator\'s allocations of what was charged on that day, by the service\'s clock', async () => {
  // 22:30 in UTC is the next day in Oslo.
  assert.deepEqual(await settlementOf(warehouse.client, '2026-06-03', 'Europe/Oslo'), [
    { operatorId: 'one', merchant: 'default', currency: 'NOK', charges: 1, grossMinor: 3_000, vatMinor: 0 },
    { operatorId: 'other', merchant: 'default', currency: 'NOK', charges: 1, grossMinor: 500, vatMinor: 0 },
  ]);
  assert.deepEqual(await settlementOf(warehouse.client, '2026-06-02', 'Europe/Oslo'), []);
});
