import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { hour, minute, readOf, second, TestGarage } from '../test-garage.ts';

test('a vehicle whose plate is corrected after it left is no look-alike of itself', () => {
  const misread = readOf('in', 0, { readId: 'misread', plate: 'NF75583', confidence: 0.6 });
  const correction = readOf('in', second, { readId: 'correction', plate: 'NF75533', confidence: 1 });
  const exit = readOf('out', hour, { readId: 'exit', plate: 'NF75533', confidence: 1 });
  const inOrder = confidenceOf([misread, correction, exit]);
  assert.ok(inOrder > 0.99);
  assert.equal(confidenceOf([misread, exit, correction]), inOrder);
});

test('a visit is told anew where a look-alike, whose exit comes in only then, had left before its vehicle', () => {
  const came = [readOf('in', 0, { plate: 'NF75583' }), readOf('in', 10 * minute, { plate: 'NF75588' })];
  const [itsExit, exit] = [readOf('out', hour, { plate: 'NF75588' }), readOf('out', hour + 30 * second, { plate: 'NF75583' })];
  const garage = new TestGarage().see(...came, exit);
  const [among] = garage.told.visits;
  const [alone] = garage.see(itsExit).told.visits;
  assert.deepEqual({ ...among, matchConfidence: 0 }, { ...alone, revision: 2, matchConfidence: 0 });
  assert.equal(alone!.revision, 3);
  assert.ok(alone!.matchConfidence > among!.matchConfidence);
  assert.equal(alone!.matchConfidence, confidenceOf([...came, itsExit, exit]));
});

test('a look-alike that leaves after the vehicle was inside, whichever of the two exits comes in first', () => {
  const came = [readOf('in', 0, { plate: 'NF75583' }), readOf('in', 10 * minute, { plate: 'NF75588' })];
  const [exit, later] = [readOf('out', hour, { plate: 'NF75583' }), readOf('out', hour + 30 * second, { plate: 'NF75588' })];
  assert.equal(confidenceOf([...came, later, exit]), confidenceOf([...came, exit, later]));
  assert.ok(confidenceOf([...came, later, exit]) < confidenceOf([came[0]!, exit]));
});

/** Of the visit that began first. */
function confidenceOf(reads: readonly CameraRead[]): number {
  return new TestGarage().see(...reads).advance(2 * hour).told.visits[0]!.matchConfidence;
}
