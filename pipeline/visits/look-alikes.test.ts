import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../records/records.ts';
import { hour, readOf, second, TestGarage } from './test-garage.ts';

test('a vehicle whose plate is corrected after it left is no look-alike of itself', () => {
  const misread = readOf('in', 0, { readId: 'misread', plate: 'NF75583', confidence: 0.6 });
  const correction = readOf('in', second, { readId: 'correction', plate: 'NF75588', confidence: 1 });
  const exit = readOf('out', hour, { readId: 'exit', plate: 'NF75588', confidence: 1 });
  const inOrder = confidenceOf([misread, correction, exit]);
  assert.ok(inOrder > 0.99);
  assert.equal(confidenceOf([misread, exit, correction]), inOrder);
});

/** Of the only visit. */
function confidenceOf(reads: readonly CameraRead[]): number {
  const { visits } = new TestGarage().see(...reads).advance(2 * hour).told;
  assert.equal(visits.length, 1);
  return visits[0]!.matchConfidence;
}
