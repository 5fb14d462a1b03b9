import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskState } from '../../engine/state.ts';
import { lastRead, noRuling, ruledEvidence } from '../passages/passages.ts';
import { readingOf, stay, text } from '../test-stays.ts';
import type { Stay } from './stay.ts';
import { stayCodec } from './stay-codec.ts';
import { enteredAs, enteredAtOf } from './stay-entry.ts';

/** Of some entries a person has said what the plate is. */
const ruled = fc.tuple(stay, fc.option(text)).map(([any, plate]): Stay => {
  if (any.entry === null || plate === null) return any;
  const ruling = { ...noRuling, plate: { country: 'NO', plate } };
  return { ...any, entry: { ...any.entry, ruling, evidence: ruledEvidence(ruling.plate) } };
});

test('of a stay at rest its bytes tell when its vehicle came in, and as what it was read', () => {
  fc.assert(fc.property(ruled, (any) => {
    const { entry, why } = any;
    const isIn = entry !== null && why === null;
    const expected = [isIn ? lastRead(entry).at : NaN, isIn ? readingOf(entry.evidence) : null];
    const stays = new TaskState().table(1, stayCodec);
    const slot = stays.put(any.visitId, any);
    for (const rests of [false, true]) {
      if (rests) stays.layToRest();
      assert.equal(stays.rowAt(slot) >= 0, rests);
      const evidence = enteredAs(stays, slot);
      assert.deepEqual([enteredAtOf(stays, slot), evidence && readingOf(evidence)], expected);
    }
  }));
});
