import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SharedParts } from './shared-parts.ts';

const textOf = (part: Buffer): string => part.toString('latin1');

test('a part says what its bytes say, whatever was met before and wherever it stands', () => {
  const shared = new SharedParts(textOf);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 9 }), fc.nat({ max: 5 }), (one, other, before) => {
    for (const part of [one, other, Buffer.concat([other, one]), one]) {
      const bytes = Buffer.concat([Buffer.alloc(before, 7), part, Buffer.of(9)]);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      assert.equal(shared.read(view, before, before + part.length), textOf(Buffer.from(part)));
    }
  }));
});

test('it is made once, as long as there is room for all', () => {
  let made = 0;
  const shared = new SharedParts((part) => {
    made++;
    return textOf(part);
  });
  const read = (number: number): string => {
    const bytes = Buffer.from(`garage-${number}`);
    return shared.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  };
  for (let round = 0; round < 2; round++) for (let number = 0; number < 100_000; number++) read(number);
  assert.equal(made, 100_000);
  for (let number = 0; number < 200_000; number++) {
    if (read(number) !== `garage-${number}`) assert.fail(`garage ${number} has another's name`);
  }
});
