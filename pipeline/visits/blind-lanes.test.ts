import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blindSpells, type OneWayLane } from './blind-lanes.ts';
import { IntervalCounts } from './cameras/interval-counts.ts';
import { INTERVAL_MS } from './cameras/intervals.ts';
import { newRhythm, setDay } from './cameras/rhythm.ts';
import { day, hour, start } from './test-garage.ts';

const until = start + 2 * day;

/** A camera that has read something in nearly every quarter of an hour of four weeks, and now reads so many in each but those. */
function laneOf(direction: 'IN' | 'OUT', reads: number, quietFrom = Infinity, quietTo = Infinity): OneWayLane {
  const rhythm = newRhythm();
  for (let of = 0; of < 7; of++) setDay(rhythm, of, { shares: new Array<number>(24).fill(0.95), seen: new Array<number>(24).fill(16) });
  const counts = new IntervalCounts();
  for (let at = start; at < until; at += INTERVAL_MS) {
    if (at < quietFrom || at >= quietTo) for (let i = 0; i < reads; i++) counts.add(at + i);
  }
  return { direction, cameras: [{ cameraId: `${direction}`, isConfigured: true, isWatched: true, counts, rhythm, surprise: 0 }] };
}

const spellsOf = (...lanes: OneWayLane[]) => blindSpells(lanes, 'Europe/Oslo', 48 * hour, until);
const noon = start + 30 * hour;

test('a lane that reads nothing for hours was blind or closed: half of its share of the vehicles went by unread', () => {
  const spells = spellsOf(laneOf('OUT', 1), laneOf('OUT', 3, noon, noon + 2 * hour), laneOf('IN', 4));
  assert.deepEqual(spells, [{ direction: 'OUT', from: noon, to: noon + 2 * hour, share: 0.375 }]);
});

test('a quarter of an hour without a read is nothing', () => {
  assert.deepEqual(spellsOf(laneOf('OUT', 1), laneOf('OUT', 3, noon, noon + INTERVAL_MS)), []);
});

test('of the only lane of its direction nobody knows how many went by', () => {
  assert.deepEqual(spellsOf(laneOf('OUT', 3, noon, noon + 2 * hour), laneOf('IN', 3)), []);
});
