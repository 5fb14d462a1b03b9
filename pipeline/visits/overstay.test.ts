import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, garageOf, minute, readOf, settings, stayOf, TestGarage } from './test-garage.ts';

const overstays = ({ told }: TestGarage) =>
  told.irregularities.filter(({ type }) => type === 'overstay').map(({ action }) => action);

const inside = 'the visit stays open: see whether the vehicle is still there';
const ended = 'none: the stay has ended';

test('overstay is told when a vehicle has been inside for longer than the garage allows, and is over when it leaves', () => {
  const garage = new TestGarage().see(readOf('in', 0)).advance(7 * day + minute);
  assert.deepEqual(overstays(garage), []);
  garage.advance(7 * day + 2 * minute);
  assert.deepEqual(overstays(garage), [inside]);
  assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'open', enteredAt: 0, exitedAt: null, flags: ['overstay'] }]);
  garage.restart().see(readOf('out', 9 * day)).advance(20 * day);
  assert.deepEqual(overstays(garage), [ended]);
  assert.deepEqual(garage.told.visits.map(({ flags }) => flags), [['overstay']]);
});

test('overstay is told by the quiet too, at its due time', () => {
  const garage = new TestGarage().see(readOf('in', 0));
  garage.waitQuietly(8 * day);
  assert.deepEqual(overstays(garage), [inside]);
});

test('overstay goes by the setting of the garage', () => {
  const strict = garageOf({ settings: { ...settings, overstayAfterMs: day } });
  const garage = new TestGarage(strict).see(readOf('in', 0), readOf('out', 2 * day)).advance(3 * day);
  assert.deepEqual(overstays(garage), [ended]);
  assert.deepEqual(overstays(new TestGarage().see(readOf('in', 0), readOf('out', 2 * day)).advance(3 * day)), []);
});

test('overstay is over when the vehicle is given up as unclosed', () => {
  assert.deepEqual(overstays(new TestGarage().see(readOf('in', 0)).advance(40 * day)), [ended]);
});
