import assert from 'node:assert/strict';
import { test } from 'node:test';
import { score, type Score, type ScoredVisit } from './score.ts';
import { passageOf, stayOf } from './test-truth.ts';
import { openTruth } from './truth.ts';

const visit = (entryReadId: string | null, exitReadId: string | null, status: ScoredVisit['status'] = 'closed'): ScoredVisit =>
  ({ garageId: 'g1', status, entryReadId, exitReadId });

const nothing: Score = {
  trueStays: 1, stays: 1, right: 0, wrong: 0, unpaired: 0, rightInReview: 0, wrongPairs: 0, stitched: 0, stitchedInReview: 0,
  doubled: 0, phantom: 0, review: 0,
};

test('a stay is right when one visit has a read of its entry and one of its exit', () => {
  const truth = openTruth([stayOf('car', ['e1', 'e2'], ['x1', 'x2'])]);
  assert.deepEqual(score([visit('e2', 'x1')], truth), { ...nothing, right: 1 });
});

test('a stay in two halves is unpaired, and so is one in review, right or not', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x'])]);
  assert.deepEqual(score([visit('e', null, 'unclosed'), visit(null, 'x')], truth), { ...nothing, unpaired: 1 });
  assert.deepEqual(score([visit('e', 'x', 'review')], truth), { ...nothing, unpaired: 1, rightInReview: 1, review: 1 });
});

test('two stays whose exits are swapped are both wrong', () => {
  const truth = openTruth([stayOf('car', ['e1'], ['x1']), stayOf('other', ['e2'], ['x2'])]);
  assert.deepEqual(score([visit('e1', 'x2'), visit('e2', 'x1')], truth), {
    ...nothing, trueStays: 2, stays: 2, wrong: 2, wrongPairs: 2,
  });
});

test('a pair of two halves of different cars is a wrong pair, though no whole stay is wrong', () => {
  const truth = openTruth([stayOf('car', ['e1'], []), stayOf('other', [], ['x2'])]);
  assert.deepEqual(score([visit('e1', 'x2')], truth), { ...nothing, trueStays: 2, stays: 0, wrongPairs: 1 });
});

test('one visit over two stays of a car is stitched: silently when closed, else in review', () => {
  const truth = openTruth([stayOf('car', ['e1'], []), stayOf('car', [], ['x2'])]);
  const halves = { ...nothing, trueStays: 2, stays: 0 };
  assert.deepEqual(score([visit('e1', 'x2')], truth), { ...halves, stitched: 1 });
  assert.deepEqual(score([visit('e1', 'x2', 'review')], truth), { ...halves, stitchedInReview: 1, review: 1 });
});

test('a visit whose entry is the exit of the stay, or a read that nobody knows, pairs wrongly', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x1', 'x2'])]);
  assert.deepEqual(score([visit('x1', 'x2')], truth), { ...nothing, wrong: 1, wrongPairs: 1, doubled: 1 });
  assert.deepEqual(score([visit('e', 'unknown')], truth), { ...nothing, wrong: 1, wrongPairs: 1 });
});

test('a second visit of the same exit is doubled', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x1', 'x2'])]);
  assert.deepEqual(score([visit('e', 'x1'), visit(null, 'x2')], truth), { ...nothing, right: 1, doubled: 1 });
});

test('a visit of a car that turned round is one of no stay', () => {
  const truth = openTruth([stayOf('car', ['e'], ['x']), passageOf(['p'])]);
  assert.deepEqual(score([visit('e', 'x'), visit('p', null, 'unclosed')], truth), { ...nothing, right: 1, phantom: 1 });
});
