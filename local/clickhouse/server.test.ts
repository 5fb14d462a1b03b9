import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';

const dataDir = mkdtempSync(join(tmpdir(), 'bomfri-clickhouse-'));
let port: number;

before(async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  port = (probe.address() as AddressInfo).port;
  await new Promise((resolve) => probe.close(resolve));
});

after(() => rmSync(dataDir, { recursive: true }));

function start(): ChildProcess {
  const script = fileURLToPath(new URL('server.ts', import.meta.url));
  const options = ['--port', String(port), '--data', dataDir];
  return spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A running server: its first line says that it listens. */
async function started(): Promise<ChildProcess> {
  const server = start();
  await once(createInterface(server.stdout!), 'line');
  return server;
}

async function exitOf(server: ChildProcess): Promise<[number | null, string | null]> {
  return (await once(server, 'exit')) as [number | null, string | null];
}

async function countRows(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/?query=SELECT+count()+FROM+kept`)).text();
}

test('what was acknowledged outlives kill -9 and SIGTERM; a second process on the directory is refused', async () => {
  const client = createClient({ url: `http://127.0.0.1:${port}`, log: { level: ClickHouseLogLevel.OFF } });
  let server = await started();
  await client.command({
    query: `CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1`,
  });
  let acknowledged = 0;
  const inserting = (async () => {
    for (;;) {
      await client.insert({ table: 'kept', values: [[acknowledged]], format: 'JSONCompactEachRow' });
      acknowledged += 1;
      if (acknowledged === 20) server.kill('SIGKILL');
    }
  })();
  await assert.rejects(inserting);
  if (server.exitCode === null && server.signalCode === null) await exitOf(server);

  server = await started();
  const kept = Number(await countRows());
  // The insert that the kill interrupted may or may not have landed.
  assert.ok(kept === acknowledged || kept === acknowledged + 1, `${kept} rows kept of ${acknowledged}`);

  const second = start();
  const complaint = once(createInterface(second.stderr!), 'line');
  assert.equal((await exitOf(second))[0], 1);
  assert.match(String(await complaint), /did not start|Cannot lock/);

  server.kill('SIGTERM');
  assert.deepEqual(await exitOf(server), [0, null]);
  server = await started();
  assert.equal(Number(await countRows()), kept);
  server.kill('SIGTERM');
  assert.deepEqual(await exitOf(server), [0, null]);
  await client.close();
});
