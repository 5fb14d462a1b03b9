import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copyBytes, Slab, viewOf } from './slab.ts';

const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 1000, maxLength: 1100 }));

test('a slab has what was appended, one behind the other, and nothing else is copied', () => {
  const part = fc.record({ bytes, before: fc.nat(9), after: fc.nat(9), whole: fc.boolean() });
  fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
    const slab = new Slab(1);
    const expected: Buffer[] = [];
    for (const { bytes: wanted, before, after, whole } of parts) {
      const from = Buffer.concat([Buffer.alloc(before, 1), wanted, Buffer.alloc(after, 2)]);
      if (whole) slab.append(Buffer.from(wanted));
      else slab.appendPart(viewOf(from), before, before + wanted.length);
      expected.push(Buffer.from(wanted));
    }
    assert.deepEqual(slab.bytes.subarray(0, slab.end), Buffer.concat(expected));
  }));
  fc.assert(fc.property(bytes, fc.nat(9), (wanted, at) => {
    const to = Buffer.alloc(at + wanted.length + 20, 7);
    const expected = Buffer.from(to);
    expected.set(wanted, at);
    copyBytes(viewOf(wanted), 0, wanted.length, viewOf(to), at);
    assert.deepEqual(to, expected);
  }));
});
