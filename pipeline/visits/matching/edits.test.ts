import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editsOf, type Edits } from './edits.ts';

const none: Edits = {
  substituted: [], lostFirst: 0, lostLast: 0, lostInside: 0, addedFirst: 0, addedLast: 0, addedInside: 0, added: [], swapped: 0,
  areUnlike: false,
};

const cases: readonly [what: string, plate: string, read: string, edits: Partial<Edits>][] = [
  ['a character read as another', 'CF51238', 'CF5I238', { substituted: [['1', 'I']] }],
  ['two of them, in the order of the plate', 'CF51238', 'C751239', { substituted: [['F', '7'], ['8', '9']] }],
  ['a lost beginning', 'CF51238', '51238', { lostFirst: 2 }],
  ['a lost end', 'CF51238', 'CF51', { lostLast: 3 }],
  ['a character lost inside', 'CF51238', 'CF5138', { lostInside: 1 }],
  ['a bolt before the plate', 'CF51238', '1CF51238', { addedFirst: 1, added: ['1'] }],
  ['a bolt behind it', 'CF51238', 'CF512381', { addedLast: 1, added: ['1'] }],
  ['a bolt inside', 'CF51238', 'CFI51238', { addedInside: 1, added: ['I'] }],
  ['neighbours that changed places', 'CF51238', 'CF15238', { swapped: 1 }],
  ['an end lost and a character misread', 'CF51238', 'F5I238', { lostFirst: 1, substituted: [['1', 'I']] }],
];

for (const [what, plate, read, edits] of cases) {
  test(`${what} is counted as such`, () => assert.deepEqual(editsOf(plate, read), { ...none, ...edits }));
}

test('a read that shares next to nothing with the plate is no misread of it', () => {
  assert.ok(editsOf('CF51238', 'KX90467').areUnlike);
  assert.ok(editsOf('CF51238', 'C').areUnlike);
});

test('lengths add up, whatever was read', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABØ018'), maxLength: 10 });
  fc.assert(fc.property(text, text, (plate, read) => {
    const { lostFirst, lostLast, lostInside, added, addedFirst, addedLast, addedInside } = editsOf(plate, read);
    assert.equal(plate.length - lostFirst - lostLast - lostInside + added.length, read.length);
    assert.equal(addedFirst + addedLast + addedInside, added.length);
  }));
});
