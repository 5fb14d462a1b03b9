import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isKid, kidOf, partitionOfKid } from './kid.ts';

test('a KID ends with the check digit of MOD10', () => {
  // The example of the Norwegian banks' own description of MOD10.
  assert.ok(isKid('12345678903'));
  assert.equal(kidOf(0, 1), '00000000018');
});

test('any one wrong digit, and most swaps of neighbours, are noticed', () => {
  fc.assert(fc.property(fc.nat(3), fc.nat(99_999_999), fc.nat(10), fc.integer({
    min: 1,
    max: 9,
  }), (partition, number, place, by) => {
    const kid = kidOf(partition, number);
    const wrong = kid.slice(0, place) + ((Number(kid[place]) + by) % 10) + kid.slice(place + 1);
    assert.equal(isKid(kid), true);
    assert.equal(isKid(wrong), false);
  }));
});

test('a KID finds the partition whose task has made it; what is no KID goes to the first', () => {
  assert.equal(partitionOfKid(kidOf(3, 7), 4), 3);
  assert.equal(partitionOfKid('no KID', 4), 0);
  assert.equal(partitionOfKid('12345678903', 4), 0);
});
