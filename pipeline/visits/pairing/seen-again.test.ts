import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, readOf, second, start, TestGarage } from '../test-garage.ts';

const ended = ({ told }: TestGarage) => told.visits.filter(({ status }) => status !== 'open').map(({ plate, enteredAt, exitedAt }) =>
  [plate, enteredAt === null ? null : enteredAt - start, exitedAt === null ? null : exitedAt - start]);
const kinds = ({ told }: TestGarage) => told.irregularities.map(({ type }) => type);
const came = readOf('in', 0, { plate: 'LF67BJO', country: 'GB' });
const left = readOf('out', hour, { plate: 'LF67BJO', country: 'GB' });
/** As plates of a company might follow each other, so that the two reads make two passages. */
const misread = (at: number) => readOf('out', at, { plate: 'LF67BJT', country: 'GB', direction: 'OUT', confidence: 0.7 });

test('who stands at the exit and is read once more as the next plate of a row has left once, and nothing is told of it', () => {
  const garage = new TestGarage().see(came, left, misread(hour + 10 * second)).advance(3 * hour);
  assert.deepEqual(ended(garage), [['LF67BJO', 0, hour]]);
  assert.deepEqual(kinds(garage), []);
});

test('one that is seen at an exit minutes later as another plate is a double exit', () => {
  const again = readOf('out', hour + 3 * minute, { plate: 'LE67BJO', country: 'GB', direction: 'OUT' });
  const garage = new TestGarage().see(came, left, again).advance(3 * hour);
  assert.deepEqual(ended(garage), [['LF67BJO', 0, hour]]);
  assert.deepEqual(kinds(garage), ['double_exit']);
});

test('one that leaves much later is another vehicle, whose entry was missed', () => {
  const garage = new TestGarage().see(came, left, misread(2 * hour)).advance(4 * hour);
  assert.deepEqual(ended(garage), [['LF67BJO', 0, hour], ['LF67BJT', null, 2 * hour]]);
});

test('where others of the row are known to come, the next plate at the exit is the next vehicle', () => {
  const others = [readOf('in', 5 * minute, { plate: 'LF67BJS', country: 'GB' }), readOf('out', 30 * minute, { plate: 'LF67BJS', country: 'GB' })];
  const garage = new TestGarage().see(came, ...others, left, misread(hour + 10 * second)).advance(3 * hour);
  assert.deepEqual(ended(garage).map(([plate]) => plate).sort(), ['LF67BJO', 'LF67BJS', 'LF67BJT']);
});
