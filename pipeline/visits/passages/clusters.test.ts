import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestOfFew, nearestOfMany, waysOf } from './clusters.ts';
import type { PassageRead } from './passages.ts';

const GAP_MS = 30_000;

const reads = fc.array(fc.record({
  at: fc.nat(90_000), laneId: fc.constantFrom('a', 'b', 'c'),
  word: fc.constantFrom('IN', 'OUT', 'UNKNOWN'), laneDirection: fc.constantFrom('IN', 'UNKNOWN'),
}), { minLength: 1, maxLength: 30 }) as unknown as fc.Arbitrary<PassageRead[]>;

test('the nearest of many reads in one place are those that are found when every pair is asked', () => {
  fc.assert(fc.property(reads, reads, (some, others) => {
    assert.deepEqual(nearestOfMany(waysOf(some), waysOf(others), GAP_MS), nearestOfFew(some, others, GAP_MS));
  }), { numRuns: 500 });
});
