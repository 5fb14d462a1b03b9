import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { areFleetNeighbours, fleetNeighbours, mayStandInRow } from './fleet-neighbours.ts';

test('plates in a row differ in the character they are counted on by, and in no other', () => {
  assert.equal(fleetNeighbours('EK48213').length, 9);
  assert.ok(areFleetNeighbours('EK48213', 'EK48219'));
  assert.ok(areFleetNeighbours('LF67BJO', 'LF67BJT'));
  for (const other of ['EK48213', 'EK48313', 'EK482130', 'EK4821A']) assert.ok(!areFleetNeighbours('EK48213', other), other);
  assert.ok(!areFleetNeighbours('LF67BJA', 'LF67BJZ'), 'too far');
  assert.deepEqual(fleetNeighbours('A1B'), [], 'too short');
});

test('whether one is among the neighbours is told without making them', () => {
  const plate = fc.string({ unit: fc.constantFrom('A', 'B', 'K', 'Z', '0', '7'), maxLength: 7 });
  const changed = fc.tuple(plate, fc.nat(6), fc.constantFrom('A', 'J', 'K', 'Z', '0', '7', '9'))
    .map(([text, at, symbol]): [string, string] => [text, text.slice(0, at) + symbol + text.slice(at + 1)]);
  fc.assert(fc.property(changed, ([one, other]) => {
    assert.equal(areFleetNeighbours(one, other), fleetNeighbours(one).includes(other));
  }), { numRuns: 2000 });
});

test('plates of the next tens may stand in one row as well, up to 30 numbers further', () => {
  for (const other of ['EK48219', 'EK48223', 'EK48203', 'EK48243']) assert.ok(mayStandInRow('EK48213', other), other);
  for (const other of ['EK48213', 'EK48244', 'EK48313', 'EL48223', 'EK4822A', 'EK4822']) assert.ok(!mayStandInRow('EK48213', other), other);
});
