import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newReference, REFERENCE, referenceOf } from './references.ts';

test('a reference has 30 letters and digits, and is always the same for the same operation of the same request', () => {
  fc.assert(fc.property(fc.string(), (requestId) => {
    const authorisation = referenceOf(requestId, 'authorisation');
    assert.match(authorisation, REFERENCE);
    assert.equal(authorisation.length, 30);
    assert.equal(referenceOf(requestId, 'authorisation'), authorisation);
    assert.notEqual(referenceOf(requestId, 'capture'), authorisation);
  }));
  assert.notEqual(newReference(), newReference());
});
