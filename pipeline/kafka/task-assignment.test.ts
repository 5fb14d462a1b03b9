import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assignTasks, type Member } from './task-assignment.ts';

const members = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) =>
      fc.record({ id: fc.constant(id), generation: fc.nat(3), tasks: fc.uniqueArray(fc.nat(12)) }),
    )),
  );
const taskCounts = fc.integer({ min: 0, max: 13 });

test('each task has exactly one owner, and shares differ by one at most', () => {
  fc.assert(
    fc.property(taskCounts, members, (taskCount, group) => {
      const shares = [...assignTasks(taskCount, group).values()];
      assert.equal(shares.length, group.length);
      assert.deepEqual(shares.flat().toSorted((a, b) => a - b), Array.from({ length: taskCount }, (_, task) => task));
      const sizes = shares.map((share) => share.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }),
  );
});

test('the order in which members are named changes nothing', () => {
  fc.assert(
    fc.property(taskCounts, members, (taskCount, group) => {
      const sorted = (shares: Map<string, number[]>) => [...shares].toSorted(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(assignTasks(taskCount, group)), sorted(assignTasks(taskCount, group.toReversed())));
    }),
  );
});

/** The members after a rebalance, as they name their tasks in the next one. */
const afterwards = (shares: Map<string, number[]>, generation: number): Member[] =>
  Array.from(shares, ([id, tasks]) => ({ id, generation, tasks }));

test('with the same members nothing moves', () => {
  fc.assert(
    fc.property(taskCounts, members, (taskCount, group) => {
      const before = assignTasks(taskCount, group);
      const after = assignTasks(taskCount, afterwards(before, 9));
      for (const [id, tasks] of before) assert.deepEqual(after.get(id), tasks);
    }),
  );
});

test('when a member comes only its share moves, when one goes only its tasks move', () => {
  fc.assert(
    fc.property(taskCounts, members, (taskCount, group) => {
      const before = assignTasks(taskCount, group);
      const joined = assignTasks(taskCount, [...afterwards(before, 9), { id: 'newcomer', generation: -1, tasks: [] }]);
      for (const [id, tasks] of before) {
        assert.ok(joined.get(id)!.every((task) => tasks.includes(task)), 'an old member got a task it did not have');
      }
      // Fewer would leave the shares uneven.
      assert.equal(joined.get('newcomer')!.length, Math.floor(taskCount / (group.length + 1)));
      if (group.length === 1) return;
      const [gone] = before.keys();
      const left = assignTasks(taskCount, afterwards(before, 9).filter(({ id }) => id !== gone));
      for (const [id, tasks] of left) assert.ok(before.get(id)!.every((task) => tasks.includes(task)));
    }),
  );
});

test('of two that name the same task the one of the later generation keeps it', () => {
  const shares = assignTasks(2, [
    { id: 'a', generation: 4, tasks: [0, 1] },
    { id: 'b', generation: 5, tasks: [0] },
  ]);
  assert.deepEqual(shares.get('b'), [0]);
  assert.deepEqual(shares.get('a'), [1]);
});

test('neighbouring tasks are with different members, from the start and when a member comes', () => {
  const fresh = ['a', 'b', 'c'].map((id): Member => ({ id, generation: -1, tasks: [] }));
  assert.deepEqual([...assignTasks(6, fresh).values()], [[0, 3], [1, 4], [2, 5]]);
  const joined = assignTasks(6, [
    { id: 'a', generation: 1, tasks: [0, 1, 2, 3, 4, 5] },
    { id: 'b', generation: -1, tasks: [] },
  ]);
  assert.deepEqual([...joined.values()], [[1, 3, 5], [0, 2, 4]]);
});
