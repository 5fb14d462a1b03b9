import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SharedTexts } from './shared-texts.ts';

test('a text is what its bytes are, whatever was met before', () => {
  const shared = new SharedTexts();
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 8 }), (one, other) => {
    for (const text of [one, other, `${other}${one}`, one]) {
      const bytes = Buffer.from(`<${text}>`);
      assert.equal(shared.read(bytes, 1, bytes.length - 1), Buffer.from(text).toString());
    }
  }));
});

test('a hundred thousand names are all right, though they are more than there was room for at first', () => {
  const shared = new SharedTexts();
  for (let round = 0; round < 3; round++) {
    for (let number = 0; number < 100_000; number++) {
      const bytes = Buffer.from(`garage-${number}`);
      if (shared.read(bytes, 0, bytes.length) !== `garage-${number}`) assert.fail(`garage ${number} has another's name`);
    }
  }
});
