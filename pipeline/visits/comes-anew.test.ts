import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, minute, readOf, TestGarage } from './test-garage.ts';

const every = 40 * minute;

test('one seen at the entry again after an hour or less has driven past it, where vehicles come once a day', () => {
  assert.deepEqual(afterDays(new TestGarage(), day), ['closed']);
});

test('where vehicles come again and again all day, its exit was missed', () => {
  assert.deepEqual(afterDays(new TestGarage(), every), ['unclosed', 'closed']);
});

/** What becomes of a vehicle that comes in twice `every` apart, and leaves, where for some days vehicles came so often. */
function afterDays(garage: TestGarage, often: number): (string | undefined)[] {
  const VEHICLES = 10;
  for (let at = 0; at < 4 * day; at += often) {
    for (let i = 0; i < VEHICLES; i++) garage.see(readOf('in', at + i * minute, { plate: `KX9${i}4${9 - i}7` }));
    for (let i = 0; i < VEHICLES; i++) garage.see(readOf('out', at + (15 + i) * minute, { plate: `KX9${i}4${9 - i}7` }));
  }
  const came = 4 * day + 20 * minute;
  garage.see(readOf('in', came, { plate: 'CF51238' }), readOf('in', came + every, { plate: 'CF51238' }));
  garage.see(readOf('out', came + every + 20 * minute, { plate: 'CF51238' })).advance(came + 2 * every);
  return garage.told.visits.filter(({ plate }) => plate === 'CF51238').map(({ status }) => status);
}
