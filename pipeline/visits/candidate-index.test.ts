import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CandidateIndex } from './candidate-index.ts';
import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { anyEvidence, read } from './matching/test-evidence.ts';

/** The same stays in both: those asked for are compared one by one, or looked up in the index. */
function both(evidences: readonly PlateEvidence[]): { compared: CandidateIndex; index: PlateIndex } {
  const byId = new Map(evidences.map((evidence, i) => [`stay ${i}`, evidence]));
  const compared = new CandidateIndex((visitId) => byId.get(visitId)!);
  const index = new PlateIndex();
  for (const [visitId, evidence] of byId) {
    compared.add(visitId, evidence);
    index.add(visitId, evidence);
  }
  return { compared, index };
}

test('those who wait and are compared are near by the rule of the index', () => {
  fc.assert(fc.property(fc.array(anyEvidence, { maxLength: 40 }), fc.array(anyEvidence, { maxLength: 4 }), (evidences, sought) => {
    const { compared, index } = both(evidences);
    for (const evidence of [...sought, ...evidences]) assert.deepEqual(compared.near(evidence), index.near(evidence));
  }), { numRuns: 300 });
});

test('where very many wait those near are put into the index, and are found again when few wait', () => {
  const evidences = Array.from({ length: 2_500 }, (_, i) => read(`EK${10_000 + 7 * i}`));
  const { compared, index } = both(evidences);
  const near = (): void => {
    for (const i of [0, 1_200, 2_400]) assert.deepEqual(compared.near(evidences[i]!), index.near(evidences[i]!));
  };
  near();
  evidences.forEach((evidence, i) => {
    if (i % 5 === 0) return;
    compared.remove(`stay ${i}`, evidence);
    index.remove(`stay ${i}`, evidence);
  });
  assert.equal(compared.size, 500);
  near();
});
