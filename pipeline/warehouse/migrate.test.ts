import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { migrate, migrationFiles, remake, statementsOf } from './migrate.ts';
import type { Migration } from './migrate.ts';
import { openTemporaryWarehouse } from './temporary-warehouse.ts';
import type { TemporaryWarehouse } from './temporary-warehouse.ts';

let warehouse: TemporaryWarehouse;
before(async () => {
  warehouse = await openTemporaryWarehouse();
});
after(() => warehouse.close());

const makesTable = (name: string): string => `CREATE TABLE IF NOT EXISTS ${name} (n UInt8) ENGINE = Memory;\n`;
const first: Migration = { number: 1, name: '001_a.sql', text: makesTable('a') };
const second: Migration = { number: 2, name: '002_b.sql', text: makesTable('b') };

test('the files of this release run on an empty warehouse, once', async () => {
  const names = migrationFiles().map(({ name }) => name);
  assert.deepEqual(await migrate(warehouse.client), names);
  assert.deepEqual(await migrate(warehouse.client), []);
});

test('every column and every table of this release says what it holds', async () => {
  const silent = await warehouse.select(`
    SELECT table, name FROM system.columns
    WHERE database = currentDatabase() AND comment = '' AND table IN ('visits', 'irregularities', 'occupancy', 'charges', 'dispositions', 'ledger', 'bank_payments', 'access_log')
    UNION ALL SELECT name, '' FROM system.tables WHERE database = currentDatabase() AND comment = ''`);
  assert.deepEqual(silent, []);
});

test('a dropped table is made anew by a remake, and nothing else changes', async () => {
  await warehouse.client.command({ query: `INSERT INTO charges (chargeId, billingDay) VALUES ('kept', today())` });
  await warehouse.client.command({ query: 'DROP TABLE visits' });
  await remake(warehouse.client);
  assert.deepEqual(await warehouse.select('SELECT count() AS n FROM visits_current'), [{ n: 0 }]);
  assert.deepEqual(await warehouse.select('SELECT chargeId FROM charges'), [{ chargeId: 'kept' }]);
});

test('an applied migration that was changed is refused, and so is a warehouse from a newer release', async () => {
  await warehouse.client.command({ query: 'DROP TABLE warehouse_migrations' });
  assert.deepEqual(await migrate(warehouse.client, [first]), ['001_a.sql']);
  assert.deepEqual(await migrate(warehouse.client, [first, second]), ['002_b.sql']);
  const changed = { ...first, text: first.text.replace('UInt8', 'UInt16') };
  await assert.rejects(migrate(warehouse.client, [changed, second]), /001_a\.sql was changed .* put its former text/);
  await assert.rejects(migrate(warehouse.client, [first]), /002_b\.sql, which this release does not know/);
});

test('statements end with a semicolon at the end of a line', () => {
  assert.deepEqual(statementsOf(`-- why; not\nSELECT ';';\n\nSELECT 2; \nSELECT 3`), [
    `-- why; not\nSELECT ';'`, 'SELECT 2', 'SELECT 3',
  ]);
});
