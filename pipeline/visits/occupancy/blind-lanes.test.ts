import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntervalCounts } from '../cameras/interval-counts.ts';
import { intervalOf, INTERVAL_MS } from '../cameras/intervals.ts';
import { newRhythm, setDay } from '../cameras/rhythm.ts';
import { TaskMemory } from '../state/task-memory.ts';
import { day, hour, readOf, start, TestGarage } from '../test-garage.ts';
import { blindSpells, type OneWayLane, type UsualTraffic } from './blind-lanes.ts';

const until = start + 2 * day;

/** A camera that has read something in nearly every quarter of an hour of four weeks, and now reads so many in each but those. */
function laneOf(direction: 'IN' | 'OUT', reads: number, quietFrom = Infinity, quietTo = Infinity): OneWayLane {
  const rhythm = newRhythm();
  for (let of = 0; of < 7; of++) setDay(rhythm, of, { shares: new Array<number>(24).fill(0.95), seen: new Array<number>(24).fill(16) });
  const memory = new TaskMemory();
  const [counts, late] = [new IntervalCounts(memory), new IntervalCounts(memory)];
  for (let at = start; at < until; at += INTERVAL_MS) {
    if (at < quietFrom || at >= quietTo) for (let i = 0; i < reads; i++) counts.add(at + i);
  }
  return { direction, cameras: [{ cameraId: `${direction}`, hash: 0, isConfigured: true, isWatched: true, counts, late, rhythm, surprise: 0 }] };
}

/** A lane that was cut off in the two hours from noon, and sent later what its camera had kept: so many reads of each quarter of an hour. */
function cutOffAtNoon(direction: 'IN' | 'OUT', reads: number, kept: number): OneWayLane {
  const lane = laneOf(direction, reads, noon, noon + 2 * hour);
  const { counts, late } = lane.cameras[0]!;
  for (let at = noon; at < noon + 2 * hour; at += INTERVAL_MS) {
    for (let i = 0; i < kept; i++) {
      counts.add(at + i);
      late!.add(at + i);
    }
  }
  return lane;
}

/** As many in every hour. */
const steady: UsualTraffic = () => 20;
const nothingKnown: UsualTraffic = () => 0;
const spellsOf = (usual: UsualTraffic, ...lanes: OneWayLane[]) => blindSpells(lanes, usual, 'Europe/Oslo', 48 * hour, until);
const noon = start + 30 * hour;
const spell = { from: noon, to: noon + 2 * hour };

/** A lane that has so many times as many reads as usual in the two hours from noon. */
function busyAtNoon(lane: OneWayLane, times: number): OneWayLane {
  const { counts } = lane.cameras[0]!;
  for (let at = noon; at < noon + 2 * hour; at += INTERVAL_MS) {
    const usual = counts.of(at / INTERVAL_MS);
    for (let i = usual; i < times * usual; i++) counts.add(at + i);
  }
  return lane;
}

test('a lane that reads nothing for hours was blind or closed, and nobody knows which before usual traffic is known', () => {
  const spells = spellsOf(nothingKnown, laneOf('OUT', 1), laneOf('OUT', 3, noon, noon + 2 * hour), laneOf('IN', 4));
  assert.deepEqual(spells, [{ direction: 'OUT', ...spell, share: 0.75, chance: 0.5 }]);
});

test('it was blind where the other lanes read what they always do, and closed where they have its vehicles as well', () => {
  const quiet = () => laneOf('IN', 5, noon, noon + 2 * hour);
  const [blind] = spellsOf(steady, quiet(), laneOf('IN', 5));
  assert.deepEqual([blind!.share, blind!.chance], [0.5, 0.95]);
  const [closed] = spellsOf(steady, quiet(), busyAtNoon(laneOf('IN', 5), 2));
  assert.ok(closed!.chance < 0.1, `${closed!.chance}`);
});

test('a quarter of an hour without a read is nothing', () => {
  assert.deepEqual(spellsOf(steady, laneOf('OUT', 1), laneOf('OUT', 3, noon, noon + INTERVAL_MS)), []);
});

test('where all lanes in are quiet they are blind as far as those out are as busy as ever', () => {
  const quiet = () => laneOf('IN', 3, noon, noon + 2 * hour);
  assert.deepEqual(spellsOf(steady, quiet(), quiet(), laneOf('OUT', 3)), [{ direction: 'IN', ...spell, share: 1, chance: 1 }]);
  const [holiday] = spellsOf(steady, quiet(), laneOf('OUT', 3, noon + INTERVAL_MS, noon + 2 * hour)).filter(({ direction }) => direction === 'IN');
  assert.ok(holiday!.chance < 0.2, `${holiday!.chance}`);
  assert.deepEqual(spellsOf(nothingKnown, quiet(), laneOf('OUT', 3)), [{ direction: 'IN', ...spell, share: 1, chance: 0 }]);
});

test('of a lane that was cut off that went by unread which did not come afterwards either', () => {
  const [inPart] = spellsOf(steady, cutOffAtNoon('IN', 100, 80), laneOf('IN', 100));
  assert.deepEqual({ ...inPart, share: 0 }, { direction: 'IN', ...spell, share: 0, chance: 1 });
  assert.ok(inPart!.share > 0.07 && inPart!.share <= 0.1, `${inPart!.share}`);
  const [whole] = spellsOf(steady, cutOffAtNoon('IN', 100, 100), laneOf('IN', 100));
  assert.equal(whole!.share, 0);
});

test('what is lost of a few reads is as likely chance', () => {
  const [few] = spellsOf(steady, cutOffAtNoon('IN', 5, 4), laneOf('IN', 5));
  assert.ok(few!.share < 0.03, `${few!.share}`);
});

test('where all lanes in were cut off, as many should have come afterwards as are usual while those out are as busy as ever', () => {
  const [inPart] = spellsOf(steady, cutOffAtNoon('IN', 100, 80), laneOf('OUT', 60));
  assert.deepEqual({ ...inPart, share: 0 }, { direction: 'IN', ...spell, share: 0, chance: 1 });
  assert.ok(inPart!.share > 0.12 && inPart!.share <= 0.2, `${inPart!.share}`);
});

test('reads that came late are known as such over a restart, until a horizon after they came', () => {
  const late = readOf('in', 0);
  const lateReads = ({ rules }: TestGarage): number => rules.state.garage('g1').cameras.camera(late.cameraId).late?.of(intervalOf(late.capturedAt)) ?? 0;
  const garage = new TestGarage().advance(hour).see(late);
  assert.equal(lateReads(garage), 1);
  assert.equal(lateReads(garage.restart().see(late)), 1);
  assert.equal(lateReads(garage.advance(3 * day)), 0);
});
