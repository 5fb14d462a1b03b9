import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { couldBeSame, isPlate, PLATE_BYTES, SoughtPlates, writePlate } from './traced-plates.ts';

const letters = fc.constantFrom('A', 'B', '1', '2', 'Ø', 'Ж');
const plate = fc.array(letters, { maxLength: 18, size: 'max' }).map((each) => each.join(''));

test('a plate could be one of those sought exactly where it could be the same as one of them', () => {
  const sought = new SoughtPlates();
  const ints = new Int32Array((2 * PLATE_BYTES) / 4);
  const bytes = new Uint8Array(ints.buffer);
  // More than a reading and its candidates too: then they are looked at one by one.
  const searches = fc.array(fc.tuple(fc.array(plate, { maxLength: 8 }), fc.array(plate, { minLength: 1, maxLength: 8 })), { maxLength: 6 });
  fc.assert(fc.property(searches, (each) => {
    for (const [plates, known] of each) {
      sought.use(plates);
      for (const one of known) {
        writePlate(bytes, PLATE_BYTES, one);
        const isSame = plates.some((other) => couldBeSame(bytes, PLATE_BYTES, other));
        assert.equal(sought.couldBe({ bytes, ints }, PLATE_BYTES), isSame);
        assert.ok(isPlate(bytes, PLATE_BYTES, one));
      }
    }
  }), { numRuns: 1000 });
});
