import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusTable } from './main.ts';

test('the status table has a line for each part, up or down', () => {
  const table = statusTable([
    { name: 'kafka', port: 9092, state: 'up', pid: 4711, uptimeSeconds: 7_320, memoryMib: 512 },
    { name: 'redis', port: 9379, state: 'down', pid: null, uptimeSeconds: null, memoryMib: null },
  ]);
  assert.deepEqual(table.split('\n').map((line) => line.split(/ {2,}/)), [
    ['part', 'port', 'state', 'pid', 'uptime', 'memory'],
    ['kafka', '9092', 'up', '4711', '2 h 2 min', '512 MiB'],
    ['redis', '9379', 'down', '-', '-', '-'],
  ]);
});
