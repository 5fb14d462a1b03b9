import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareOutcomes } from './visits.ts';

const expected = new Map([['a', 'closed'], ['b', 'open']]);

test('visits that stand as the rules alone make them are right', () => {
  assert.deepEqual(compareOutcomes(expected, new Map(expected), 0), {
    expected: 2, lost: 0, invented: 0, different: 0, doubled: 0, examples: [],
  });
});

test('a visit that is missing, one too many and one that says something else are each found', () => {
  assert.deepEqual(compareOutcomes(expected, new Map([['b', 'closed'], ['c', 'closed']]), 0), {
    expected: 2, lost: 1, invented: 1, different: 1, doubled: 0, examples: ['a', 'c', 'b'],
  });
});
