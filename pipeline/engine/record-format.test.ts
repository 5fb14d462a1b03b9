import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cursor, varintBytes, writeVarint } from './record-format.ts';

const number = fc.oneof(
  fc.integer({ min: -130, max: 130 }), fc.integer(), fc.integer({ min: -(2 ** 29), max: 2 ** 29 }),
  fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), fc.constantFrom(2 ** 27 - 1, 2 ** 27, 2 ** 30 - 1, 2 ** 30, 2 ** 31, -(2 ** 31)),
);

test('a number comes back as it was written, in as many bytes as were foretold', () => {
  fc.assert(fc.property(number, (value) => {
    const bytes = Buffer.alloc(16);
    const end = writeVarint(bytes, 1, value);
    assert.equal(end - 1, varintBytes(value));
    const cursor = new Cursor(bytes, 1);
    assert.equal(cursor.varint(), value);
    assert.equal(cursor.at, end);
  }), { numRuns: 1000 });
});
