import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from './main.ts';

test('a number that is none is refused before a stack is started or a topic filled', async () => {
  const wrong = { reads: '10', rate: '1000', processes: '1' };
  await assert.rejects(main({ ...wrong, processes: '0' }), /^Error: --processes is '0'/);
  await assert.rejects(main({ ...wrong, rate: 'quick', latency: true }), /^Error: --rate is 'quick'/);
});
