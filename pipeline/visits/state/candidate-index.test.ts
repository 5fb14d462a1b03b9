import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlateEvidence } from '../matching/evidence.ts';
import { PlateIndex } from '../matching/plate-index.ts';
import { anyEvidence } from '../matching/test-evidence.ts';
import { isTwin } from '../matching/twins.ts';
import { CandidateIndex } from './candidate-index.ts';
import { NO_SLOT } from './plate-stays.ts';

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
    const candidates = new CandidateIndex((one, other) => one > other);
    for (const [n, each] of steps.entries()) {
      if (each.kind === 'sought') {
        const index = new PlateIndex();
        for (const [slot, evidence] of inside) index.add(slot, evidence);
        const near = index.near(each.evidence).toReversed();
        const own = [...inside.keys()][n % (inside.size + 1)] ?? NO_SLOT;
        // Before or after all were sought, or one has gone since.
        if (n % 2 === 0) assert.deepEqual(foundBut(own, candidates, each.evidence), near.filter((slot) => slot !== own));
        assert.deepEqual(candidates.near(each.evidence), near);
        if (n % 2 === 1) assert.deepEqual(foundBut(own, candidates, each.evidence), near.filter((slot) => slot !== own));
        const { twinIds, twins } = candidates.search(each.evidence, NO_SLOT);
        const found = new Set(twinIds.slice(0, twins));
        const areTwins = candidates.near(each.evidence).filter((slot) => isTwin(each.evidence.plate, inside.get(slot)!));
        // A plate of one character is near nothing, though one of two be its twin.
        if (each.evidence.plate.length > 2) assert.deepEqual(areTwins.filter((slot) => !found.has(slot)), []);
      } else if (each.kind === 'comes') {
        inside.set(n, each.evidence);
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

function foundBut(own: number, candidates: CandidateIndex, evidence: PlateEvidence): number[] {
  const { ids, count } = candidates.search(evidence, own);
  return [...new Set(ids.slice(0, count))].sort((one, other) => other - one);
}
