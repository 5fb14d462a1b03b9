import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead, Occupancy } from '../records/records.ts';
import type { OneWayLane } from './blind-lanes.ts';
import { IntervalCounts } from './cameras/interval-counts.ts';
import { intervalOf } from './cameras/intervals.ts';
import { newRhythm, setDay } from './cameras/rhythm.ts';
import { DwellTimes, nothingLearnedOf, withLength } from './dwell-times.ts';
import { leftOutBy, likelyInside, nothingCounted, overlookedBy, type Inside } from './occupancy.ts';
import { StayTimes } from './stay-times.ts';
import { controlOf, day, hour, minute, readOf, settings, start, TestGarage } from './test-garage.ts';

const passes = (plate: string, laneId: 'in' | 'out', at: number): CameraRead => readOf(laneId, at, { plate });
const insideOf = ({ rules }: TestGarage, at: number): number => likelyInside(rules.state.garage('g1'), start + at);

/** Plates that are not taken for each other. */
const plateOf = (number: number): string => `${'ABCDEFHJKL'[number % 10]}${'PRSTUVXYZN'[Math.floor(number / 10) % 10]}${(10_000 + number * 7_919) % 100_000}`;

test('who has just come in is inside, who has left is not', () => {
  const garage = new TestGarage().see(passes('AB12345', 'in', 0), passes('ZT90146', 'in', minute));
  assert.ok(Math.abs(insideOf(garage, 2 * minute) - 2) < 0.1);
  garage.see(passes('AB12345', 'out', hour));
  assert.ok(Math.abs(insideOf(garage, hour) - 1) < 0.1);
});

test('an open visit that is far longer than stays are has most likely ended unread', () => {
  const garage = new TestGarage().see(passes('AB12345', 'in', 0));
  assert.ok(insideOf(garage, 2 * hour) > 0.8);
  assert.ok(insideOf(garage, 20 * day) < 0.3);
});

test('of those that come in the morning fewer are inside at night than of those that come in the evening', () => {
  // The test week begins on a Sunday at two in the morning, in Oslo.
  const commuter = (number: number, of: number) => [passes(plateOf(number), 'in', of + 6 * hour), passes(plateOf(number), 'out', of + 14 * hour)];
  const resident = (number: number, of: number) => [passes(plateOf(number), 'in', of + 16 * hour), passes(plateOf(number), 'out', of + 30 * hour)];
  const reads: CameraRead[] = [];
  for (let of = day, number = 0; of < 5 * day; of += day) {
    for (let i = 0; i < 70; i++, number += 2) {
      const later = (stay: CameraRead[]) => stay.map((read) => ({ ...read, capturedAt: read.capturedAt + i * 61_000, receivedAt: read.receivedAt + i * 61_000 }));
      reads.push(...later(commuter(number, of)), ...later(resident(number + 1, of)));
    }
  }
  reads.sort((one, other) => one.capturedAt - other.capturedAt);
  const taught = () => new TestGarage().see(...reads).advance(9 * day);
  const at = 9 * day;
  const ofMorning = taught().see(passes('AB12345', 'in', at + 6 * hour));
  const ofEvening = taught().see(passes('AB12345', 'in', at + 16 * hour));
  const night = at + 26 * hour;
  assert.ok(insideOf(ofMorning, night) < 0.5, `${insideOf(ofMorning, night)}`);
  assert.ok(insideOf(ofEvening, night) > 0.9, `${insideOf(ofEvening, night)}`);
});

