import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DueQueue } from './due-queue.ts';

const entries = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.constantFrom('a', 'b', 'c', 'd')), { maxLength: 40 });

function queueOf(pushed: readonly [number, string][]): DueQueue {
  const queue = new DueQueue();
  for (const [at, key] of pushed) queue.push(at, key);
  return queue;
}

function drained(queue: DueQueue): [number, string][] {
  const popped: [number, string][] = [];
  while (queue.size > 0) {
    popped.push([queue.first, queue.firstKey]);
    queue.pop();
  }
  return popped;
}

test('what is due comes in the order of time, then of keys', () => {
  fc.assert(fc.property(entries, (pushed) => {
    const sorted = pushed.toSorted(([atA, a], [atB, b]) => atA - atB || (a < b ? -1 : a > b ? 1 : 0));
    assert.deepEqual(drained(queueOf(pushed)), sorted);
  }));
});

test('so does what comes a few places out of order, for two horizons, or far out of it', () => {
  const late = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 30 }) }, fc.nat({ max: 3_000 }));
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(0, 5_000), late), { minLength: 200, maxLength: 1_000, size: 'max' }), (steps) => {
    const pushed = steps.map(([horizon, lateBy], i): [number, string] => [i + horizon - lateBy, `${i % 7}`]);
    const sorted = pushed.toSorted(([atA, a], [atB, b]) => atA - atB || (a < b ? -1 : a > b ? 1 : 0));
    assert.deepEqual(drained(queueOf(pushed)), sorted);
  }), { numRuns: 30 });
});

test('so does what is pushed while others are popped', () => {
  const pushOrPop = fc.oneof(fc.tuple(fc.nat({ max: 20 }), fc.constantFrom('a', 'b')), fc.constant(null));
  fc.assert(fc.property(fc.array(pushOrPop), (steps) => {
    const queue = new DueQueue();
    let left: [number, string][] = [];
    for (const step of steps) {
      if (step !== null) {
        queue.push(...step);
        left = [...left, step].sort(([atA, a], [atB, b]) => atA - atB || (a < b ? -1 : a > b ? 1 : 0));
      } else if (left.length > 0) {
        assert.deepEqual([queue.first, queue.firstKey], left.shift());
        queue.pop();
      }
    }
    assert.deepEqual(drained(queue), left);
  }));
});

test('an empty queue is due never', () => assert.equal(new DueQueue().first, Infinity));
