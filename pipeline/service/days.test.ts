import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDay, requireDay } from './days.ts';

test('a day is one that the calendar has', () => {
  for (const day of ['2026-02-28', '2024-02-29', '0001-01-01', '9999-12-31']) assert.ok(isDay(day), day);
  for (const text of ['2026-02-29', '2026-02-31', '2026-13-01', '2026-00-10', '2026-1-1', '2026-01-01T00', 'x', '']) {
    assert.ok(!isDay(text), text);
    assert.throws(() => requireDay(text), /is no day: write it as YYYY-MM-DD/);
  }
});
