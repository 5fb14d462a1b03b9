import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelyAround } from './log-normal.ts';

test('as long as before is likelier than half or twice as long, and all lengths together are certain', () => {
  const hour = 3_600_000;
  assert.ok(likelyAround(hour, hour, 0.5) > likelyAround(hour, 2 * hour, 0.5));
  assert.ok(likelyAround(hour, hour, 0.5) > likelyAround(hour, hour / 4, 0.5));
  let sum = 0;
  for (let ms = 1000; ms < 20 * hour; ms += 1000) sum += likelyAround(hour, ms, 0.5) * 1000;
  assert.ok(Math.abs(sum - 1) < 1e-3, `${sum}`);
});

test('a length of nothing, or of clocks that are off, is as good as a minute', () => {
  assert.equal(likelyAround(0, 600_000, 0.5), likelyAround(60_000, 600_000, 0.5));
  assert.equal(likelyAround(-5_000, 600_000, 0.5), likelyAround(60_000, 600_000, 0.5));
});
