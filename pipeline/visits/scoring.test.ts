import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Visit } from '../records/records.ts';
import { score, type TrueStay } from './scoring.ts';

const stay = (vehicleId: string, entryReadIds: string[], exitReadIds: string[]): TrueStay => ({
  kind: 'stay', garageId: 'g1', vehicleId, entryReadIds, exitReadIds,
});

const visit = (entryReadId: string | null, exitReadId: string | null): Visit => ({
  visitId: `${entryReadId} ${exitReadId}`, revision: 1, status: 'closed', operatorId: '', garageId: 'g1', plate: '',
  country: '', plateRead: true, entryReadId, exitReadId, firstSeenAt: 0, enteredAt: 0, exitedAt: 0, matchConfidence: 1,
  flags: [], rulesVersion: 1,
});

test('a stay is right when one visit has a read of its entry and one of its exit', () => {
  const truth = [stay('car', ['e1', 'e2'], ['x1', 'x2'])];
  assert.deepEqual(score([visit('e2', 'x1')], truth), { stays: 1, right: 1, wrong: 0, unpaired: 0, stitched: 0, doubled: 0 });
});

test('a stay in two halves is unpaired', () => {
  assert.deepEqual(score([visit('e', null), visit(null, 'x')], [stay('car', ['e'], ['x'])]), {
    stays: 1, right: 0, wrong: 0, unpaired: 1, stitched: 0, doubled: 0,
  });
});

test('two stays whose exits are swapped are both wrong', () => {
  const truth = [stay('car', ['e1'], ['x1']), stay('other', ['e2'], ['x2'])];
  const { wrong, stitched } = score([visit('e1', 'x2'), visit('e2', 'x1')], truth);
  assert.deepEqual({ wrong, stitched }, { wrong: 2, stitched: 0 });
});

test('one visit over two stays of a car is stitched; stays with a side that no camera read are not scored', () => {
  const truth = [stay('car', ['e1'], []), stay('car', [], ['x2'])];
  assert.deepEqual(score([visit('e1', 'x2')], truth), { stays: 0, right: 0, wrong: 0, unpaired: 0, stitched: 1, doubled: 0 });
});

test('a second visit of the same exit is doubled', () => {
  const { right, doubled } = score([visit('e', 'x1'), visit(null, 'x2')], [stay('car', ['e'], ['x1', 'x2'])]);
  assert.deepEqual({ right, doubled }, { right: 1, doubled: 1 });
});
