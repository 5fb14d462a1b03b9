import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead, Occupancy } from '../../records/records.ts';
import { intervalOf } from '../cameras/intervals.ts';
import { controlOf, day, hour, minute, readOf, settings, start, TestGarage } from '../test-garage.ts';
import { steadyGarage } from '../test-steady-garage.ts';
import { likelyInside } from './occupancy.ts';

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
  for (let of = day, number = 0; of < 12 * day; of += day) {
    for (let i = 0; i < 70; i++, number += 2) {
      const later = (stay: CameraRead[]) => stay.map((read) => ({ ...read, capturedAt: read.capturedAt + i * 61_000, receivedAt: read.receivedAt + i * 61_000 }));
      reads.push(...later(commuter(number, of)), ...later(resident(number + 1, of)));
    }
  }
  reads.sort((one, other) => one.capturedAt - other.capturedAt);
  const taught = () => new TestGarage().see(...reads).advance(16 * day);
  const at = 16 * day;
  const ofMorning = taught().see(passes('AB12345', 'in', at + 6 * hour));
  const ofEvening = taught().see(passes('AB12345', 'in', at + 16 * hour));
  const night = at + 26 * hour;
  assert.ok(insideOf(ofMorning, night) < 0.5, `${insideOf(ofMorning, night)}`);
  assert.ok(insideOf(ofEvening, night) > 0.9, `${insideOf(ofEvening, night)}`);
});

test('while no entry sees, as many are taken to come in as are usual at that hour, as long as vehicles leave', () => {
  const at = start + 2 * day;
  assert.equal(likelyInside(steadyGarage(Infinity, at), at), 0);
  const inside = likelyInside(steadyGarage(at - 3 * hour, at), at);
  // Forty an hour for half an hour each, and a few that stay as long as anybody.
  assert.ok(inside > 10 && inside < 25, `${inside}`);
});

test('those that came in while an entry was cut off, and were not read afterwards either, are told of all the same', () => {
  const at = start + 7 * day;
  const entered = new Map([[intervalOf(at - 3 * hour), 100]]);
  const whole = likelyInside({ ...steadyGarage(Infinity, at, 'and all came late'), entered }, at);
  const half = likelyInside({ ...steadyGarage(Infinity, at, 'and half came late'), entered }, at);
  assert.ok(half > 1.1 * whole && half < 2 * whole, `${half} of ${whole}`);
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

test('of plates seen inside that no open visit has, as many vehicles came in unread; visits kept in their place count for less', () => {
  const counted = (plates: readonly string[]): TestGarage => {
    const garage = new TestGarage().see(passes('AB12345', 'in', 0), passes('ZT90146', 'in', 1), passes('EK33871', 'in', 2));
    garage.rules.control(controlOf('recount', { to: start + 2 * day, count: 3, plates }), null, 0, garage.told);
    return garage.advance(2 * day + settings.allowedLatenessMs + 1).restart();
  };
  const unknownOf = ({ rules }: TestGarage): number => Math.round(rules.state.garage('g1').occupancy.unknown);
  const plates = ['AB12345', 'NP66120', 'JH82055'];
  assert.deepEqual([unknownOf(counted([])), unknownOf(counted(plates))], [0, 2]);
  const now = 2 * day + settings.allowedLatenessMs;
  assert.ok(Math.abs(insideOf(counted(plates), now) - 3) < 0.1);
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

test('is told after what was told before, when a count is brought that is minutes old', () => {
  const garage = new TestGarage();
  const told: Occupancy[] = [];
  Object.assign(garage.told, { occupancy: (occupancy: Occupancy) => told.push(occupancy) });
  garage.see(...Array.from({ length: 8 }, (_, i) => passes(`AB1234${i}`, 'in', i * minute)));
  garage.see(passes('ZT90146', 'in', 6 * day), readOf('gate', 6 * day + 1, { plate: 'EK33871' }));
  const before = told.at(-1)!;
  assert.equal(before.at, start + 6 * day);
  garage.rules.control(controlOf('recount', { to: before.at - 5 * minute, count: 5 }), null, 0, garage.told);
  const after = told.at(-1)!;
  assert.deepEqual([after.countedAt, after.at >= before.at, Math.round(after.inside)], [before.at - 5 * minute, true, 7]);
});
