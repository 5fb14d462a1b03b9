import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SlotsDue } from './slots-due.ts';

type Entry = readonly [at: number, slot: number];
const entry = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 9 }));

function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(([at, slot], [other, otherSlot]) => at - other || slot - otherSlot);
}

function drained(queue: SlotsDue): Entry[] {
  const popped: Entry[] = [];
  while (queue.size > 0) {
    popped.push([queue.first, queue.firstKey]);
    queue.pop();
  }
  return popped;
}

test('few stays or many come by when they are due, then by their slots, pushed and popped in any order', () => {
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: entry }, { weight: 2, arbitrary: fc.constant(null) }), { maxLength: 400, size: 'max' });
  fc.assert(fc.property(steps, (pushOrPop) => {
    const queue = new SlotsDue();
    let left: Entry[] = [];
    for (const step of pushOrPop) {
      if (step !== null) {
        queue.push(...step);
        left = inOrder([...left, step]);
      } else if (left.length > 0) {
        assert.deepEqual([queue.first, queue.firstKey], left.shift());
        queue.pop();
      }
      assert.equal(queue.size, left.length);
    }
    assert.deepEqual(drained(queue), left);
  }));
});

test('lists of several garages are apart from each other', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), entry), { maxLength: 300, size: 'max' }), (pushed) => {
    const queues = Array.from({ length: 4 }, () => new SlotsDue());
    for (const [garage, each] of pushed) queues[garage]!.push(...each);
    for (const [garage, queue] of queues.entries()) {
      assert.deepEqual(drained(queue), inOrder(pushed.filter(([of]) => of === garage).map(([, each]) => each)));
    }
  }));
});

test('compacting keeps each stay that is still due then, once', () => {
  const queue = new SlotsDue();
  for (const [at, slot] of [[3, 1], [1, 2], [2, 2], [2, 2], [5, 3]] as const) queue.push(at, slot);
  const newest = new Map([[1, 3], [2, 2]]);
  queue.compact((at, slot) => newest.get(slot) === at);
  assert.deepEqual(drained(queue), [[2, 2], [3, 1]]);
});

test('where nothing is due it is due never', () => assert.equal(new SlotsDue().first, Infinity));
