import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, readOf, TestGarage } from '../test-garage.ts';
import { readIdHashOf } from '../state/id-hashes.ts';

test('a read of a stay at rest that comes again is known whatever its ids and its time', () => {
  for (const readId of ['1', 'lest på nytt', 'x'.repeat(300)]) {
    const exit = readOf('out', hour, { readId });
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', minute, { plate: 'EL10180' }), exit).restart();
    garage.see({ ...exit, plate: 'KH44321', capturedAt: exit.capturedAt + hour, receivedAt: exit.receivedAt + hour });
    assert.deepEqual(garage.told.ignoredReads, ['repeated_read']);
  }
});

test('a read of the same hash as one of a stay at rest is another', () => {
  assert.equal(readIdHashOf('costarring'), readIdHashOf('liquid'));
  const garage = new TestGarage().see(readOf('in', 0, { readId: 'costarring' })).restart();
  garage.see(readOf('in', hour, { readId: 'liquid', plate: 'EL10180' }));
  assert.deepEqual(garage.told.ignoredReads, []);
  assert.equal(garage.told.visits.length, 2);
});
