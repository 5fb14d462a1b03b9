import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlateEvidence } from '../matching/evidence.ts';
import { PlateIndex } from './plate-index.ts';
import { anyEvidence } from '../matching/test-evidence.ts';
import { isTwin } from '../matching/twins.ts';
import { CandidateIndex } from './candidate-index.ts';
import { NO_PLATE, NO_SLOT } from './plate-stays.ts';
import { StayColumns } from './stay-columns.ts';

const often: PlateEvidence = { plate: 'AB12345', country: 'NO', confidence: 0.9, candidates: [] };

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('comes' as const), evidence: anyEvidence }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sought' as const), evidence: fc.oneof(anyEvidence, fc.constant(often)) }) },
);

test('those inside are found by what they may be, whoever came and went before', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const inside = new Map<number, PlateEvidence>();
    const standsAt = new Map<number, number>();
    const columns = new StayColumns();
    const { memory } = columns;
    const candidates = new CandidateIndex(memory, (one, other) => one > other);
    for (const [n, each] of steps.entries()) {
      if (each.kind === 'sought') {
        const index = new PlateIndex(memory);
        for (const [slot, evidence] of inside) index.add(slot, evidence);
        const near = index.near(each.evidence).toReversed();
        const own = [...inside.keys()][n % (inside.size + 1)] ?? NO_SLOT;
        // Before or after all were sought, or one has gone since.
        if (n % 2 === 0) assert.deepEqual(foundBut(own, candidates, each.evidence), near.filter((slot) => slot !== own));
        assert.deepEqual(candidates.near(each.evidence), near);
        assert.deepEqual([...candidates.nearInAnyOrder(each.evidence)].sort((one, other) => other - one), near);
        if (n % 2 === 1) assert.deepEqual(foundBut(own, candidates, each.evidence), near.filter((slot) => slot !== own));
        const found = new Set(candidates.twins(each.evidence, NO_SLOT));
        assert.equal(candidates.haveTwin(each.evidence, NO_SLOT), found.size > 0);
        const areTwins = candidates.near(each.evidence).filter((slot) => isTwin(each.evidence.plate, inside.get(slot)!));
        // A plate of one character is near nothing, though one of two be its twin.
        if (each.evidence.plate.length > 2) assert.deepEqual(areTwins.filter((slot) => !found.has(slot)), []);
      } else if (each.kind === 'comes') {
        inside.set(n, each.evidence);
        columns.makeRoomFor(n);
        columns.setLastSeenAt(n, n);
        columns.setLeftAt(n, 0);
        standsAt.set(n, candidates.add(n, each.evidence));
      } else if (inside.size > 0) {
        const [slot, evidence] = [...inside][each.which % inside.size]!;
        inside.delete(slot);
        // Told where it stands, or not.
        if (each.which % 3 === 0) candidates.remove(slot, evidence);
        else candidates.removeAt(slot, standsAt.get(slot)!);
      }
      assert.equal(candidates.size, inside.size);
    }
  }), { numRuns: 300 });
});

/** Those that it would find of the asker's, were all of another plate and just seen. */
function foundBut(own: number, candidates: CandidateIndex, evidence: PlateEvidence): number[] {
  return [...candidates.insideOf(evidence, own, NO_PLATE, -1, Infinity)].sort((one, other) => other - one);
}

test('of those near, those count that came in in time, have not left, and are of other plates', () => {
  const columns = new StayColumns();
  const candidates = new CandidateIndex(columns.memory, (one, other) => one < other);
  // By its slot each: when it came, whether it has left, and its plate's number.
  const stays = [[10, 0, 'AB12345'], [20, 0, 'AB12346'], [20, 0, 'AB12346'], [20, 25, 'AB12346'], [30, 0, 'AB12346'], [31, 0, 'AB12346']] as const;
  for (const [slot, [cameAt, leftAt, plate]] of stays.entries()) {
    columns.makeRoomFor(slot);
    columns.setLastSeenAt(slot, cameAt);
    columns.setLeftAt(slot, leftAt);
    columns.plates.add(0, 'NO', plate, slot);
    // By two plates each: found twice, and told once.
    candidates.add(slot, { ...often, candidates: [{ plate: 'AB12346', confidence: 0.1 }] });
  }
  const insideOf = (own: number, plate: string, after: number, upTo: number): number[] =>
    [...candidates.insideOf(often, own, plate === '' ? NO_PLATE : columns.plates.find(0, 'NO', plate), after, upTo)].sort();
  assert.deepEqual(insideOf(NO_SLOT, '', 0, 99), [0, 1, 2, 4, 5]);
  assert.deepEqual(insideOf(NO_SLOT, '', 10, 30), [1, 2, 4]);
  assert.deepEqual(insideOf(1, 'AB12345', 0, 30), [2, 4]);
  assert.deepEqual(insideOf(1, 'AB12346', 0, 30), [0]);
});
