import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_SLOT } from './plate-stays.ts';
import { SEVERAL } from './place-numbers.ts';
import { SlotsDue } from './slots-due.ts';
import { StayColumns } from './stay-columns.ts';

type Entry = readonly [at: number, slot: number];
const entry = fc.tuple(fc.nat({ max: 30 }), fc.nat({ max: 9 }));
const GARAGE = 3;

function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(([at, slot], [other, otherSlot]) => at - other || slot - otherSlot);
}

function newQueue(columns = new StayColumns(), garage = GARAGE): SlotsDue {
  return new SlotsDue(columns.memory, garage);
}

function drained(queue: SlotsDue): Entry[] {
  const popped: Entry[] = [];
  while (queue.size > 0) {
    popped.push([queue.first, queue.firstSlot]);
    queue.pop();
  }
  return popped;
}

/** Stays by their slots, the odd ones of another garage, each due at the time in its place. */
function staysDueAt(times: readonly number[]): StayColumns {
  const columns = new StayColumns();
  for (const [slot, at] of times.entries()) {
    columns.plates.add(slot % 2 === 0 ? GARAGE : GARAGE + 1, 'NO', `AB${slot}`, slot);
    columns.setDueAt(slot, at);
  }
  return columns;
}

test('stays come by when they are due, then by their slots, pushed and popped in any order', () => {
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: entry }, { weight: 2, arbitrary: fc.constant(null) }), { maxLength: 400, size: 'max' });
  fc.assert(fc.property(steps, (pushOrPop) => {
    const queue = newQueue();
    let left: Entry[] = [];
    for (const step of pushOrPop) {
      if (step !== null) {
        left = inOrder([...left, step]);
        assert.equal(queue.push(...step), left.length);
      } else if (left.length > 0) {
        assert.deepEqual([queue.first, queue.firstSlot], left.shift());
        queue.pop();
      }
      assert.equal(queue.size, left.length);
      assert.equal(queue.first, left[0]?.[0] ?? Infinity);
    }
    assert.deepEqual(drained(queue), left);
  }));
});

test('so do those that come a few places out of order, for two horizons, or far out of it', () => {
  const late = fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 30 }) }, fc.nat({ max: 3_000 }));
  const steps = fc.array(fc.tuple(fc.constantFrom(0, 5_000), late, fc.boolean()), { minLength: 200, maxLength: 1_000, size: 'max' });
  fc.assert(fc.property(steps, (pushed) => {
    const queue = newQueue();
    const left: Entry[] = [];
    for (const [i, [horizon, lateBy, isPopped]] of pushed.entries()) {
      const next: Entry = [i + horizon - lateBy, i % 7];
      queue.push(...next);
      const place = left.findLastIndex(([at, slot]) => at < next[0] || (at === next[0] && slot <= next[1]));
      left.splice(place + 1, 0, next);
      if (!isPopped) continue;
      assert.deepEqual([queue.first, queue.firstSlot], left.shift());
      queue.pop();
    }
    assert.deepEqual(drained(queue), left);
  }), { numRuns: 30 });
});

test('queues of several garages are apart from each other', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), entry), { maxLength: 300, size: 'max' }), (pushed) => {
    const columns = new StayColumns();
    const queues = Array.from({ length: 4 }, (_, garage) => newQueue(columns, garage));
    for (const [garage, each] of pushed) queues[garage]!.push(...each);
    for (const [garage, queue] of queues.entries()) {
      assert.deepEqual(drained(queue), inOrder(pushed.filter(([of]) => of === garage).map(([, each]) => each)));
    }
  }));
});

test('the only stay that is due first is taken, whatever else was noted for that time; of several none is', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 10, maxLength: 10 }), fc.array(entry, { minLength: 1 }), (times, pushed) => {
    const queue = newQueue(staysDueAt(times));
    for (const each of pushed) queue.push(...each);
    const { first } = queue;
    const due = [...new Set(pushed.filter(([at]) => at === first).map(([, slot]) => slot))]
      .filter((slot) => slot % 2 === 0 && times[slot] === first);
    assert.equal(queue.take(), due.length === 0 ? NO_SLOT : due.length === 1 ? due[0] : SEVERAL);
    const left = new Set(drained(queue).filter(([at]) => at === first).map(([, slot]) => slot));
    for (const slot of due) assert.equal(left.has(slot), due.length > 1);
  }));
});

test('of those that are due first all are dropped up to one that holds', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 10, maxLength: 10 }), fc.array(entry), (times, pushed) => {
    const queue = newQueue(staysDueAt(times));
    for (const each of pushed) queue.push(...each);
    queue.dropStale();
    const all = inOrder(pushed);
    const holding = all.findIndex(([at, slot]) => slot % 2 === 0 && times[slot] === at);
    assert.deepEqual(drained(queue), holding < 0 ? [] : all.slice(holding));
  }));
});

test('compacting keeps each stay that is still due then, once', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 3 }), { minLength: 10, maxLength: 10 }), fc.array(entry), entry, (times, pushed, last) => {
    const queue = newQueue(staysDueAt(times));
    for (const each of pushed) queue.push(...each);
    queue.compact();
    const kept = [...new Set(pushed.filter(([at, slot]) => slot % 2 === 0 && times[slot] === at).map(([, slot]) => slot))];
    queue.push(...last);
    assert.deepEqual(drained(queue), inOrder([...kept.map((slot): Entry => [times[slot]!, slot]), last]));
  }));
});

test('where nothing is due it is due never', () => assert.equal(newQueue().first, Infinity));
