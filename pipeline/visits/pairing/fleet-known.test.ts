import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, readOf, start, TestGarage } from '../test-garage.ts';

const gb = (lane: string, at: number, plate: string) => readOf(lane, at, { plate, country: 'GB', confidence: 0.8 });
const pairs = (...reads: ReturnType<typeof gb>[]) => new TestGarage().see(...reads).advance(4 * hour).told.visits
  .filter(({ enteredAt, exitedAt }) => enteredAt !== null && exitedAt !== null).map(({ enteredAt, exitedAt }) => [enteredAt! - start, exitedAt! - start]);

test('the next plate of a row is a misread where nobody else of the row was here', () => {
  assert.deepEqual(pairs(gb('in', 0, 'LF67BJO'), gb('out', hour, 'LF67BJT')), [[0, hour]]);
});

test('and another vehicle where others of the row were', () => {
  const other = [gb('in', minute, 'LF67BJS'), gb('out', 20 * minute, 'LF67BJS')];
  assert.deepEqual(pairs(gb('in', 0, 'LF67BJO'), ...other, gb('out', hour, 'LF67BJT')), [[minute, 20 * minute]]);
});

test('those who come only later say nothing of an exit, whenever their reads come in', () => {
  const [came, left, later] = [gb('in', 0, 'LF67BJO'), gb('out', hour, 'LF67BJT'), gb('in', hour + minute, 'LF67BJS')];
  assert.deepEqual(pairs(came, left, later), [[0, hour]]);
  assert.deepEqual(pairs(came, later, left), [[0, hour]]);
});

test('the same holds of a plate of the next tens', () => {
  const no = (lane: string, at: number, plate: string) => readOf(lane, at, { plate, confidence: 0.95 });
  assert.deepEqual(pairs(no('in', 0, 'CB51463'), no('out', hour, 'CB51483')), [[0, hour]]);
  const other = [no('in', minute, 'CB51485'), no('out', 20 * minute, 'CB51485')];
  assert.deepEqual(pairs(no('in', 0, 'CB51463'), ...other, no('out', hour, 'CB51483')), [[minute, 20 * minute]]);
});
