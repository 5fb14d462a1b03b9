import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LaneTrace } from './lane-trace.ts';

/** One of them is longer than most, one of letters that no country's plates have. */
const plate = fc.constantFrom('AB12345', 'AB12346', 'B12345', 'ZX98701', 'ØÆ1', 'A', '', 'AB1234567890ABCDE', 'ЖК777');
const read = fc.record({ at: fc.nat(100), plate });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), read }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }) },
);

test('who was read near a time is found by plates that could be the same, and by any when it was very near', () => {
  const withinMs = 20;
  const anyWithinMs = 3;
  fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }), read, (steps, sought) => {
    const trace = new LaneTrace();
    const known: { at: number; slot: number; plate: string }[] = [];
    for (const [slot, each] of steps.entries()) {
      if (each.kind === 'read') {
        trace.add(each.read.at, slot, each.read.plate);
        known.push({ ...each.read, slot });
      } else if (known.length > 0) {
        const [gone] = known.splice(each.which % known.length, 1);
        if (gone!.slot % 2 === 0) trace.remove(gone!.at, gone!.slot, gone!.plate);
        else trace.removeAny(gone!.at, gone!.slot);
      }
    }
    const near: number[] = [];
    trace.near(sought.at, withinMs, anyWithinMs, sought.plate, near);
    const since: number[] = [];
    trace.leftSince(sought.at, [sought.plate], { leftAt: (slot) => (slot % 3 === 0 ? 0 : 100) }, since);
    for (const { at, slot, plate: other } of known) {
      const isNear = Math.abs(at - sought.at) < withinMs;
      if (!isNear) assert.ok(!near.includes(slot));
      if (isNear && (other === sought.plate || Math.abs(at - sought.at) < anyWithinMs)) assert.ok(near.includes(slot));
      if (isNear && other === 'AB12345' && sought.plate === 'AB12346') assert.ok(near.includes(slot));
      if (isNear && other === 'AB12345' && sought.plate === 'B12345') assert.ok(near.includes(slot));
      const isUnlike = other === 'AB12345' && sought.plate === 'ZX98701';
      if (isUnlike && Math.abs(at - sought.at) >= anyWithinMs) assert.ok(!near.includes(slot));
      if (at < sought.at || isUnlike || (slot % 3 === 0 && sought.at > 0)) assert.ok(!since.includes(slot));
      else if (other === sought.plate) assert.ok(since.includes(slot));
    }
    const leftAt = (slot: number): number => [0, 50, 60, 100][slot % 4]!;
    const [left, leftBetween]: [number[], number[]] = [[], []];
    trace.leftSince(sought.at, [sought.plate], { leftAt }, left);
    trace.leftBetween(sought.at, 60, 100, [sought.plate], { leftAt }, leftBetween);
    assert.deepEqual(leftBetween, left.filter((slot) => leftAt(slot) <= 60));
    const between: number[] = [];
    trace.between(20, 60, (at, slot) => between.push(at, slot));
    const expected = known.filter(({ at }) => at >= 20 && at < 60).sort((a, b) => a.at - b.at || a.slot - b.slot);
    assert.deepEqual(between, expected.flatMap(({ at, slot }) => [at, slot]));
  }), { numRuns: 500 });
});

test('of two reads of one stay at one instant the one that is taken away goes, by its plate', () => {
  for (const [gone, left] of [['AB12345', 'ZX98701'], ['ZX98701', 'AB12345']] as const) {
    const trace = new LaneTrace();
    trace.add(10, 1, 'AB12345');
    trace.add(10, 1, 'ZX98701');
    trace.remove(10, 1, gone);
    const found = (plate: string): number[] => {
      const near: number[] = [];
      trace.near(12, 5, 0, plate, near);
      return near;
    };
    assert.deepEqual([found(gone), found(left)], [[], [1]]);
  }
});

test('who left since is found however much was read since', () => {
  const trace = new LaneTrace();
  for (let at = 0; at < 2500; at++) trace.add(at, at, at % 100 === 7 ? 'AB12345' : 'ZX98701');
  trace.remove(2307, 2307, 'AB12345');
  const leftSince = (at: number): number[] => {
    const found: number[] = [];
    trace.leftSince(at, ['AB12346'], { leftAt: (slot) => (slot === 2107 ? 0 : slot) }, found);
    return found;
  };
  assert.deepEqual(leftSince(2490), []);
  assert.deepEqual(leftSince(2000), [2407, 2207, 2007]);
  assert.equal(leftSince(1).length, 23);
});
