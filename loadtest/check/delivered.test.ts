import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDelivered } from './delivered.ts';
import { newReadCounts } from './read-counts.ts';
import type { ReadCounts } from './read-counts.ts';
import { toldIn } from './told.ts';

const date = '2001-01-01';

test('reads that stand once each are neither lost nor doubled, and one without a clear answer may be missing', () => {
  const told = toldIn([`accepted 1 ${date} 0 3`, `unknown 1 ${date} 3 1`, `refused 1 ${date} 4 1`]);
  for (const indexes of [[0, 1, 2], [0, 1, 2, 3]]) {
    assert.deepEqual(compareDelivered(told, standing(indexes)), { accepted: 3, lost: 0, doubled: 0, examples: [] });
  }
});

test('an accepted read that does not stand is lost', () => {
  const told = toldIn([`accepted 1 ${date} 0 3`]);
  assert.deepEqual(compareDelivered(told, standing([0, 2])), {
    accepted: 3, lost: 1, doubled: 0, examples: [{ gateway: 1, date, index: 1 }],
  });
});

test('a read that stands more often than it was sent, or was never sent, is doubled', () => {
  const told = toldIn([`accepted 1 ${date} 0 2`, `unknown 1 ${date} 2 1`]);
  assert.equal(compareDelivered(told, standing([0, 1, 1, 2, 2, 3])).doubled, 3);
});

test('a read that was accepted twice must stand twice', () => {
  const told = toldIn([`accepted 1 ${date} 0 1`, `accepted 1 ${date} 0 1`]);
  assert.equal(compareDelivered(told, standing([0])).lost, 1);
  assert.equal(compareDelivered(told, standing([0, 0])).lost, 0);
});

test('the same number of another gateway or date is another read', () => {
  const told = toldIn([`accepted 2 ${date} 0 1`, 'accepted 1 2001-01-02 0 1']);
  assert.deepEqual({ ...compareDelivered(told, standing([0])), examples: [] }, {
    accepted: 2,
    lost: 2,
    doubled: 1,
    examples: [],
  });
});

test('an answer that is not understood is not passed over', () => {
  assert.throws(() => toldIn(['accepted 1']), /no answer/);
});

/** Reads of gateway 1 as they stand. */
function standing(indexes: readonly number[]): ReadCounts {
  const counts = newReadCounts();
  for (const index of indexes) counts.add(1, { date, from: index, count: 1 });
  return counts;
}
