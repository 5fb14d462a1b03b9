import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_PLATE, NO_SLOT, PlateStays } from './plate-stays.ts';
import { TaskMemory } from './task-memory.ts';

/** Few, so that they meet; some as no record has room for, or as no country's plates are written. */
const plate = fc.constantFrom('AB12345', 'AB12346', 'A', '', 'ØÆ1', 'ЖК777', 'A'.repeat(15), 'A'.repeat(16), 'A'.repeat(300));
const country = fc.constantFrom('NO', 'SE', '', 'XX', 'NOO', 'NOOO', 'ЖК');
const known = fc.record({ garage: fc.nat(2), country, plate });
const many = fc.record({ garage: fc.nat(3), country, plate: fc.nat(400).map((number) => `AB${number}`) });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('comes' as const), of: fc.oneof(known, many) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }) },
);

test('the stays of a plate are found by garage, country and plate, in the order in which they came', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 50, maxLength: 400, size: 'max' }), known, (steps, sought) => {
    const plates = new PlateStays(new TaskMemory());
    const stays: { slot: number; of: typeof sought }[] = [];
    const isOf = (one: typeof sought, other: typeof sought): boolean =>
      one.garage === other.garage && one.country === other.country && one.plate === other.plate;
    const check = (of: typeof sought): void => {
      const expected = stays.filter((stay) => isOf(stay.of, of)).map(({ slot }) => slot);
      const number = plates.find(of.garage, of.country, of.plate);
      assert.equal(number === NO_PLATE, expected.length === 0);
      if (number === NO_PLATE) return;
      const found: number[] = [];
      for (let slot = plates.firstSlot(number); slot !== NO_SLOT; slot = plates.nextSlot(slot)) found.push(slot);
      assert.deepEqual(found, expected);
      for (const slot of found) assert.equal(plates.plateOf(slot), number);
    };
    for (const [n, each] of steps.entries()) {
      if (each.kind === 'comes') {
        // As slots come: some far beyond those before.
        const slot = (n * 7) % 2011;
        plates.add(each.of.garage, each.of.country, each.of.plate, slot);
        stays.push({ slot, of: each.of });
        check(each.of);
      } else if (stays.length > 0) {
        const [gone] = stays.splice(each.which % stays.length, 1);
        plates.remove(gone!.slot, false);
        check(gone!.of);
      }
      check(sought);
    }
    for (const { of } of stays) check(of);
  }), { numRuns: 200 });
});

test('what the stays of a plate come to holds until one of them begins, changes or leaves while open', () => {
  const plates = new PlateStays(new TaskMemory());
  const number = plates.add(0, 'NO', 'AB12345', 3);
  assert.equal(plates.isSummed(number), false);
  plates.sum(number, true, 3, 0, NO_SLOT);
  plates.noteEnded(number, 3, 1_000);
  assert.deepEqual([plates.isSummed(number), plates.arePlain(number), plates.open(number)], [true, true, NO_SLOT]);
  assert.deepEqual([plates.endedAt(number), plates.endedLast(number)], [1_000, 3]);

  plates.add(0, 'NO', 'AB12345', 5);
  assert.equal(plates.isSummed(number), false);
  plates.noteOpen(number, 5);
  assert.deepEqual([plates.isSummed(number), plates.open(number), plates.endedAt(number)], [true, 5, 1_000]);
  plates.remove(3, false);
  assert.deepEqual([plates.isSummed(number), plates.endedAt(number), plates.endedLast(number)], [true, 1_000, NO_SLOT]);

  plates.add(0, 'NO', 'AB12345', 4);
  plates.sum(number, true, 5, 1_000, 4);
  plates.remove(5, true);
  assert.equal(plates.isSummed(number), false);
  plates.sum(number, true, NO_SLOT, 1_000, 4);
  plates.changed(number);
  assert.equal(plates.isSummed(number), false);
});

test('a plate that comes anew has nothing of what was known of it, or of the one that had its number', () => {
  const plates = new PlateStays(new TaskMemory());
  plates.noteEnded(plates.add(0, 'NO', 'AB12345', 3), 3, 1_000);
  plates.remove(3, false);
  const number = plates.add(0, 'NO', 'ZX98701', 3);
  assert.deepEqual([plates.isSummed(number), plates.open(number), plates.endedAt(number), plates.endedLast(number)], [false, NO_SLOT, 0, NO_SLOT]);
});
