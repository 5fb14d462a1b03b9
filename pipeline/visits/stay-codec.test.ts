import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Slab } from '../records/slab.ts';
import { noIrregularities } from './irregularities.ts';
import { stayCodec } from './stay-codec.ts';
import type { Stay } from './state.ts';

const plain = { noNullPrototype: true };
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 240, maxLength: 300 }));
const time = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const evidence = {
  plate: text, country: text, confidence: share, candidates: fc.array(fc.record({ plate: text, confidence: share }, plain)),
};
const direction = fc.constantFrom('IN', 'OUT', 'UNKNOWN');
const read = fc.record({
  ...evidence, isRear: fc.boolean(), readId: text, cameraId: text, laneId: text, at: time, word: direction,
  laneDirection: direction,
}, plain);
const decision = fc.record({
  given: fc.option(fc.record({ country: text, plate: text }, plain)), probability: share, rivals: fc.array(text),
}, plain);
const ruling = fc.record({
  goneAt: fc.option(time), plate: fc.constant(null), pairedWith: fc.option(text), apartFrom: fc.option(text),
}, plain);
const passage = fc.tuple(
  fc.record({
    laneId: text, direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN', 'NONE'), evidence: fc.record(evidence, plain),
    reads: fc.array(read, { minLength: 1, maxLength: 64 }), decision: fc.option(decision),
    ruling: fc.option(ruling),
  }, plain),
// The evidence of a passage of one read is that read.
).map(([made]) => (made.reads.length === 1 ? { ...made, evidence: made.reads[0]! } : made));
const ends = fc.tuple(fc.option(fc.tuple(text, time)), fc.option(fc.tuple(text, time)));
const status = fc.constantFrom('open', 'closed', 'unclosed', 'review', 'withdrawn');
const visit = fc.tuple(ends, fc.nat(), status, time, fc.array(text), text, text, share)
  .map(([[entry, exit], revision, told, firstSeenAt, flags, plate, country, matchConfidence]) => ({
    revision, status: told, firstSeenAt, flags, plate, country, matchConfidence, entryReadId: entry?.[0] ?? null, enteredAt: entry?.[1] ?? null,
    exitReadId: exit?.[0] ?? null, exitedAt: exit?.[1] ?? null,
  }));
const irregularity = fc.record({
  irregularityId: text, revision: fc.nat(), status: fc.constant('open'), type: text, operatorId: text, garageId: text,
  at: time, cameraId: fc.option(text), readIds: fc.array(text), visitIds: fc.array(text),
  severity: fc.constant('warning'), action: text,
}, plain);
const stay: fc.Arbitrary<Stay> = fc.record({
  visitId: text, garageId: text, country: text, plate: text, dueAt: time,
  entry: fc.option(passage), exit: fc.option(passage), why: fc.option(fc.constantFrom('reversed', 'aaba', 'double_exit')), turnedId: fc.option(text), followsId: fc.option(text), lastHereAt: fc.option(time), visit: fc.option(visit),
  irregularities: fc.array(irregularity, { maxLength: 2 }),
}, plain) as fc.Arbitrary<Stay>;

function encoded(value: Stay): Buffer {
  const slab = new Slab(1);
  stayCodec.encodeTo(value, slab);
  return slab.bytes.subarray(0, slab.end);
}

test('a stay comes back from the changelog as it went in', () => {
  fc.assert(fc.property(stay, (before) => {
    assert.deepEqual(stayCodec.decode(encoded(before), 3, before.visitId), before);
  }));
});

test('a stay larger than any before it is written whole', () => {
  const evidence = { plate: 'Ø1', country: 'NO', confidence: 0.9, candidates: [] };
  const reads = Array.from({ length: 64 }, (_, i) => (
    {
      ...evidence, isRear: false, laneId: 'l', word: 'IN', laneDirection: 'IN', readId: `${i}`.padEnd(128, 'ø'),
      cameraId: 'c'.repeat(128), at: i,
    } as const
  ));
  const passage = { laneId: 'l', direction: 'IN', evidence, reads, decision: null, ruling: null } as const;
  const large: Stay = {
    visitId: 'v', garageId: 'g', country: 'NO', plate: 'Ø1', dueAt: 1, entry: passage, exit: passage, why: null, turnedId: null,
    followsId: null, lastHereAt: null, visit: null, irregularities: noIrregularities,
  };
  assert.deepEqual(stayCodec.decode(encoded(large), 3, large.visitId), large);
});

