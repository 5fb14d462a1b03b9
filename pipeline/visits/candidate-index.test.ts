import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CandidateIndex } from './candidate-index.ts';
import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { anyEvidence } from './matching/test-evidence.ts';
import { isTwin } from './matching/twin-filter.ts';

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('comes' as const), evidence: anyEvidence }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sought' as const), evidence: anyEvidence }) },
);

test('those inside are found by what they may be, whoever came and went before', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const inside = new Map<string, PlateEvidence>();
    const standsAt = new Map<string, number>();
    const candidates = new CandidateIndex((visitId) => inside.get(visitId)!);
    for (const [n, each] of steps.entries()) {
      if (each.kind === 'sought') {
        const index = new PlateIndex();
        for (const [visitId, evidence] of inside) index.add(visitId, evidence);
        assert.deepEqual(candidates.near(each.evidence), index.near(each.evidence));
        const { plate } = each.evidence;
        const twins = candidates.near(each.evidence).filter((visitId) => isTwin(plate, inside.get(visitId)!));
        if (plate.length > 1) assert.deepEqual(twins.filter((visitId) => !candidates.mayBeTwins(plate).includes(visitId)), []);
        if (twins.length > 0) assert.ok(candidates.mayHaveTwin(plate, 0));
      } else if (each.kind === 'comes') {
        inside.set(`v${n}`, each.evidence);
        standsAt.set(`v${n}`, candidates.add(`v${n}`, each.evidence));
      } else if (inside.size > 0) {
        const [visitId, evidence] = [...inside][each.which % inside.size]!;
        inside.delete(visitId);
        // Told where it stands, or not.
        candidates.remove(visitId, evidence, each.which % 3 === 0 ? undefined : standsAt.get(visitId));
      }
      assert.equal(candidates.size, inside.size);
    }
  }), { numRuns: 300 });
});
