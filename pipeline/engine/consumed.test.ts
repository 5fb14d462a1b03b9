import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lagOf, waitUntilConsumed } from './consumed.ts';
import type { OutRecord } from './log.ts';
import { inCluster } from './simulation/in-cluster.ts';

const TOPICS = { reads: 2, control: 2, 'offsets-of-others': 1 };

test('a group that has read everything is not waited for, even if it stopped before the last marker', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log, clock } = openClient('client');
    const writer = await log.claim('writer');
    await writer.commit({ batches: [{ topic: 'reads', partition: 1, records: [record('a')] }], group: 'group', offsets: [] });
    await writer.commit({
      batches: [{ topic: 'offsets-of-others', partition: 0, records: [record('x')] }],
      group: 'group', offsets: [{ topic: 'reads', partition: 1, offset: 1 }],
    });
    await waitUntilConsumed(log, 'group', ['reads', 'control'], { timeoutMs: 0, clock });
  });
});

test('whoever lags too long is named with its partition and offsets', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log, clock } = openClient('client');
    await log.append([{ topic: 'reads', partition: 0, records: [record('a'), record('b')] }]);
    const [lag] = await lagOf(log, 'group', ['reads']);
    assert.deepEqual(lag, { topic: 'reads', partition: 0, offset: 0, end: 2, behind: 2 });
    await assert.rejects(
      waitUntilConsumed(log, 'group', ['reads', 'control'], { timeoutMs: 3000, clock }),
      /group group has not read on within 3 s: reads\[0\] at offset 0 of 2/,
    );
  });
});

test('what comes after the call is not waited for', async () => {
  await inCluster(TOPICS, async ({ openClient, until }) => {
    const { log, clock } = openClient('client');
    await log.append([{ topic: 'reads', partition: 0, records: [record('a')] }]);
    let consumed = false;
    const waiting = waitUntilConsumed(log, 'group', ['reads'], { timeoutMs: 60_000, clock }).then(() => (consumed = true));
    await clock.sleep(1000);
    await log.append([{ topic: 'reads', partition: 0, records: [record('b')] }]);
    assert.equal(consumed, false);
    const writer = await log.claim('writer');
    await writer.commit({
      batches: [{ topic: 'offsets-of-others', partition: 0, records: [record('x')] }],
      group: 'group', offsets: [{ topic: 'reads', partition: 0, offset: 1 }],
    });
    await until(() => consumed);
    await waiting;
  });
});

test('a slow group is waited for as long as it reads on', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log, clock } = openClient('client');
    await log.append([{ topic: 'reads', partition: 0, records: Array.from({ length: 5 }, () => record('a')) }]);
    const waiting = waitUntilConsumed(log, 'group', ['reads'], { timeoutMs: 3000, clock });
    const writer = await log.claim('writer');
    for (let offset = 1; offset <= 5; offset++) {
      await clock.sleep(2000);
      await writer.commit({
        batches: [{ topic: 'offsets-of-others', partition: 0, records: [record('x')] }],
        group: 'group', offsets: [{ topic: 'reads', partition: 0, offset }],
      });
    }
    await waiting;
  });
});

function record(value: string): OutRecord {
  return { key: null, value: Buffer.from(value), timestamp: 0 };
}