test('a visit that says what its passages say comes back as well', () => {
  fc.assert(fc.property(stay, (made) => {
    const { entry, exit, visit } = made;
    if (visit === null || (entry ?? exit) === null) return;
    const entered = entry === null ? null : entry.reads.at(-1)!;
    const left = exit === null ? null : exit.reads[0]!;
    const told = {
      ...visit, firstSeenAt: (entry ?? exit)!.reads[0]!.at, entryReadId: entered?.readId ?? null,
      enteredAt: entered?.at ?? null, exitReadId: left?.readId ?? null, exitedAt: left?.at ?? null,
    };
    const before: Stay = { ...made, visit: told };
    assert.deepEqual(stayCodec.decode(encoded(before), 3, before.visitId), before);
  }));
});

test('a stay that the release before wrote is read', () => {
  const first = {
    plate: 'Ø1', country: 'NO', confidence: 0.934, candidates: [{ plate: 'Ø7', confidence: 0.25 }], isRear: false, readId: 'r1',
    cameraId: 'c1', laneId: 'l1', at: 1767600000123, word: 'IN', laneDirection: 'UNKNOWN',
  } as const;
  const second = { ...first, readId: 'r2', cameraId: 'c2', at: 1767600001000, isRear: true, country: 'SE' };
  const last = { ...first, readId: 'r3', cameraId: 'c3', laneId: 'l3', at: 1767603600000, word: 'OUT' } as const;
  const expected: Stay = {
    visitId: 'v1', garageId: 'g1', country: 'NO', plate: 'Ø1',
    entry: {
      laneId: 'l1', direction: 'IN', evidence: { plate: 'Ø1', country: 'NO', confidence: 0.99, candidates: [] },
      reads: [first, second], decision: null, ruling: { goneAt: 1767700000000, plate: null, pairedWith: null, apartFrom: 'c r' },
    },
    exit: {
      laneId: 'l3', direction: 'UNKNOWN', evidence: last, reads: [last],
      decision: { given: { country: 'NO', plate: 'Ø1' }, probability: 0.8125, rivals: ['v9'] }, ruling: null,
    },
    why: 'aaba', turnedId: 't1', followsId: 'f1', lastHereAt: null,
    visit: {
      revision: 3, status: 'review', plate: 'Ø1', country: 'NO', entryReadId: 'r2', exitReadId: 'r3', firstSeenAt: 1767600000123,
      enteredAt: 1767600001000, exitedAt: 1767603600000, matchConfidence: 0.81, flags: ['aaba'],
    },
    irregularities: noIrregularities, dueAt: 1767776400001,
  };
  assert.deepEqual(stayCodec.decode(Buffer.from(FORMAT_2, 'base64'), 2, 'v1'), expected);
});

const FORMAT_2 =
  'bwJ2MQJnMQJOT/8DAAAAw5gxABAo83q5eUIIAmwxAAIArkfhehSu7z8EAnIxAmMxALDHuNK4eUIgF9nO91Pj7T8B/wMAAADDmDcA' +
  'AAAAAADQPw4CcjICYzIAgP640rh5QiACU0UX2c73U+PtPwH/AwAAAMOYNwAAAAAAANA/SXsiZ29uZUF0IjoxNzY3NzAwMDAwMDAw' +
  'LCJwbGF0ZSI6bnVsbCwicGFpcmVkV2l0aCI6bnVsbCwiYXBhcnRGcm9tIjoiYyByIn0HAmwzAgQCcjMCYzMAAKgn1rh5QiEX2c73' +
  'U+PtPwH/AwAAAMOYNwAAAAAAANA/Ak5P/wMAAADDmDEAAAAAAADqPwECdjkCdDECZjEDAwAAAAAAAAhAALDHuNK4eULsUbgehevp' +
  'PwJyMgCA/rjSuHlCAnIzAACoJ9a4eUIBBGFhYmEB';

test('a format that this release does not know is refused', () => {
  assert.throws(() => stayCodec.decode(Buffer.of(0), 4, ''), /format 4/);
});
