import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, readOf, start, TestGarage } from '../test-garage.ts';

const seen = (lane: 'in' | 'out', atMinutes: number, plate: string) => readOf(lane, atMinutes * minute, { plate, confidence: 0.8 });

/** When the stays began and ended that have both, minutes after start. */
function pairs(...reads: ReturnType<typeof seen>[]): number[][] {
  const { told } = new TestGarage().see(...reads).advance(20 * hour);
  return told.visits.filter(({ enteredAt, exitedAt }) => enteredAt !== null && exitedAt !== null)
    .map(({ enteredAt, exitedAt }) => [(enteredAt! - start) / minute, (exitedAt! - start) / minute]);
}

test('a vehicle that came and left in between is not the one that came before and was read otherwise', () => {
  const [came, left] = [seen('in', 0, 'EK12845'), seen('out', 300, 'EK12345')];
  assert.deepEqual(pairs(came, left), [[0, 300]], 'nothing is known of the other plate');
  assert.deepEqual(pairs(came, seen('in', 60, 'EK12345'), seen('out', 120, 'EK12345'), left), [[60, 120]]);
});

test('it may be where the other came and left before', () => {
  const before = [seen('in', 0, 'EK12345'), seen('out', 60, 'EK12345')];
  assert.deepEqual(pairs(...before, seen('in', 100, 'EK12845'), seen('out', 300, 'EK12345')), [[0, 60], [100, 300]]);
});
