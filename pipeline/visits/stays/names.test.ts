import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead } from '../../records/records.ts';
import { nameOf, visitIdOf } from './names.ts';

const id = fc.oneof(
  fc.string({ unit: fc.constantFrom('g', 'r', '7', '-', '_'), maxLength: 90 }), fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constant('r'.repeat(300)),
);
const time = fc.oneof(
  fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }), fc.constantFrom(0, -5, 999_999_999_999, 1e12, 9_999_999_999_999, 1e13, 1.5e12 + 0.5),
);

test('a visit is named by the SHA-1 of its read, however long, and of whatever letters', () => {
  fc.assert(fc.property(id, id, id, time, fc.oneof(fc.nat(12), fc.nat()), (garageId, cameraId, readId, capturedAt, nth) => {
    const read = { garageId, cameraId, readId, capturedAt, country: 'NO', plate: 'A', laneId: 'in' } as CameraRead;
    assert.equal(visitIdOf(read, nth), nameOf(`${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`));
  }), { numRuns: 1000 });
});
