import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCameraRead } from '../../records/camera-read-decoder.ts';
import { encodeAvro, parseSchema, schemaText } from '../../records/codec.ts';
import type { CameraRead } from '../../records/records.ts';
import { Slab } from '../../records/slab.ts';
import { GarageIndex } from './garage-index.ts';
import { MetOrigins } from './met-origins.ts';
import { StayColumns } from './stay-columns.ts';

const cameraReads = parseSchema(schemaText('CameraRead'));
const ids = ['1', '2', '12', '112'];

function decoded(garageId: string, cameraId: string, laneId: string): CameraRead {
  const slab = new Slab(1);
  encodeAvro(cameraReads, {
    readId: 'r', garageId, cameraId, laneId, direction: 'IN', plate: 'AB12345', country: 'DK', confidence: 0.5, candidates: [], capturedAt: 1,
    receivedAt: 2, source: 'gateway', timing: 'normal',
  }, slab);
  return decodeCameraRead(slab.bytes, 0, slab.end)!;
}

test('a read is found to be made where its ids say, and nowhere that was not met', () => {
  const columns = new StayColumns();
  const noStays = { at: () => undefined, keyAt: () => '' };
  const garages = new Map<string, GarageIndex>();
  const origins = new MetOrigins(garages);
  const id = fc.constantFrom(...ids);
  let known = 0;
  fc.assert(fc.property(id, id, id, fc.boolean(), (garageId, cameraId, laneId, meets) => {
    const read = decoded(garageId, cameraId, laneId);
    const origin = origins.of(read);
    const garage = garages.get(garageId);
    if (origin !== null) {
      known += 1;
      assert.equal(origin.garage, garage);
      assert.equal(origin.camera, garage!.cameras.camera(cameraId));
      assert.equal(origin.lane, garage!.lane(laneId));
    } else if (garage !== undefined) {
      const isMade = garage.cameras.known(cameraId) !== null && garage.lanes.known(laneId) !== null;
      // Of its first read the number has just been given.
      if (isMade) assert.notEqual(origins.of(decoded(garageId, cameraId, laneId)), null);
    }
    if (!meets) return;
    if (garage === undefined) garages.set(garageId, new GarageIndex(garageId, garages.size, noStays, columns));
    garages.get(garageId)!.cameras.camera(cameraId);
    garages.get(garageId)!.lane(laneId);
  }), { numRuns: 500 });
  assert.ok(known > 100, `${known} are known`);
});

test('one that was decoded before another has no number any more', () => {
  const garages = new Map([['1', new GarageIndex('1', 0, { at: () => undefined, keyAt: () => '' }, new StayColumns())]]);
  const origins = new MetOrigins(garages);
  garages.get('1')!.cameras.camera('2');
  garages.get('1')!.lane('3');
  decoded('1', '2', '3');
  const read = decoded('1', '2', '3');
  assert.notEqual(origins.of(read), null);
  decoded('2', '2', '3');
  assert.equal(origins.of(read), null);
});
