import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextClose } from './closer-rules.ts';

const OSLO = 'Europe/Oslo';
const HOUR = 3_600_000;
const at = (time: string): number => Date.parse(time);

test('a day opens for its close at 06:00 of the next and closes at 12:00 at the latest, in the service\'s zone', () => {
  assert.deepEqual(nextClose(at('2026-06-02T03:00:00Z'), '2026-05-31', OSLO), {
    billingDay: '2026-06-01', opensAt: at('2026-06-02T04:00:00Z'), latestAt: at('2026-06-02T10:00:00Z'),
  });
});

test('the hours follow the clock of the zone when it changes', () => {
  assert.equal(nextClose(at('2026-03-29T00:00:00Z'), '2026-03-27', OSLO).opensAt, at('2026-03-29T04:00:00Z'));
  assert.equal(nextClose(at('2026-10-25T00:00:00Z'), '2026-10-23', OSLO).opensAt, at('2026-10-25T05:00:00Z'));
});

test('missed days are caught up one by one, the oldest first, each with an hour for the other stages to catch up', () => {
  const now = at('2026-06-09T15:00:00Z');
  const { billingDay, opensAt, latestAt } = nextClose(now, '2026-06-03', OSLO);
  assert.equal(billingDay, '2026-06-04');
  assert.ok(opensAt < now);
  assert.equal(latestAt, now + HOUR);
});
