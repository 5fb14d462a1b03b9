import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOf } from './latency.ts';

/** As many as half a minute of a thousand reads a second has. */
const CARS = 15_000;

test('no two cars of a garage have plates of one length that differ in one or two places', () => {
  const reads = Array.from({ length: CARS }, (_, car) => readOf('test', car, false));
  for (const inside of Map.groupBy(reads, ({ garageId }) => garageId).values()) {
    for (const [index, { plate }] of inside.entries()) {
      const near = inside.slice(0, index).filter((other) => other.plate.length === plate.length
        && [...plate].filter((character, place) => character !== other.plate[place]).length <= 2);
      assert.deepEqual(near, []);
    }
  }
});
