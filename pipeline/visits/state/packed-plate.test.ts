import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foundOf } from '../../records/camera-read-decoder.ts';
import { openCodec } from '../../records/codec.ts';
import { PACKED_PLATE, READ_ID_HASH } from '../../records/read-words.ts';
import type { CameraRead } from '../../records/records.ts';
import { readIdHashOf } from './id-hashes.ts';
import { packPlate, takePacked } from './packed-plate.ts';
import { garageState, stateBytes } from './task-memory.ts';
import { PLATE_BYTES } from './trace-numbers.ts';

const codec = openCodec('CameraRead', { own: () => 1, fetch: () => Promise.reject(new Error('no registry here')) });
const decoded = (readId: string, plate: string): CameraRead => codec.decode(codec.encode({
  readId, plate, garageId: 'g1', cameraId: 'c1', laneId: 'l1', direction: 'IN', country: 'NO', confidence: 0.5, candidates: [],
  capturedAt: 1, receivedAt: 2, source: 'test', timing: '',
}));
/** What is packed now. */
const packed = (): Uint8Array => stateBytes().slice(garageState.askedAt(), garageState.askedAt() + PLATE_BYTES);
const text = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('', 'AB12345', 'A'.repeat(15), 'A'.repeat(16), 'A'.repeat(200)));

test('of a read that was decoded last its plate is packed, and its id hashed, as from the texts', () => {
  fc.assert(fc.property(text, text, (readId, plate) => {
    const read = decoded(readId, plate);
    const found = foundOf(read)!;
    assert.equal(found[READ_ID_HASH], readIdHashOf(readId));
    packPlate(`${plate}2`);
    takePacked(plate, found, PACKED_PLATE);
    const taken = packed();
    packPlate(`${plate}2`);
    packPlate(plate);
    assert.deepEqual(taken, packed());
  }));
});

test('of any other, and of one with other letters, nothing is told', () => {
  const before = decoded('r1', 'AB12345');
  assert.equal(foundOf(decoded('r2', 'ЖК777')), null);
  assert.equal(foundOf(decoded('Ж2', 'AB12345')), null);
  assert.notEqual(foundOf(decoded('r3', 'AB12345')), null);
  assert.equal(foundOf(before), null);
  assert.equal(foundOf({ ...before }), null);
});