/** A garage of which is known that 40 vehicles come in in each hour and stay for half an hour; nobody is inside. */
function steadyGarage(entriesQuietFrom: number, at: number, cutOff: 'not' | 'and all came late' | 'and half came late' = 'not'): Inside {
  const stayTimes = new StayTimes();
  const dwellTimes = new DwellTimes(() => stayTimes);
  for (let hourClass = 0; hourClass < 48; hourClass++) {
    let learned = nothingLearnedOf('g1', hourClass);
    for (let on = 1; on <= 20; on++) for (let i = 0; i < 10; i++) learned = withLength(learned, on * day, 15 * minute);
    dwellTimes.learn(hourClass, learned);
  }
  const lane = (direction: 'IN' | 'OUT', quietFrom: number): OneWayLane => {
    const rhythm = newRhythm();
    for (let of = 0; of < 7; of++) setDay(rhythm, of, { shares: new Array<number>(24).fill(0.99), seen: new Array<number>(24).fill(16) });
    const counts = new IntervalCounts();
    const late = new IntervalCounts();
    let reads = 0;
    for (let read = at - 2 * day; read < at; read += 1.5 * minute) {
      const isCutOff = cutOff !== 'not' && direction === 'IN' && read >= at - 5 * hour && read < at - 2 * hour;
      if (read >= quietFrom || (isCutOff && cutOff === 'and half came late' && reads++ % 2 === 0)) continue;
      counts.add(read);
      if (isCutOff) late.add(read);
    }
    return { direction, cameras: [{ cameraId: direction, isConfigured: true, isWatched: true, counts, late, rhythm, surprise: 0 }] };
  };
  return {
    entered: new Map(), timezone: 'Europe/Oslo', settings, live: 1_000, stayTimes, dwellTimes, occupancy: nothingCounted,
    oneWayLanes: [lane('IN', entriesQuietFrom), lane('OUT', Infinity)],
  };
}

test('while no entry sees, as many are taken to come in as are usual at that hour, as long as vehicles leave', () => {
  const at = start + 2 * day;
  assert.equal(likelyInside(steadyGarage(Infinity, at), at), 0);
  const inside = likelyInside(steadyGarage(at - 3 * hour, at), at);
  // Forty an hour for half an hour each, and a few that stay as long as anybody.
  assert.ok(inside > 10 && inside < 25, `${inside}`);
});

test('what counts find beyond what was expected comes back when those counted have left', () => {
  const at = start + 7 * day;
  const overlooked = overlookedBy({ ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at - hour), 400]]) }, at, 400);
  assert.ok(overlooked > 5, `${overlooked}`);
  const occupancy = { ...nothingCounted, countedAt: at, counted: 400, overlooked };
  const countedThen = { ...steadyGarage(Infinity, at), occupancy };
  const allThere = { ...countedThen, entered: new Map([[intervalOf(at - hour), 400]]) };
  assert.ok(Math.abs(likelyInside(allThere, at) - 400) < 1);
  const later = likelyInside(countedThen, at + 6 * day);
  assert.ok(Math.abs(later - overlooked) < 0.15 * overlooked, `${later} of ${overlooked}`);
  assert.equal(overlookedBy({ ...countedThen, live: 50 }, at, 400), overlooked);
  assert.equal(overlookedBy(steadyGarage(Infinity, at), at, 0), 0);
});

test('of the open visits that a count ends those are left out that were likely inside, and they stay for days', () => {
  const at = start + 7 * day;
  const open = { ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at - minute), 100], [intervalOf(at - 5 * hour), 50]]) };
  const kept = { ...open, entered: new Map([[intervalOf(at - minute), 100]]) };
  const leftOut = leftOutBy(open, kept, at, 100);
  assert.ok(leftOut > 5 && leftOut < 50, `${leftOut}`);
  assert.equal(leftOutBy(open, open, at, 150), 0);
  const counted = { ...kept, occupancy: { ...nothingCounted, countedAt: at, counted: 100, leftOut } };
  assert.ok(Math.abs(likelyInside(counted, at) - 100) < 1);
  const others = likelyInside({ ...counted, occupancy: { ...counted.occupancy, leftOut: 0 } }, at + 3 * day);
  assert.ok(likelyInside(counted, at + 3 * day) > others + leftOut / 4);
});

test('a count teaches less after an outage', () => {
  const at = start + 7 * day;
  const entered = new Map([[intervalOf(at), 400]]);
  const plain = overlookedBy({ ...steadyGarage(Infinity, at), entered }, at, 500);
  assert.ok(overlookedBy({ ...steadyGarage(at - 3 * hour, at), entered }, at, 500) < plain / 2);
});

