import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textOfBytes } from './text-of-bytes.ts';

test('a text is what it was written as, ASCII or not, short or long, wherever it stands', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));
  fc.assert(fc.property(text, fc.string(), fc.string(), (written, before, after) => {
    const start = Buffer.byteLength(before);
    const bytes = Buffer.from(before + written + after);
    assert.equal(textOfBytes(bytes, start, start + Buffer.byteLength(written)), written);
  }), { numRuns: 1000 });
});

test('bytes that are no UTF-8 make the text that the runtime makes of them', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (drawn) => {
    const bytes = Buffer.from(drawn);
    assert.equal(textOfBytes(bytes, 0, bytes.length), bytes.toString('utf8'));
  }), { numRuns: 1000 });
});
