import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { INTERVAL_MS, intervalOf } from '../cameras/intervals.ts';
import { day, hour, minute, start } from '../test-garage.ts';
import { steadyGarage } from '../test-steady-garage.ts';
import { occupancyCounted, overlookedBy } from './occupancy-count.ts';
import { likelyInside, nothingCounted, type Inside } from './occupancy.ts';

const at = start + 7 * day;
const nobodyNamed = { namedOpen: 0, namedUnknown: 0 };

/** The garage after a count that left the newest of its open visits open. */
function counted(before: Inside, count: number, named: { namedOpen: number; namedUnknown: number } = nobodyNamed): Inside {
  const kept = new Map<number, number>();
  let left = count;
  for (const [interval, visits] of [...before.entered].sort(([one], [other]) => other - one)) {
    if (Math.min(left, visits) > 0) kept.set(interval, Math.min(left, visits));
    left = Math.max(0, left - visits);
  }
  return { ...before, entered: kept, occupancy: occupancyCounted(before, kept, { at, count, ...named }) };
}

const visitsOf = (...visits: readonly (readonly [sinceMs: number, visits: number])[]): Inside['entered'] =>
  new Map(visits.map(([sinceMs, number]) => [intervalOf(at - sinceMs), number]));

describe('a count', () => {
  test('is believed, whatever was expected, and whoever was named', () => {
    const garages = fc.constantFrom(
      steadyGarage(Infinity, at), steadyGarage(Infinity, at, 'and all came late'), steadyGarage(Infinity, at, 'and half came late'),
      steadyGarage(at - 3 * hour, at),
    );
    const visits = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * day }), fc.integer({ min: 1, max: 80 })), { maxLength: 8 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(fc.property(garages, visits, fc.nat(300), share, share, (garage, open, count, namedShare, openShare) => {
      const named = Math.floor(namedShare * count);
      const entered = visitsOf(...open.map(([sinceMs, number]) => [sinceMs + 20 * minute, number] as const));
      const all = [...entered.values()].reduce((sum, number) => sum + number, 0);
      const namedOpen = Math.min(all, Math.floor(openShare * named));
      const after = counted({ ...garage, entered }, count, { namedOpen, namedUnknown: named - namedOpen });
      const inside = likelyInside(after, at);
      assert.ok(Math.abs(inside - count) <= 0.01 * count + 0.5, `${inside} of ${count}`);
      const { unknown, ended, doubt, cameUnread } = after.occupancy;
      assert.ok([unknown, ended, doubt, ...cameUnread.map(({ vehicles }) => vehicles)].every((each) => each >= 0));
      assert.ok(likelyInside(after, at + 20 * day) <= inside);
    }));
  });

  test('after an outage of the entry tells those that came in unread from those that stay long: they leave within the hour', () => {
    const entered = visitsOf([10 * minute, 5], [20 * hour, 60]);
    const blind = counted({ ...steadyGarage(at - 3 * hour, at), entered }, 50);
    const came = blind.occupancy.cameUnread.reduce((sum, { vehicles }) => sum + vehicles, 0);
    assert.ok(came > 10 && came < 25, `${came}`);
    const seeing = counted({ ...steadyGarage(Infinity, at), entered }, 50);
    assert.deepEqual(seeing.occupancy.cameUnread, []);
    const inside = [blind, seeing].map((garage) => likelyInside({ ...garage, oneWayLanes: [] }, at + 2 * hour));
    assert.ok(inside[0]! < 50 - 0.6 * came && inside[1]! > 45, `${inside}`);
  });

  test('after which half of what a cut off entry read came late tells half of that apart, by the hour in which it came', () => {
    const { occupancy } = counted({ ...steadyGarage(Infinity, at, 'and half came late'), entered: visitsOf([3 * hour, 100], [4 * hour, 80]) }, 150);
    assert.equal(occupancy.cameUnread.length, 2);
    const [earlier, later] = occupancy.cameUnread;
    assert.ok(earlier!.interval * INTERVAL_MS < at - 3 * hour && later!.interval === earlier!.interval + 4);
    assert.ok(earlier!.vehicles > 2 && later!.vehicles > 2 && earlier!.vehicles + later!.vehicles < 90);
  });

  test('of fewer than have open visits thinks that those left unread that would have stayed longest', () => {
    const before = { ...steadyGarage(Infinity, at), entered: visitsOf([10 * minute, 50], [30 * hour, 50]) };
    const { doubt } = counted(before, 60).occupancy;
    assert.ok(doubt > 0);
    const onlyYoung = { ...before, entered: visitsOf([10 * minute, 50]), occupancy: counted(before, 60).occupancy };
    assert.ok(likelyInside(onlyYoung, at) > 45);
  });

  test('keeps those that were counted before and had come in unread, as far as they have not left', () => {
    const first = counted({ ...steadyGarage(at - 3 * hour, at), entered: visitsOf([20 * hour, 10]) }, 30);
    const sumOf = ({ occupancy }: Inside) => occupancy.cameUnread.reduce((sum, { vehicles }) => sum + vehicles, 0);
    const again = occupancyCounted({ ...first, oneWayLanes: [] }, first.entered, { at: at + 15 * minute, count: 20, ...nobodyNamed });
    const left = sumOf({ ...first, occupancy: again });
    assert.ok(left > 1 && left < sumOf(first), `${left} of ${sumOf(first)}`);
  });

  test('that ends visits of which some are likely inside says that these are, in the place of others, and that they stay for days', () => {
    const before = { ...steadyGarage(Infinity, at), entered: visitsOf([minute, 100], [5 * hour, 50]) };
    const after = counted(before, 100);
    const { ended } = after.occupancy;
    assert.ok(ended > 5 && ended < 50, `${ended}`);
    assert.equal(counted(before, 150).occupancy.ended, 0);
    const others = likelyInside({ ...after, occupancy: { ...after.occupancy, ended: 0 } }, at + 3 * day);
    assert.ok(likelyInside(after, at + 3 * day) > others + ended / 4);
  });

  test('believes who was named: plates without an open visit came in unread, those that have one are inside', () => {
    const entered = visitsOf([10 * minute, 20], [30 * hour, 30]);
    const before = { ...steadyGarage(Infinity, at), entered };
    const unnamed = counted(before, 50).occupancy;
    assert.ok(unnamed.unknown < 1, `${unnamed.unknown}`);
    const strangers = counted(before, 50, { namedOpen: 20, namedUnknown: 15 }).occupancy;
    assert.ok(strangers.unknown > 14 && strangers.unknown < 16, `${strangers.unknown}`);
    const allOpen = counted({ ...before, entered: visitsOf([10 * minute, 20], [30 * hour, 80]) }, 50, { namedOpen: 50, namedUnknown: 0 }).occupancy;
    assert.ok(allOpen.doubt < 0.05, `${allOpen.doubt}`);
    const afterOutage = counted({ ...steadyGarage(at - 3 * hour, at), entered }, 50, { namedOpen: 20, namedUnknown: 25 }).occupancy;
    const came = afterOutage.cameUnread.reduce((sum, { vehicles }) => sum + vehicles, 0);
    assert.ok(came > 15 && afterOutage.unknown < 10, `${came}, ${afterOutage.unknown}`);
  });
});

