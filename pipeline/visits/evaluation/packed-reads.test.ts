import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead } from '../../records/records.ts';
import { packReads, unpackReads } from './packed-reads.ts';

const id = fc.constantFrom('a', 'b', 'c d', 'é');
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const confidence = fc.double({ min: 0, max: 1, noNaN: true });
const reads: fc.Arbitrary<CameraRead> = fc.record({
  readId: fc.string(), garageId: id, cameraId: id, laneId: id, direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN'),
  plate: fc.string({ unit: 'grapheme' }), country: fc.constantFrom('NO', 'XX'), confidence,
  candidates: fc.array(fc.record({ plate: fc.string(), confidence }, { noNullPrototype: true }), { maxLength: 3 }),
  capturedAt: instant, receivedAt: instant, source: fc.constantFrom('', 'file'), timing: fc.constantFrom('', 'backfill', 'clock_off'),
}, { noNullPrototype: true });

test('reads come out of a package as they went in, in their order, between threads too', () => {
  fc.assert(fc.property(fc.array(reads, { maxLength: 30 }), (many) => {
    assert.deepEqual(unpackReads(structuredClone(packReads(many))), many);
  }));
});
