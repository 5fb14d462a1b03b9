import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../records/records.ts';
import { day, hour, minute, readOf, TestGarage } from './test-garage.ts';

/** The last visit of a vehicle that stayed so long. */
function visitOf(days: number, ...before: CameraRead[]) {
  const { told } = new TestGarage().see(...before, readOf('in', 0), readOf('out', days * day)).advance((days + 3) * day);
  return told.visits.findLast(({ exitedAt }) => exitedAt !== null)!;
}

const turned = readOf('in', -2 * minute);
const cameAndWent = [-5, -3].flatMap((hours) => [readOf('in', hours * hour), readOf('out', (hours + 1) * hour)]);

test('a visit that is likelier wrong than right is for a person to settle, though no one sign makes it so', () => {
  assert.equal(visitOf(11, turned).status, 'closed');
  assert.equal(visitOf(11, ...cameAndWent).status, 'closed');
  const { status, matchConfidence } = visitOf(11, ...cameAndWent, turned);
  assert.ok(matchConfidence < 0.5, `${matchConfidence}`);
  assert.equal(status, 'review');
});
