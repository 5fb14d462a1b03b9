import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openClickHouse } from './clickhouse.ts';
import { rowsFrom, WarehouseAwayError } from './rows-from.ts';
import { openTemporaryWarehouse } from './temporary-warehouse.ts';

test('a ClickHouse that stands still does not keep whoever asks, though more ask than it has connections', async (t) => {
  // Node mocks it; the types do not know yet.
  t.mock.timers.enable({ apis: ['AbortSignal.timeout' as 'setTimeout'] });
  let asked = 0;
  const still = createServer(() => (asked += 1));
  await new Promise<void>((resolve) => still.listen(0, '127.0.0.1', resolve));
  const client = openClickHouse(`http://127.0.0.1:${(still.address() as AddressInfo).port}`);
  try {
    const questions = Promise.allSettled(Array.from({ length: 40 }, () => rowsFrom(client, 'SELECT 1', {})));
    while (asked === 0) await turn();
    t.mock.timers.tick(22_000);
    const outcomes = await questions;
    assert.ok(outcomes.every((one) => one.status === 'rejected' && one.reason instanceof WarehouseAwayError));
    assert.ok(asked < 40);
  } finally {
    await client.close();
    still.closeAllConnections();
    still.close();
  }
});

test('who asks a warehouse without tables is told what makes them, and of another mistake its name', async () => {
  const warehouse = await openTemporaryWarehouse();
  try {
    await assert.rejects(rowsFrom(warehouse.client, 'SELECT visitId FROM visits', {}), {
      name: 'WarehouseAwayError', message: /^ClickHouse has no tables .*`npx bomfri warehouse`/,
    });
    await assert.rejects(rowsFrom(warehouse.client, 'SELECT nothing', {}), { message: /UNKNOWN_IDENTIFIER$/ });
  } finally {
    await warehouse.close();
  }
});
