import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskState } from '../../engine/state.ts';
import { areNear } from './plate-index.ts';
import { sameVehicleOnce } from '../matching/same-vehicle.ts';
import { anyEvidence } from '../matching/test-evidence.ts';
import { lastRead, noRuling, ruledEvidence, type Passage, type PassageRead } from '../passages/passages.ts';
import { readingOf, share, stay, text } from '../test-stays.ts';
import type { Stay } from './stay.ts';
import { stayCodec } from './stay-codec.ts';
import { enteredAs, enteredAtOf, likenessToEntry, mayEntryBeNear } from './stay-entry.ts';

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

/** As most vehicles are read, few of them so that they come near each other; and as none is. */
const plate = fc.tuple(fc.constantFrom('EL', 'EK', 'AB', 'B'), fc.integer({ min: 10_180, max: 10_220 }), fc.constantFrom('', 'A'))
  .map(([letters, number, end]) => letters + number + end);
const confidence = fc.oneof(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000), share);
const reading = fc.oneof({ weight: 9, arbitrary: fc.record({
  plate, country: fc.constantFrom('NO', 'SE', 'XX'), confidence, candidates: fc.array(fc.record({ plate, confidence }), { maxLength: 6 }),
}) }, anyEvidence);

const nothingBehind = { exit: null, visit: null, irregularities: [], turnedId: null, followsId: null };

/** Its entry is read so; the stay is of that plate, or of another. */
const entered = fc.tuple(stay, fc.array(reading, { minLength: 1, maxLength: 3 }), reading, fc.constantFrom('lane', 'x'.repeat(300)), fc.boolean())
  .map(([any, readings, own, id, isVoid]): Stay => {
    const reads = readings.map((each): PassageRead => ({
      ...each, isRear: false, said: each.confidence, readId: id, cameraId: 'camera', laneId: id, at: any.dueAt, word: 'IN', laneDirection: 'UNKNOWN',
    }));
    const evidence = reads.length === 1 ? reads[0]! : readings[1]!;
    const entry: Passage = { laneId: 'lane', direction: 'IN', evidence, reads, decision: null, ruling: null };
    // What stands behind it makes the row longer than is laid down, now and then.
    const behind = any.dueAt % 8 === 0 ? any : { ...any, garageId: 'garage', ...nothingBehind };
    return { ...behind, plate: own.plate, country: own.country, entry, why: isVoid ? any.why : null };
  });

test('how like a reading is to that of an entry is the same to the last bit, whether its bytes tell or an evidence made of them', () => {
  fc.assert(fc.property(entered, reading, fc.boolean(), fc.boolean(), (any, other, isOfOnePlate, isEntryFirst) => {
    const { evidence } = any.entry!;
    const sought = isOfOnePlate ? { ...other, plate: evidence.plate } : other;
    const expected = any.why !== null ? NaN : isEntryFirst ? sameVehicleOnce(evidence, sought) : sameVehicleOnce(sought, evidence);
    const stays = new TaskState().table(1, stayCodec);
    const slot = stays.put(any.visitId, any);
    for (const rests of [false, true]) {
      if (rests) stays.layToRest();
      assert.equal(likenessToEntry(stays, slot, sought, isEntryFirst), expected);
    }
  }), { numRuns: 600 });
});

/** Of all characters, so that each that is another shows; and what is left of such a plate after some edits. */
const character = fc.constantFrom(...'ACDEFGHJKLNSUXZ2345679');
const edits = fc.tuple(fc.array(fc.tuple(fc.nat({ max: 7 }), character), { maxLength: 3 }), fc.constantFrom([0], [0, 7], [3], [0, -3]));
const edited = fc.tuple(fc.array(character, { minLength: 6, maxLength: 8 }), edits).map(([characters, [others, [from, to]]]) => {
  const changed = characters.slice();
  for (const [at, other] of others) changed[at % changed.length] = other;
  return [characters.join(''), changed.slice(from, to).join('')] as const;
});

test('whether its plates are near a reading is told alike by its bytes and by an evidence made of them', () => {
  fc.assert(fc.property(entered, reading, edited, fc.nat({ max: 3 }), (any, other, [plate, near], way) => {
    const sought = way === 0 ? other : way === 1 ? { ...other, plate: near, candidates: [] }
      : { ...other, plate: 'WWW', candidates: [{ plate: near, confidence: 0.2 }] };
    const evidence = { ...any.entry!.evidence, ...(way === 3 ? { candidates: [{ plate, confidence: 0.2 }] } : { plate }) };
    const reads = [{ ...any.entry!.reads[0]!, ...evidence }];
    const expected = any.why !== null || areNear(sought, evidence);
    const stays = new TaskState().table(1, stayCodec);
    const slot = stays.put(any.visitId, { ...any, entry: { ...any.entry!, evidence: reads[0]!, reads } });
    for (const rests of [false, true]) {
      if (rests) stays.layToRest();
      assert.equal(mayEntryBeNear(stays, slot, sought), expected);
    }
  }), { numRuns: 1000 });
});
