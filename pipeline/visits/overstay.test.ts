import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, garageOf, minute, readOf, settings, stayOf, TestGarage } from './test-garage.ts';

const overstays = ({ told }: TestGarage) =>
  told.irregularities.filter(({ type }) => type === 'overstay').map(({ action }) => action);

const inside = 'the visit stays open: see whether the vehicle is still there';
const ended = 'none: the stay has ended';

/** Where nothing was learnt yet, most of those that nobody saw leave for a day are still there, and of those for a week few. */
const strict = garageOf({ settings: { ...settings, overstayAfterMs: day } });

test('overstay is told when a vehicle has been inside for longer than the garage allows, and is over when it leaves', () => {
  const garage = new TestGarage(strict).see(readOf('in', 0)).advance(day + minute);
  assert.deepEqual(overstays(garage), []);
  garage.advance(day + 2 * minute);
  assert.deepEqual(overstays(garage), [inside]);
  assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'open', enteredAt: 0, exitedAt: null, flags: ['overstay'] }]);
  garage.restart().see(readOf('out', 9 * day)).advance(20 * day);
  assert.deepEqual(overstays(garage), [ended]);
  assert.deepEqual(garage.told.visits.map(({ flags }) => flags), [['overstay']]);
});

test('overstay is told by the quiet too, at its due time', () => {
  const garage = new TestGarage(strict).see(readOf('in', 0));
  garage.waitQuietly(2 * day);
  assert.deepEqual(overstays(garage), [inside]);
});

test('overstay goes by the setting of the garage', () => {
  const garage = new TestGarage(strict).see(readOf('in', 0), readOf('out', 2 * day)).advance(3 * day);
  assert.deepEqual(overstays(garage), [ended]);
  assert.deepEqual(overstays(new TestGarage().see(readOf('in', 0), readOf('out', 2 * day)).advance(3 * day)), []);
});

test('overstay is over when the vehicle is given up as unclosed', () => {
  assert.deepEqual(overstays(new TestGarage(strict).see(readOf('in', 0)).advance(40 * day)), [ended]);
});

test('overstay is not told of who has more likely left unread: few stay for a week, and they are told when they leave', () => {
  const garage = new TestGarage().see(readOf('in', 0)).advance(8 * day);
  assert.deepEqual(overstays(garage), []);
  assert.deepEqual(overstays(garage.restart().see(readOf('out', 9 * day)).advance(20 * day)), [ended]);
  assert.deepEqual(overstays(new TestGarage().see(readOf('in', 0)).advance(40 * day)), []);
});

test('overstay is told later where it becomes likely, for the garage has seen others leave after as long', () => {
  const garage = new TestGarage().see(readOf('in', 0));
  const others = Array.from({ length: 600 }, (_, i) => `EK${10_000 + 37 * i}`);
  garage.see(...others.map((plate, i) => readOf('in', minute * (i + 1), { plate })));
  garage.see(...others.map((plate, i) => readOf('out', 8 * day + minute * i, { plate })));
  garage.advance(12 * day);
  const open = () => overstays(garage).filter((action) => action === inside);
  assert.deepEqual(open(), []);
  garage.advance(14 * day + 2 * minute);
  assert.deepEqual(open(), [inside]);
});