test('a count teaches less after an outage of which half of the reads came late; of one of which all came it teaches as ever', () => {
  const at = start + 7 * day;
  const entered = new Map([[intervalOf(at - 3 * hour), 400]]);
  const plain = overlookedBy({ ...steadyGarage(Infinity, at), entered }, at, 500);
  const halfLost = { ...steadyGarage(Infinity, at, 'and half came late'), entered };
  assert.ok(Math.abs(overlookedBy(halfLost, at, 500)) < plain / 2);
  assert.equal(overlookedBy({ ...steadyGarage(Infinity, at, 'and all came late'), entered }, at, 500), plain);
});

test('those that came in while an entry was cut off, and were not read afterwards either, are told of all the same', () => {
  const at = start + 7 * day;
  const entered = new Map([[intervalOf(at - 3 * hour), 100]]);
  const whole = likelyInside({ ...steadyGarage(Infinity, at, 'and all came late'), entered }, at);
  const half = likelyInside({ ...steadyGarage(Infinity, at, 'and half came late'), entered }, at);
  assert.ok(half > 1.1 * whole && half < 2 * whole, `${half} of ${whole}`);
});

test('a count that is far off teaches no more than one that is a tenth off, and the second of two within an hour nearly nothing', () => {
  const at = start + 7 * day;
  const garage = { ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at), 400]]) };
  assert.ok(overlookedBy(garage, at, 4_000) < 100);
  const justCounted = { ...garage, occupancy: { ...nothingCounted, countedAt: at - hour } };
  assert.ok(Math.abs(overlookedBy(justCounted, at, 4_000)) < overlookedBy(garage, at, 4_000) / 3);
});

test('a recount is believed: more than were known to be inside, or fewer, and they leave as others do', () => {
  const three = () => new TestGarage().see(passes('AB12345', 'in', 0), passes('ZT90146', 'in', 1), passes('EK33871', 'in', 2));
  const recount = (garage: TestGarage, count: number): TestGarage => {
    garage.rules.control(controlOf('recount', { to: start + 2 * day, count }), null, 0, garage.told);
    return garage.advance(2 * day + settings.allowedLatenessMs + 1);
  };
  const now = 2 * day + settings.allowedLatenessMs;
  assert.ok(Math.abs(insideOf(recount(three(), 8), now) - 8) < 0.1);
  assert.ok(Math.abs(insideOf(recount(three(), 2), now) - 2) < 0.1);
  assert.ok(insideOf(recount(three(), 0), now) === 0);
  assert.ok(insideOf(recount(three(), 8), now + 3 * day) < 5);
  assert.equal(insideOf(recount(three(), 8).restart(), now + hour), insideOf(recount(three(), 8), now + hour));
});

test('is told when it is more or fewer beyond the open visits than was told, and after a count; a restart tells nothing twice', () => {
  const garage = new TestGarage();
  const told: Occupancy[] = [];
  Object.assign(garage.told, { occupancy: (occupancy: Occupancy) => told.push(occupancy) });
  // The clock follows two cameras.
  const comesIn = (plate: string, at: number) => [passes(plate, 'in', at), readOf('gate', at + 1, { plate: `${plate}9`, direction: 'IN' })];
  garage.see(...comesIn('AB12345', 0), ...comesIn('ZT90146', minute), ...comesIn('EK33871', 16 * minute));
  garage.restart().see(...comesIn('CF51238', 32 * minute));
  assert.deepEqual(told.map(({ at, openVisits }) => [at - start, openVisits]), [[0, 1]]);
  garage.see(...comesIn('NP66120', 6 * day)).restart().see(...comesIn('JH82055', 6 * day + 16 * minute));
  const [, days] = told;
  assert.deepEqual([told.length, days!.at - start, days!.openVisits], [2, 6 * day, 10]);
  assert.ok(days!.inside < 8 && days!.inside > 2, `${days!.inside}`);
  garage.rules.control(controlOf('recount', { to: start + 6 * day + 16 * minute, count: 4 }), null, 0, garage.told);
  garage.advance(7 * day);
  const { inside, openVisits, countedAt } = told.at(-1)!;
  // One came in just after it.
  assert.deepEqual([Math.round(inside), openVisits, countedAt], [5, 5, start + 6 * day + 16 * minute]);
});
