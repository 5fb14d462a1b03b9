import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute, second, start } from '../test-garage.ts';
import { clockAfterRead, clockAtStart, clockMovedTo, type GarageClock } from './garage-clock.ts';

/** The clock in ms after start, after reads of (camera, ms after start). */
function clockAfter(reads: readonly [camera: string, at: number][], onlyCamera = false): number {
  let clock: GarageClock = clockAtStart;
  for (const [camera, at] of reads) clock = clockAfterRead(clock, camera, start + at, minute, onlyCamera, 0);
  return clock.clock - start;
}

test('the first read sets the clock', () => assert.equal(clockAfter([['a', 0]]), 0));

test('reads move the clock on by small steps and never back', () => {
  assert.equal(clockAfter([['a', 0], ['a', 30 * second], ['b', 80 * second], ['b', 10 * second]]), 80 * second);
});

test('a jump waits until another camera is also beyond, then the earlier of the two holds', () => {
  assert.equal(clockAfter([['a', 0], ['a', 5 * minute]]), 0);
  assert.equal(clockAfter([['a', 0], ['a', 5 * minute], ['a', 6 * minute]]), 0, 'the same camera confirms nothing');
  assert.equal(clockAfter([['a', 0], ['a', 5 * minute], ['b', 7 * minute]]), 5 * minute);
  assert.equal(clockAfter([['a', 0], ['a', 7 * minute], ['b', 5 * minute]]), 5 * minute);
});

test('a camera that is a day ahead moves the clock no further than the others do', () => {
  const reads: [string, number][] = [
    ['a', 0], ['wrong', 24 * hour], ['b', 10 * second], ['a', 10 * minute], ['b', 20 * minute],
  ];
  assert.equal(clockAfter(reads), 20 * minute);
});

test('after a quiet night the clock follows two cameras that take turns', () => {
  const morning: [string, number][] = [['a', 480 * minute], ['b', 486 * minute], ['a', 492 * minute], ['b', 498 * minute]];
  assert.equal(clockAfter([['a', 0], ...morning]), 492 * minute);
});

test('the clock of a garage with one camera moves at once', () => {
  assert.equal(clockAfter([['a', 0], ['a', 8 * hour]], true), 8 * hour);
});

test('a move to an earlier time is none', () => {
  const clock = clockAfterRead(clockAtStart, 'a', start, minute, false, 1);
  assert.equal(clockMovedTo(clock, start - 1), clock);
  assert.equal(clockMovedTo(clock, start + 1).clock, start + 1);
});
