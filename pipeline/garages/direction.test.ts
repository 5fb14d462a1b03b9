import assert from 'node:assert/strict';
import { test } from 'node:test';
import { degreesOf, directionAt } from './direction.ts';

test('a camera\'s word means what its configuration says, and any other nothing', () => {
  const camera = { directions: { forward: 'in', reverse: 'out', parked: 'unknown' } };
  assert.equal(directionAt(camera, 'forward'), 'IN');
  assert.equal(directionAt(camera, 'reverse'), 'OUT');
  for (const word of ['parked', 'sideways', '', '__proto__', 'constructor', null]) {
    assert.equal(directionAt(camera, word), 'UNKNOWN');
  }
  assert.equal(directionAt({ directions: {} }, 'in'), 'UNKNOWN');
});

test('degrees fall into ranges, which may run through north and leave gaps', () => {
  const camera = { directions: { '315-45': 'in', '135-225': 'out' } };
  for (const [angle, direction] of [
    [0, 'IN'], [44.9, 'IN'], [45, 'UNKNOWN'], [134.9, 'UNKNOWN'],
    [135, 'OUT'], [224, 'OUT'], [225, 'UNKNOWN'], [315, 'IN'],
    [359.9, 'IN'], [360, 'IN'], [-10, 'IN'], [540, 'OUT'], [NaN, 'UNKNOWN'],
  ] as const) {
    assert.equal(directionAt(camera, angle), direction, String(angle));
  }
  assert.equal(directionAt({ directions: { '0-360': 'out' } }, 12), 'OUT');
});

test('a range of degrees is two whole numbers up to 360', () => {
  assert.deepEqual(degreesOf('315-45'), { from: 315, to: 45 });
  for (const text of ['', '10', '10-', '-10-20', '10-400', '10-10', '1.5-20', 'forward']) {
    assert.equal(degreesOf(text), null, text);
  }
});
