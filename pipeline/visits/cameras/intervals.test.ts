import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TaskMemory } from '../state/task-memory.ts';
import { IntervalCounts } from './interval-counts.ts';
import { beginOfInterval, hoursOfWeek, INTERVAL_MS, intervalOf } from './intervals.ts';
import { chanceOfRead, dayOf, learned, newRhythm, setDay, type HourSeen } from './rhythm.ts';

test('the hour of the week is that of the garage, before and after its clocks change', () => {
  const hour = (at: string): number => hoursOfWeek('Europe/Oslo').of(intervalOf(Date.parse(at)));
  assert.equal(hour('2026-03-27T07:30:00Z'), 4 * 24 + 8);
  assert.equal(hour('2026-04-03T06:30:00Z'), 4 * 24 + 8);
  assert.equal(hour('2026-03-29T22:00:00Z'), 0);
});

test('an hour is expected to be as it was, and as on other days of its kind when it is new', () => {
  const rhythm = newRhythm();
  const see = (hour: HourSeen): void => setDay(rhythm, dayOf(hour.hour), learned(rhythm, dayOf(hour.hour), [hour]));
  for (let week = 0; week < 4; week++) see({ hour: 10, seen: 1, read: week === 2 ? 0 : 1 });
  assert.ok(Math.abs(chanceOfRead(rhythm, 10) - 3 / 5) < 0.01);
  assert.ok(Math.abs(chanceOfRead(rhythm, 24 + 10) - 3 / 5) < 0.01, 'Tuesday as Monday was');
  assert.equal(chanceOfRead(rhythm, 5 * 24 + 10), 0, 'of Saturdays nothing is known');
  for (let week = 0; week < 100; week++) see({ hour: 10, seen: 4, read: 4 });
  assert.ok(chanceOfRead(rhythm, 10) < 1);
});

test('counts are those of the reads that were added and not taken away, in whatever order they came', () => {
  const now = intervalOf(Date.parse('2026-06-01T00:00:00Z'));
  const at = (interval: number): number => beginOfInterval(interval) + INTERVAL_MS - 1;
  const step = fc.tuple(fc.integer({ min: now - 300, max: now + 3 }), fc.boolean());
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const counts = new IntervalCounts(new TaskMemory());
    let added: number[] = [];
    for (const [interval, isAdded] of steps) {
      if (isAdded) {
        counts.add(at(interval));
        added.push(interval);
      } else if (added.length > 0) {
        const [gone, ...left] = added;
        counts.remove(at(gone!));
        added = left;
      }
      assert.equal(counts.of(interval), added.filter((each) => each === interval).length);
      const since = added.filter((each) => each >= interval);
      assert.equal(counts.since(interval), since.length);
      assert.equal(counts.firstFrom(interval), Math.min(...since));
    }
  }));
});
