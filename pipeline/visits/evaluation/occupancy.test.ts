import assert from 'node:assert/strict';
import { test } from 'node:test';
import { garageOf, hour, readOf } from '../test-garage.ts';
import { watchOccupancy } from './occupancy.ts';
import { stayOf } from './test-truth.ts';
import { openTruth } from './truth.ts';

const readAt = (at: number) => readOf('in', 0, { capturedAt: at, receivedAt: at });

test('at each full hour those likely inside are held against those truly inside', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x']), stayOf('other', ['e2'], ['x2'])]);
  const watch = watchOccupancy([{ ...garageOf(), capacity: 10 }]);
  watch.read(readAt(7.5 * hour), () => 0);
  watch.recount('g1', 8.5 * hour);
  watch.read(readAt(9.5 * hour), () => 1);
  watch.read(readAt(10.5 * hour), () => 0);
  // 08:00: one is said to be inside, two are; 09:00 as well; 10:00: both have left.
  assert.deepEqual(watch.score(truth), {
    hours: 3, mean: (0.1 + 0.1 + 0) / 3, p95: 0.1, largest: 0.1, afterCount: 0.05, lastDay: (0.1 + 0.1 + 0) / 3,
  });
});

test('a garage without a capacity has no occupancy', () => {
  assert.equal(watchOccupancy([{ ...garageOf(), capacity: 0 }]).score(openTruth([])), null);
});
