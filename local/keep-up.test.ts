import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepUp } from './keep-up.ts';
import type { Kept } from './keep-up.ts';
import { until } from './until.ts';

const backOff = { firstMs: 1, mostMs: 20, calmAfterMs: 60_000 };

test('a part that is gone is started again, and the terminal says so', async () => {
  const said: string[] = [];
  let isRunning = true;
  let starts = 0;
  const redis: Kept = {
    title: 'Redis', log: 'redis.log', isRunning: () => isRunning,
    start: async () => {
      starts += 1;
      isRunning = true;
    },
  };
  const stop = keepUp([redis], { backOff, everyMs: 1, say: (line) => said.push(line) });
  isRunning = false;
  assert.ok(await until(() => starts === 1, 10_000));
  await stop();
  assert.equal(isRunning, true);
  assert.deepEqual(said, ['Redis is gone and starts again in 0.001 s; its log: redis.log']);
});

test('one that can not start is told of and tried again, ever later; the others are kept up meanwhile', async () => {
  const said: string[] = [];
  let isUp = false;
  let tries = 0;
  const kafka: Kept = {
    title: 'Kafka', log: 'kafka.log', isRunning: () => false,
    start: async () => {
      tries += 1;
      throw new Error('The disk has 0 MiB free.');
    },
  };
  const redis: Kept = {
    title: 'Redis', log: 'redis.log', isRunning: () => isUp,
    start: async () => {
      isUp = true;
    },
  };
  const stop = keepUp([kafka, redis], { backOff, everyMs: 1, say: (line) => said.push(line) });
  assert.ok(await until(() => isUp && tries >= 3, 10_000));
  await stop();
  assert.deepEqual(said.filter((line) => !line.startsWith('Redis')).slice(0, 4), [
    'Kafka is gone and starts again in 0.001 s; its log: kafka.log', 'The disk has 0 MiB free.',
    'Kafka is gone and starts again in 0.002 s; its log: kafka.log', 'The disk has 0 MiB free.',
  ]);
});

test('once it is stopped nothing is started, and a start under way is given up without a word', async () => {
  const said: string[] = [];
  let starts = 0;
  const registry: Kept = {
    title: 'Schema registry', log: 'registry.log', isRunning: () => false,
    start: (stopping) => {
      starts += 1;
      return new Promise((_, reject) => stopping.addEventListener('abort', () => reject(new Error('aborted'))));
    },
  };
  const stop = keepUp([registry], { backOff, everyMs: 1, say: (line) => said.push(line) });
  assert.ok(await until(() => starts === 1, 10_000));
  await stop();
  assert.equal(starts, 1);
  assert.deepEqual(said.slice(1), []);
});
