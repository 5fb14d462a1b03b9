import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Registry } from 'prom-client';
import { openAdminServer } from './admin-server.ts';
import { newReadiness } from './readiness.ts';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

test('a process is ready from its start until it is asked to stop, unless something is away', async () => {
  const readiness = newReadiness();
  const app = await openAdminServer(ANY_PORT, new Registry(), readiness);
  const status = async (path: string): Promise<number> => (await app.inject(path)).statusCode;
  try {
    assert.equal(await status('/health/ready'), 503);
    assert.equal(await status('/health/live'), 200);
    readiness.started();
    assert.equal(await status('/health/ready'), 200);
    readiness.setReady(false);
    assert.equal(await status('/health/ready'), 503);
    readiness.setReady(true);
    assert.equal(await status('/health/ready'), 200);
    readiness.stopping();
    readiness.setReady(true);
    assert.equal(await status('/health/ready'), 503);
    assert.equal(await status('/health/live'), 200);
  } finally {
    await app.close();
  }
});

test('metrics are served in the format of Prometheus', async () => {
  const metrics = new Registry();
  new Counter({ name: 'bomfri_things_total', help: 'Things.', registers: [metrics] }).inc(3);
  const app = await openAdminServer(ANY_PORT, metrics, newReadiness());
  try {
    const answer = await app.inject('/metrics');
    assert.match(String(answer.headers['content-type']), /^text\/plain/);
    assert.match(answer.body, /^bomfri_things_total 3$/m);
  } finally {
    await app.close();
  }
});

test('a taken port is named, with what to do', async () => {
  const first = await openAdminServer(ANY_PORT, new Registry(), newReadiness());
  const address = first.server.address();
  assert(address !== null && typeof address === 'object');
  try {
    await assert.rejects(
      openAdminServer({ host: '127.0.0.1', port: address.port }, new Registry(), newReadiness()),
      new RegExp(`port ${address.port} on 127\\.0\\.0\\.1 is in use: .*BOMFRI_PORT_BASE`),
    );
  } finally {
    await first.close();
  }
});