describe('what counts find beyond what was expected', () => {
  test('comes back when those counted have left', () => {
    const overlooked = overlookedBy({ ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at - hour), 400]]) }, at, 400);
    assert.ok(overlooked > 5, `${overlooked}`);
    const allThere = counted({ ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at - hour), 400]]) }, 400);
    assert.ok(Math.abs(likelyInside(allThere, at) - 400) < 1);
    const countedThen = { ...allThere, entered: new Map() };
    const later = likelyInside(countedThen, at + 6 * day);
    assert.ok(Math.abs(later - overlooked) < 0.15 * overlooked, `${later} of ${overlooked}`);
    assert.equal(overlookedBy({ ...countedThen, live: 50 }, at, 400), overlooked);
    assert.equal(overlookedBy(steadyGarage(Infinity, at), at, 0), 0);
  });

  test('is learned less from a count after an outage', () => {
    const entered = new Map([[intervalOf(at), 400]]);
    const plain = overlookedBy({ ...steadyGarage(Infinity, at), entered }, at, 500);
    assert.ok(overlookedBy({ ...steadyGarage(at - 3 * hour, at), entered }, at, 500) < plain / 2);
  });

  test('is learned less from one after an outage of which half of the reads came late; after one of which all came as ever', () => {
    const entered = new Map([[intervalOf(at - 3 * hour), 400]]);
    const plain = overlookedBy({ ...steadyGarage(Infinity, at), entered }, at, 500);
    const halfLost = { ...steadyGarage(Infinity, at, 'and half came late'), entered };
    assert.ok(Math.abs(overlookedBy(halfLost, at, 500)) < plain / 2);
    assert.equal(overlookedBy({ ...steadyGarage(Infinity, at, 'and all came late'), entered }, at, 500), plain);
  });

  test('is learned no more from a count that is far off than from one a tenth off, hardly from the second of two in an hour', () => {
    const garage = { ...steadyGarage(Infinity, at), entered: new Map([[intervalOf(at), 400]]) };
    assert.ok(overlookedBy(garage, at, 4_000) < 100);
    const justCounted = { ...garage, occupancy: { ...nothingCounted, countedAt: at - hour } };
    assert.ok(Math.abs(overlookedBy(justCounted, at, 4_000)) < overlookedBy(garage, at, 4_000) / 3);
  });
});
