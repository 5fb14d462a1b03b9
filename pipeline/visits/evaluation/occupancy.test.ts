import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StayTimes } from '../stay-times.ts';
import { garageOf, hour, readOf } from '../test-garage.ts';
import { watchOccupancy } from './occupancy.ts';
import { stayOf, visitOf } from './test-truth.ts';
import { openTruth } from './truth.ts';

/** Nothing goes by unread, so that each open visit counts as one vehicle. */
const stayTimes = Object.assign(new StayTimes(), { missedShare: 0 });
const readAt = (at: number) => readOf('in', 0, { capturedAt: at, receivedAt: at });

test('at each full hour the open visits are held against those inside', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x']), stayOf('other', ['e2'], ['x2'])]);
  const watch = watchOccupancy([{ ...garageOf(), capacity: 10 }]);
  watch.read(readAt(7.5 * hour), stayTimes);
  watch.visit(visitOf('v', { status: 'open' }));
  watch.read(readAt(9.5 * hour), stayTimes);
  watch.visit(visitOf('v'));
  watch.read(readAt(10.5 * hour), stayTimes);
  // 08:00: one open, two inside; 09:00 as well; 10:00: both have left.
  assert.deepEqual(watch.score(truth), { hours: 3, mean: (0.1 + 0.1 + 0) / 3, largest: 0.1 });
});

test('a garage without a capacity has no occupancy', () => {
  assert.equal(watchOccupancy([{ ...garageOf(), capacity: 0 }]).score(openTruth([])), null);
});
