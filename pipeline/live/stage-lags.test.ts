import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { openAdminServer } from '../service/admin-server.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { stageStatuses } from './stage-lags.ts';

test('a stage is as far behind as its slowest partition; one that does not answer is told so', async () => {
  const metrics = new Registry();
  const observer = engineObserver(metrics, 'visits');
  observer.lag('parking.reads', 0, 0.5);
  observer.lag('parking.reads', 1, 12.25);
  const app = await openAdminServer({ host: '127.0.0.1', port: 0 }, metrics, { ready: true });
  const quiet = await openAdminServer({ host: '127.0.0.1', port: 0 }, new Registry(), { ready: false });
  const url = (server: typeof app): string => `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const gone = url(quiet).replace(/\d+$/, '1');
  try {
    assert.deepEqual(await stageStatuses(new Map([['visits', url(app)], ['closer', url(quiet)], ['pricing', gone]])), [
      { stage: 'visits', state: 'ready', lagSeconds: 12.25 },
      { stage: 'closer', state: 'not ready', lagSeconds: null },
      { stage: 'pricing', state: 'not answering', lagSeconds: null },
    ]);
  } finally {
    await app.close();
    await quiet.close();
  }
});
