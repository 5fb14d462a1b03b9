import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableLines } from './text-table.ts';
import { durationText, instantText, shareText } from './text-values.ts';

test('a length of time is told by its two largest units', () => {
  const minute = 60_000;
  const lengths = [0, 999, 59_400, 61_000, 59 * minute + 59_600, 47 * 60 * minute, 50 * 60 * minute, -61_000];
  assert.deepEqual(lengths.map(durationText), [
    '0 ms', '999 ms', '59 s', '1 min 1 s', '1 h 0 min', '47 h 0 min', '2 d 2 h', '-1 min 1 s',
  ]);
});

test('a share that is nearly one does not look like one', () => {
  assert.deepEqual([0, 0.5, 0.9995, 1].map(shareText), ['0.000', '0.500', '0.9995', '1.000']);
  assert.equal(instantText(Date.UTC(2026, 8, 1, 8, 12, 3, 120)), '2026-09-01 08:12:03.120');
});

test('numbers stand to the right, all else to the left', () => {
  assert.deepEqual(tableLines([['n', 'name'], ['7', 'a'], ['1234', 'bc']]), ['   n  name', '   7  a', '1234  bc']);
});
