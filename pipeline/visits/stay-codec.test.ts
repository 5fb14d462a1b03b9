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
const passage = fc.record({
  laneId: text,
  direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN'),
  reads: fc.array(fc.record({ readId: text, cameraId: text, at: time }, plain), { minLength: 1, maxLength: 64 }),
}, plain);
const ends = fc.tuple(fc.option(fc.tuple(text, time)), fc.option(fc.tuple(text, time)));
const status = fc.constantFrom('open', 'closed', 'unclosed', 'review', 'withdrawn');
const visit = fc.tuple(ends, fc.nat(), status, time, fc.array(text))
  .map(([[entry, exit], revision, told, firstSeenAt, flags]) => ({
    revision, status: told, firstSeenAt, flags, entryReadId: entry?.[0] ?? null, enteredAt: entry?.[1] ?? null,
    exitReadId: exit?.[0] ?? null, exitedAt: exit?.[1] ?? null,
  }));
const irregularity = fc.record({
  irregularityId: text, revision: fc.nat(), status: fc.constant('open'), type: text, operatorId: text, garageId: text,
  at: time, cameraId: fc.option(text), readIds: fc.array(text), visitIds: fc.array(text),
  severity: fc.constant('warning'), action: text,
}, plain);
const stay: fc.Arbitrary<Stay> = fc.record({
  visitId: text, garageId: text, country: text, plate: text, dueAt: time,
  entry: fc.option(passage), exit: fc.option(passage), followsId: fc.option(text), visit: fc.option(visit),
  irregularities: fc.array(irregularity, { maxLength: 2 }),
}, plain) as fc.Arbitrary<Stay>;

function encoded(value: Stay): Buffer {
  const slab = new Slab(1);
  stayCodec.encodeTo(value, slab);
  return slab.bytes.subarray(0, slab.end);
}

test('a stay comes back from the changelog as it went in', () => {
  fc.assert(fc.property(stay, (before) => {
    assert.deepEqual(stayCodec.decode(encoded(before), 1), before);
  }));
});

test('a stay larger than any before it is written whole', () => {
  const reads = Array.from({ length: 64 }, (_, i) => ({ readId: `${i}`.padEnd(128, 'ø'), cameraId: 'c'.repeat(128), at: i }));
  const large: Stay = {
    visitId: 'v', garageId: 'g', country: 'NO', plate: 'Ø1', dueAt: 1, entry: { laneId: 'l', direction: 'IN', reads },
    exit: { laneId: 'l', direction: 'OUT', reads }, followsId: null, visit: null, irregularities: noIrregularities,
  };
  assert.deepEqual(stayCodec.decode(encoded(large), 1), large);
});

test('a format that this release does not know is refused', () => {
  assert.throws(() => stayCodec.decode(Buffer.of(0), 2), /format 2/);
});
