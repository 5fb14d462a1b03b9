import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import type { WebhookEndpoint } from '../records/records.ts';
import { webhookMetrics } from './metrics.ts';
import { newStream } from './stream.ts';

test('what is set aside, failing and disabled is told by endpoint over all its partitions, and attempts by what came of them', async () => {
  const registry = new Registry();
  const metrics = webhookMetrics(registry);
  const stream = newStream({ endpointId: 'e', deliverFrom: 0 } as WebhookEndpoint, 'parking.charges', 0);
  const parked = [{ offset: 1, accountId: 'a', failures: 3, nextAt: 0 }];
  metrics.told(0, [{ ...stream, parked }, { ...stream, failures: 2 }]);
  metrics.told(1, [{ ...stream, partition: 1, parked, disabledAt: 5 }]);
  metrics.attempted('e', { kind: 'taken' });
  metrics.attempted('e', { kind: 'failed', problem: 'timeout', answered: false, retryAfterMs: 0 });
  const told = await registry.metrics();
  for (const line of [
    'bomfri_webhook_parked{webhook="e"} 2', 'bomfri_webhook_failing{webhook="e"} 1',
    'bomfri_webhook_disabled{webhook="e"} 1',
    'bomfri_webhook_attempts_total{webhook="e",outcome="taken"} 1',
    'bomfri_webhook_attempts_total{webhook="e",outcome="timeout"} 1',
  ]) assert.ok(told.includes(line), `${line} in ${told}`);
  metrics.told(1, []);
  assert.ok((await registry.metrics()).includes('bomfri_webhook_disabled{webhook="e"} 0'));
});
