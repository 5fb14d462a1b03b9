import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, start } from '../test-garage.ts';
import { ExitCounts, hourOf } from './exit-counts.ts';
import { TaskMemory } from './task-memory.ts';

test('exits are counted by the hour in which they were read, less those that have left the state', () => {
  const counts = new ExitCounts(new TaskMemory());
  const first = hourOf(start);
  for (let nth = 0; nth < 6; nth++) counts.count(start + nth * 30 * minute, nth % 3 === 0, 1);
  assert.deepEqual(counts.between(first, first + 1), { exits: 4, strays: 2 });
  counts.count(start + 2 * hour, true, 1);
  assert.deepEqual(counts.between(first, first + 1), { exits: 4, strays: 2 }, 'what is read later makes no difference');
  counts.count(start, true, -1);
  counts.count(start + hour, false, 1);
  assert.deepEqual(counts.between(first, first + 1), { exits: 4, strays: 1 });
  assert.deepEqual(counts.between(first + 1, first + 2), { exits: 6, strays: 2 });
});
