import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assign } from './assign.ts';

/** Small whole numbers, so that sums are exact and ties are common. */
const score = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(-Infinity));
const matrix = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) => fc.record({
  scores: fc.array(fc.array(score, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  nullScores: fc.array(fc.integer({ min: -4, max: 4 }), { minLength: rows, maxLength: rows }),
}));

test('no other assignment has a greater sum', () => {
  fc.assert(fc.property(matrix, ({ scores, nullScores }) => {
    const columns = assign(scores, nullScores);
    assert.equal(sumOf(columns, scores, nullScores), greatestSum(scores, nullScores));
  }), { numRuns: 2000 });
});

test('no stay has two exits', () => {
  fc.assert(fc.property(matrix, ({ scores, nullScores }) => {
    const taken = assign(scores, nullScores).filter((column) => column >= 0);
    assert.equal(new Set(taken).size, taken.length);
  }));
});

test('nobody is assigned to what is impossible, or at a loss', () => {
  assert.deepEqual(assign([[-Infinity, -3], [-Infinity, -Infinity]], [-2, 0]), [-1, -1]);
  assert.deepEqual(assign([[2]], [2]), [-1]);
});

test('the better exit for all is not always the best for each', () => {
  assert.deepEqual(assign([[9, 8], [8, 1]], [0, 0]), [1, 0]);
  assert.deepEqual(assign([[9, -Infinity], [8, -Infinity]], [0, 5]), [0, -1]);
});

test('without exits there is nothing to assign', () => assert.deepEqual(assign([], []), []));

function sumOf(columns: readonly number[], scores: readonly (readonly number[])[], nullScores: readonly number[]): number {
  return columns.reduce((sum, column, row) => sum + (column < 0 ? nullScores[row]! : scores[row]![column]!), 0);
}

/** Tries all. */
function greatestSum(
  scores: readonly (readonly number[])[], nullScores: readonly number[], row = 0, taken: readonly number[] = [],
): number {
  if (row === scores.length) return 0;
  const sums = scores[row]!.map((score, column) =>
    taken.includes(column) ? -Infinity : score + greatestSum(scores, nullScores, row + 1, [...taken, column]));
  return Math.max(nullScores[row]! + greatestSum(scores, nullScores, row + 1, taken), ...sums);
}
