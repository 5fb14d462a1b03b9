import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deathsInARow, restartDelayMs } from './back-off.ts';

const backOff = { firstMs: 1_000, mostMs: 30_000, calmAfterMs: 60_000 };

test('a service that keeps dying waits twice as long each time, up to the most', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map((deaths) => restartDelayMs(deaths, backOff)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('a service that ran calmly starts over with the first wait', () => {
  const deaths = deathsInARow(6, 60_000, backOff);
  assert.equal(restartDelayMs(deaths, backOff), backOff.firstMs);
});

test('however services die, the wait is never under the first nor over the most', () => {
  fc.assert(fc.property(fc.array(fc.nat(120_000), { minLength: 1, maxLength: 60 }), (runs) => {
    const deaths = runs.reduce((before, ranMs) => deathsInARow(before, ranMs, backOff), 0);
    const wait = restartDelayMs(deaths, backOff);
    assert.ok(wait >= backOff.firstMs && wait <= backOff.mostMs);
  }));
});
