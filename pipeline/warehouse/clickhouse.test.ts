import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { withClickHouse } from './clickhouse.ts';
import { openTemporaryWarehouse } from './temporary-warehouse.ts';

const ask = (url: string, query: string): Promise<unknown> =>
  withClickHouse(async (client) => (await client.query({ query, format: 'JSONEachRow' })).json(), url);

test('a command that asks ClickHouse in vain says who is away and where', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(ask(`http://user:secret@127.0.0.1:${port}`, 'SELECT 1'), {
    message: `ClickHouse at 127.0.0.1:${port} does not answer (connect ECONNREFUSED 127.0.0.1:${port})`,
  });
});

test('and of one without tables what makes them', async () => {
  const warehouse = await openTemporaryWarehouse();
  try {
    await assert.rejects(ask(warehouse.url, 'SELECT entryId FROM ledger'), /no tables yet.*`npx bomfri warehouse`/);
  } finally {
    await warehouse.close();
  }
});
