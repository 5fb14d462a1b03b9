import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packPlate } from './packed-plate.ts';
import { ENTRY_BYTES, PLATE_AT } from './trace-numbers.ts';
import { couldBeAny, couldBePacked, couldBeSame, findAlike, isPlate, writePlate } from './traced-plates.ts';

const letters = fc.constantFrom('A', 'B', '1', '2', 'Ø', 'Ж');
const plate = fc.array(letters, { maxLength: 18, size: 'max' }).map((each) => each.join(''));

/** Number of the first word of an entry's plate. */
function wordOf(entry: number): number {
  return (ENTRY_BYTES * entry + PLATE_AT) / 4;
}

function wordsOf({ buffer }: Uint8Array): Int32Array {
  return new Int32Array(buffer);
}

/** Where an entry is the plate that was there before is longer, or none. */
function entriesOf(plates: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(ENTRY_BYTES * plates.length).fill('A'.charCodeAt(0));
  plates.forEach((each, i) => writePlate(wordsOf(bytes), wordOf(i), each));
  return bytes;
}

/** Too long to be written, or of a letter that no byte can say. */
function isLong(each: string): boolean {
  return each.length > 15 || each.includes('Ж');
}

function isAny(bytes: Uint8Array, entry: number, plates: readonly string[]): boolean {
  const isOne = plates.some((each) => couldBeSame(bytes, ENTRY_BYTES * entry + PLATE_AT, each));
  if (plates.length > 0) assert.equal(couldBeAny(wordsOf(bytes), wordOf(entry), bytes, plates), isOne);
  return isOne;
}

function found(plates: readonly string[], bytes: Uint8Array, from: number, to: number): number[] {
  const entries: number[] = [];
  findAlike(plates, bytes, from, to, (entry) => entries.push(entry));
  return entries;
}

test('of many entries those are found whose plate could be the same as one of those sought', () => {
  // More than a reading and its candidates too: then they are looked for in several goes.
  const searches = fc.array(fc.tuple(fc.array(plate, { maxLength: 20 }), fc.array(plate, { minLength: 1, maxLength: 8 })), { maxLength: 6 });
  fc.assert(fc.property(searches, fc.nat(3), (each, from) => {
    for (const [plates, known] of each) {
      const bytes = entriesOf(known);
      const expected = known.flatMap((_, i) => (i >= from && isAny(bytes, i, plates) ? [i] : []));
      assert.deepEqual([...new Set(found(plates, bytes, from, known.length))].sort((a, b) => a - b), expected);
      known.forEach((one, i) => assert.ok(isPlate(wordsOf(bytes), wordOf(i), one)));
    }
  }), { numRuns: 1000 });
});

test('held four letters at a time against the plate that was packed last, a plate could be the same one as letter by letter', () => {
  fc.assert(fc.property(plate, fc.array(plate, { maxLength: 8 }), (sought, known) => {
    const bytes = entriesOf(known);
    const words = wordsOf(bytes);
    packPlate(sought);
    known.forEach((one, i) => {
      assert.equal(couldBePacked(words, wordOf(i), bytes, sought), couldBeSame(bytes, ENTRY_BYTES * i + PLATE_AT, sought));
      assert.equal(isPlate(words, wordOf(i), sought), isLong(one) ? isLong(sought) : one === sought);
    });
  }), { numRuns: 1000 });
});

test('so are those among more entries than are looked at in one go, the last first', () => {
  const alike = new Set([2, 1023, 1024, 1025, 2047, 2999]);
  const bytes = entriesOf(Array.from({ length: 3000 }, (_, i) => (alike.has(i) ? 'AB12345' : 'ZX98701')));
  const sought = ['KD44444', 'AB12346'];
  assert.deepEqual(found(sought, bytes, 2, 3000), [2999, 2047, 1025, 1024, 1023, 2]);
  assert.deepEqual(found(sought, bytes, 3, 2999), [2047, 1025, 1024, 1023]);
});
