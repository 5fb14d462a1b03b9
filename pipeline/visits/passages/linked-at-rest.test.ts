import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskState } from '../../engine/state.ts';
import { anyEvidence } from '../matching/test-evidence.ts';
import type { Stay } from '../state/stay.ts';
import { stayCodec } from '../state/stay-codec.ts';
import { share } from '../test-stays.ts';
import { isSurelyApart } from './linked-at-rest.ts';
import { areLinked } from './linking.ts';
import { noRuling, passageOfReads, type Passage, type PassageRead } from './passages.ts';

const GAP_MS = 30_000;
const noon = Date.UTC(2026, 0, 5, 12);

/** Few of each, so that reads come near each other; and now and then what no camera reads. */
const alike = fc.tuple(fc.constantFrom('EL', 'EK', 'B'), fc.integer({ min: 10_180, max: 10_189 })).map(([letters, number]) => letters + number);
const plate = fc.oneof(alike, fc.constantFrom('KH44321', 'ZT7762', 'AB93556'));
const reading = fc.oneof({ weight: 19, arbitrary: fc.record({
  plate, country: fc.constantFrom('NO', 'SE', 'XX'), confidence: share, candidates: fc.array(fc.record({ plate, confidence: share }), { maxLength: 6 }),
}) }, anyEvidence);
const read = fc.tuple(
  reading, fc.nat({ max: 40_000 }), fc.constantFrom('A', 'A', 'B'), fc.constantFrom('1', '1', '1', '2'), fc.nat({ max: 3 }),
).map(([evidence, ms, laneId, cameraId, rear]): PassageRead => ({
  ...evidence, said: 0.5, readId: `${ms}`, cameraId, laneId, at: noon + ms, isRear: rear === 0, word: 'IN', laneDirection: 'UNKNOWN',
}));
const rarely = fc.nat({ max: 9 }).map((drawn) => drawn === 0);
const passage = fc.tuple(fc.array(read, { minLength: 1, maxLength: 3 }), rarely, rarely).map(([reads, isDecided, isRuled]): Passage => passageOfReads(
  reads, isDecided ? { given: { country: 'NO', plate: 'EL10180' }, probability: 0.5, rivals: ['v'], amongAlike: true } : null,
  isRuled ? { ...noRuling, goneAt: noon } : null,
));
const near = fc.tuple(passage, fc.option(passage), rarely, reading, rarely).map(([one, other, isStray, own, isLater]): Stay => ({
  visitId: 'visit', garageId: 'g', plate: own.plate, country: own.country, entry: isStray ? null : one, exit: isStray ? one : other,
  why: null, turnedId: null, followsId: null, lastHereAt: isLater ? noon : null, visit: null, irregularities: [], dueAt: noon,
}));

/** Both ways of asking, of the stay at rest. */
function asked(any: Stay, sought: PassageRead): { isApart: boolean; isLinked: boolean } {
  const stays = new TaskState().table(1, stayCodec);
  const slot = stays.put(any.visitId, any);
  assert.equal(isSurelyApart(sought, slot, stays, GAP_MS), false);
  stays.layToRest();
  const reads = [...any.entry?.reads ?? [], ...any.exit?.reads ?? []];
  return { isApart: isSurelyApart(sought, slot, stays, GAP_MS), isLinked: reads.some((each) => areLinked(each, sought, GAP_MS)) };
}

test('a stay whose bytes say that it is surely apart has no read that is linked', () => {
  let [unlinked, apart] = [0, 0];
  fc.assert(fc.property(near, read, (any, sought) => {
    const { isApart, isLinked } = asked(any, sought);
    assert.ok(!(isApart && isLinked));
    if (!isLinked) unlinked++;
    if (isApart) apart++;
  }), { numRuns: 2000 });
  assert.ok(apart > unlinked / 20, `of ${unlinked} only ${apart}`);
});

test('of vehicles that pass a lane one after the other they say so', () => {
  const front = { country: 'NO', confidence: 0.9, isRear: false, said: 0.9, cameraId: '1', laneId: 'A', word: 'IN', laneDirection: 'IN' } as const;
  const first: PassageRead = { ...front, plate: 'EL10180', candidates: [{ plate: 'EL10188', confidence: 0.2 }], readId: '1', at: noon };
  const entry = passageOfReads([first, { ...first, readId: '2', at: noon + 1000 }], null, null);
  const any: Stay = {
    visitId: 'visit', garageId: 'g', plate: 'EL10180', country: 'NO', entry, exit: null, why: null, turnedId: null, followsId: null,
    lastHereAt: null, visit: null, irregularities: [], dueAt: noon,
  };
  const next: PassageRead = { ...front, plate: 'KH44321', candidates: [], readId: '3', at: noon + 4000 };
  assert.deepEqual(asked(any, next), { isApart: true, isLinked: false });
  assert.deepEqual(asked(any, { ...next, plate: 'EL10180' }), { isApart: false, isLinked: true });
});
