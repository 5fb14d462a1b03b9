import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLiveView } from './live-view.ts';
import type { Snapshot } from './live-view.ts';

const snapshot: Snapshot = {
  phase: 'cameras are reading', time: Date.parse('2026-06-01T10:00:00Z'), reads: 12_345, readsPerSecond: 250.4,
  inside: 1_200, closed: 3_400, irregularities: 56, lags: { visits: 7, pricing: 0, charges: 0, warehouse: 1_000 },
};

test('on a terminal the figures are drawn over the former ones', () => {
  const written: string[] = [];
  const view = openLiveView({ isTTY: true, write: (text) => written.push(text) });
  view.show(snapshot);
  view.show({ ...snapshot, reads: 12_400 });
  const [first, second] = written;
  const lines = first!.split('\n').length - 1;
  assert.ok(!first!.startsWith(`\x1b[${lines}A`));
  assert.ok(second!.startsWith(`\x1b[${lines}A`), 'goes back to where it began');
  assert.match(first!, /12,345 \(250 a second\)/);
});

test('elsewhere there is one line with all the figures, without control characters', () => {
  const written: string[] = [];
  openLiveView({ write: (text) => written.push(text) }).show(snapshot);
  assert.deepEqual(written, [
    'Mon 12:00 cameras are reading: 12,345 reads (250/s), 1,200 inside, 3,400 closed, 56 irregular; ' +
      'lag visits 7, pricing 0, charges 0, warehouse 1,000\n',
  ]);
});
