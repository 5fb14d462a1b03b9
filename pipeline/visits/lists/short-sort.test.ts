import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sortShort } from './short-sort.ts';

test('lists of any length are sorted as the language sorts them, equal ones staying in their order', () => {
  const list = fc.array(fc.record({ rank: fc.nat(5), name: fc.nat() }), { maxLength: 80, size: 'max' });
  fc.assert(fc.property(list, (items) => {
    const byRank = (a: { rank: number }, b: { rank: number }): number => a.rank - b.rank;
    assert.deepEqual(sortShort([...items], byRank), items.toSorted(byRank));
  }));
});
