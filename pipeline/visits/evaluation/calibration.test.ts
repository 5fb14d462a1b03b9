import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibration } from './calibration.ts';
import { stayOf, visitOf } from './test-truth.ts';
import { openTruth } from './truth.ts';

const STAYS = 40_000;
const truth = openTruth(Array.from({ length: STAYS }, (_, stay) => stayOf(`car-${stay}`, [`e${stay}`], [`x${stay}`])));

/** A visit of stay number `stay`, right or with the next one's exit. */
const sure = (matchConfidence: number, stay: number, isRight: boolean) =>
  visitOf(`v${stay}`, { matchConfidence, entryReadId: `e${stay}`, exitReadId: `x${isRight ? stay : (stay + 1) % STAYS}` });

test('when 95 of 100 said to be 0.95 sure are right, there is no error', () => {
  const { bins, largestErrorPoints } = calibration(Array.from({ length: STAYS }, (_, at) => sure(0.95, at, at % 20 !== 0)), truth);
  assert.deepEqual(bins.map(({ from, to, visits }) => ({ from, to, visits })), [{ from: 0.95, to: 0.98, visits: STAYS }]);
  assert.ok(largestErrorPoints < 1e-9);
});

test('what is said too surely shows as an error in points, weighted in the mean', () => {
  const visits = Array.from({ length: STAYS }, (_, at) => (at < STAYS / 2 ? sure(1, at, true) : sure(0.9, at, at % 10 < 8)));
  const { largestErrorPoints, meanErrorPoints, auc } = calibration(visits, truth);
  assert.ok(Math.abs(largestErrorPoints - 10) < 1e-9);
  assert.ok(Math.abs(meanErrorPoints - 5) < 1e-9);
  // Of nine right ones, five are surer than all wrong ones and four as sure.
  assert.ok(Math.abs(auc! - (5 + 4 / 2) / 9) < 1e-9);
});

test('visits without both reads are not sure of anything, and without wrong ones nothing is separated', () => {
  assert.deepEqual(calibration([visitOf('v', { entryReadId: 'e1' })], truth), {
    bins: [], largestErrorPoints: 0, meanErrorPoints: 0, auc: null,
  });
  assert.equal(calibration([sure(1, 1, true)], truth).auc, null);
});

test('a bin of a few visits does not tell how large the error is', () => {
  const { largestErrorPoints, bins } = calibration(Array.from({ length: 20 }, (_, at) => sure(0.8, at, true)), truth);
  assert.equal(largestErrorPoints, 0);
  assert.ok(bins[0]!.errorOfRightPoints > 4);
});
