import assert from 'node:assert/strict';
import { test } from 'node:test';
import { garageOf, hour, readOf, TestGarage } from './test-garage.ts';

test('a crowd of look-alikes at one lane within seconds is worked off, each vehicle on its own', () => {
  const vehicles = Array.from({ length: 600 }, (_, i) => ({ plate: `LT${10_000 + i}`, at: 40 * i }));
  const garage = new TestGarage(garageOf()).see(
    ...vehicles.map(({ plate, at }) => readOf('in', at, { plate })),
    ...vehicles.map(({ plate, at }) => readOf('out', hour + at, { plate })),
  ).advance(2 * hour);
  const closed = garage.told.visits.filter(({ status, enteredAt }) => status === 'closed' && enteredAt !== null);
  assert.ok(closed.length >= 0.9 * vehicles.length, `${closed.length} of ${vehicles.length} stays are closed`);
});
