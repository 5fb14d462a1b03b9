import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDelivered, toldIn } from './delivered.ts';

const told = toldIn(['accepted a b', 'accepted c', 'unknown d', 'something else']);

test('reads that stand once each are neither lost nor doubled, and one without a clear answer may be missing', () => {
  for (const standing of [['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) {
    assert.deepEqual(compareDelivered(told, counts(standing)), { accepted: 3, lost: [], doubled: [] });
  }
});

test('an accepted read that does not stand is lost', () => {
  assert.deepEqual(compareDelivered(told, counts(['a', 'c'])).lost, ['b']);
});

test('a read that stands more often than it was sent, or was never sent, is doubled', () => {
  assert.deepEqual(compareDelivered(told, counts(['a', 'b', 'b', 'c', 'd', 'd', 'e'])).doubled, ['b', 'd', 'e']);
});

test('a read that was sent again after an unclear answer may stand twice', () => {
  const twice = toldIn(['unknown a b', 'accepted a b']);
  assert.deepEqual(compareDelivered(twice, counts(['a', 'a', 'b'])), { accepted: 2, lost: [], doubled: [] });
});

function counts(readIds: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const readId of readIds) found.set(readId, (found.get(readId) ?? 0) + 1);
  return found;
}
