import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { idHashOf, readIdHashOf } from './id-hashes.ts';
import { ReadHashes } from './read-hashes.ts';
import { TaskMemory } from './task-memory.ts';

const camera = idHashOf('garage', 'camera');
const read = fc.record({ garage: fc.constantFrom('a', 'b', ''), cameraId: fc.constantFrom('a', 'b', ''), readId: fc.nat({ max: 400 }).map(String) });

test('a read that is remembered more often than forgotten is always found', () => {
  fc.assert(fc.property(fc.array(fc.record({ read, isAdded: fc.boolean() }), { maxLength: 2000, size: 'max' }), (steps) => {
    const hashes = new ReadHashes(new TaskMemory());
    const remembered = new Map<string, number>();
    for (const { read: { garage, cameraId, readId }, isAdded } of steps) {
      const name = `${garage} ${cameraId} ${readId}`;
      const count = remembered.get(name) ?? 0;
      if (isAdded) hashes.add(idHashOf(garage, cameraId), readId);
      else if (count > 0) hashes.delete(idHashOf(garage, cameraId), readIdHashOf(readId));
      else continue;
      remembered.set(name, count + (isAdded ? 1 : -1));
    }
    for (const [name, count] of remembered) {
      const [garage, cameraId, readId] = name.split(' ');
      if (count > 0) assert.ok(hashes.mayHave(idHashOf(garage!, cameraId!), readId!));
    }
  }), { numRuns: 50 });
});

test('reads that were never seen are nearly all known to be new', () => {
  const hashes = new ReadHashes(new TaskMemory());
  for (let i = 0; i < 20_000; i++) hashes.add(camera, `read-${i}`);
  let mistaken = 0;
  for (let i = 20_000; i < 120_000; i++) if (hashes.mayHave(camera, `read-${i}`)) mistaken += 1;
  assert.ok(mistaken < 20, `${mistaken} of 100000`);
});

test("another garage's reads of the same ids are not this one's", () => {
  const hashes = new ReadHashes(new TaskMemory());
  for (let i = 0; i < 20_000; i++) hashes.add(camera, String(i));
  let mistaken = 0;
  for (let i = 0; i < 20_000; i++) if (hashes.mayHave(idHashOf('other', 'camera'), String(i))) mistaken += 1;
  assert.ok(mistaken < 20, `${mistaken} of 20000`);
});

test('when all are forgotten none is found', () => {
  const hashes = new ReadHashes(new TaskMemory());
  for (let i = 0; i < 5_000; i++) hashes.add(camera, `read-${i % 2_000}`);
  for (let i = 4_999; i >= 0; i--) hashes.delete(camera, readIdHashOf(`read-${i % 2_000}`));
  for (let i = 0; i < 2_000; i++) assert.equal(hashes.mayHave(camera, `read-${i}`), false);
  assert.throws(() => hashes.delete(camera, readIdHashOf('read-1')), /not remembered/);
});
