import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Slab } from '../../records/slab.ts';
import { noIrregularities } from '../stays/irregularities.ts';
import { stay } from '../test-stays.ts';
import type { Stay } from './stay.ts';
import { stayCodec } from './stay-codec.ts';

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
      ...evidence, isRear: false, said: evidence.confidence, laneId: 'l', word: 'IN', laneDirection: 'IN', readId: `${i}`.padEnd(128, 'ø'),
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
    plate: 'Ø1', country: 'NO', confidence: 0.934, candidates: [{ plate: 'Ø7', confidence: 0.25 }], isRear: false, said: 0.934, readId: 'r1',
    cameraId: 'c1', laneId: 'l1', at: 1767600000123, word: 'IN', laneDirection: 'UNKNOWN',
  } as const;
  const second = { ...first, readId: 'r2', cameraId: 'c2', at: 1767600001000, isRear: true, country: 'SE' };
  const last = { ...first, readId: 'r3', cameraId: 'c3', laneId: 'l3', at: 1767603600000, word: 'OUT' } as const;
  const expected: Stay = {
    visitId: 'v1', garageId: 'g1', country: 'NO', plate: 'Ø1',
    entry: {
      laneId: 'l1', direction: 'IN', evidence: { plate: 'Ø1', country: 'NO', confidence: 0.99, candidates: [] },
      reads: [first, second], decision: null, ruling: { goneAt: 1767700000000, seenAt: null, plate: null, pairedWith: null, apartFrom: 'c r' },
    },
    exit: {
      laneId: 'l3', direction: 'UNKNOWN', evidence: last, reads: [last],
      decision: { given: { country: 'NO', plate: 'Ø1' }, probability: 0.8125, rivals: ['v9'], amongAlike: false }, ruling: null,
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
