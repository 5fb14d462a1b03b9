import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LaneTrace } from './lane-trace.ts';
import { StayColumns } from './stay-columns.ts';
import { TaskMemory } from './task-memory.ts';

/** One of them is longer than most, one of letters that no country's plates have. */
const plate = fc.constantFrom('AB12345', 'AB12346', 'B12345', 'B1234', 'ZX98701', 'ØÆ1', 'A', '', 'AB1234567890ABCDE', 'ЖК777');
const read = fc.record({ at: fc.nat(100), plate });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), read }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }) },
);

test('who was read near a time is found by plates that could be the same, and by any when it was very near', () => {
  const withinMs = 20;
  const anyWithinMs = 3;
  fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 300, size: 'max' }), read, (steps, sought) => {
    const columns = new StayColumns();
    const trace = new LaneTrace(columns.memory);
    const leave = (leftAt: (slot: number) => number): void => {
      columns.makeRoomFor(steps.length);
      for (let slot = 0; slot < steps.length; slot++) columns.setLeftAt(slot, leftAt(slot));
    };
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
    const near = [...trace.near(sought.at, withinMs, anyWithinMs, sought.plate)];
    const since: number[] = [];
    leave((slot) => (slot % 3 === 0 ? 0 : 100));
    trace.leftSince(sought.at, [sought.plate], since);
    for (const { at, slot, plate: other } of known) {
      const isNear = Math.abs(at - sought.at) < withinMs;
      if (!isNear) assert.ok(!near.includes(slot));
      if (isNear && (other === sought.plate || Math.abs(at - sought.at) < anyWithinMs)) assert.ok(near.includes(slot));
      if (isNear && other === 'AB12345' && sought.plate === 'AB12346') assert.ok(near.includes(slot));
      if (isNear && other === 'AB12345' && sought.plate === 'B12345') assert.ok(near.includes(slot));
      const isLessBothEnds = [other, sought.plate].includes('AB12345') && [other, sought.plate].includes('B1234');
      if (isNear && isLessBothEnds) assert.ok(near.includes(slot));
      const isUnlike = other === 'AB12345' && sought.plate === 'ZX98701';
      if (isUnlike && Math.abs(at - sought.at) >= anyWithinMs) assert.ok(!near.includes(slot));
      if (at < sought.at || isUnlike || (slot % 3 === 0 && sought.at > 0)) assert.ok(!since.includes(slot));
      else if (other === sought.plate) assert.ok(since.includes(slot));
    }
    const leftAt = (slot: number): number => [0, 50, 60, 100][slot % 4]!;
    const [left, leftBetween]: [number[], number[]] = [[], []];
    leave(leftAt);
    trace.leftSince(sought.at, [sought.plate], left);
    trace.leftBetween(sought.at, 60, 100, [sought.plate], leftBetween);
    assert.deepEqual(leftBetween, left.filter((slot) => leftAt(slot) <= 60));
    const between: number[] = [];
    trace.between(20, 60, (at, slot) => between.push(at, slot));
    const expected = known.filter(({ at }) => at >= 20 && at < 60).sort((a, b) => a.at - b.at || a.slot - b.slot);
    assert.deepEqual(between, expected.flatMap(({ at, slot }) => [at, slot]));
    const reads = known.filter(({ at }) => at >= 20).length;
    assert.ok(trace.readsSince(20) >= reads && trace.readsSince(20) <= steps.length, 'never too few');
  }), { numRuns: 500 });
});

test('of two reads of one stay at one instant the one that is taken away goes, by its plate', () => {
  for (const [gone, left] of [['AB12345', 'ZX98701'], ['ZX98701', 'AB12345']] as const) {
    const trace = new LaneTrace(new TaskMemory());
    trace.add(10, 1, 'AB12345');
    trace.add(10, 1, 'ZX98701');
    trace.remove(10, 1, gone);
    const found = (plate: string): number[] => [...trace.near(12, 5, 0, plate)];
    assert.deepEqual([found(gone), found(left)], [[], [1]]);
  }
});

test('who left since is found however much was read since', () => {
  const columns = new StayColumns();
  const trace = new LaneTrace(columns.memory);
  columns.makeRoomFor(2500);
  for (let at = 0; at < 2500; at++) {
    trace.add(at, at, at % 100 === 7 ? 'AB12345' : 'ZX98701');
    columns.setLeftAt(at, at === 2107 ? 0 : at);
  }
  trace.remove(2307, 2307, 'AB12345');
  const leftSince = (at: number): number[] => {
    const found: number[] = [];
    trace.leftSince(at, ['AB12346'], found);
    return found;
  };
  assert.deepEqual(leftSince(2490), []);
  assert.deepEqual(leftSince(2000), [2407, 2207, 2007]);
  assert.equal(leftSince(1).length, 23);
});

test('who left since is found at the lanes that the garage met later too, and no others', () => {
  const columns = new StayColumns();
  const lanes = Array.from({ length: 4 }, () => new LaneTrace(columns.memory));
  for (let i = 1; i < 3; i++) lanes[i]!.follow(lanes[i - 1]!);
  columns.makeRoomFor(8);
  for (let slot = 0; slot < 8; slot++) {
    lanes[slot % 4]!.add(100 + slot, slot, slot < 4 ? 'AB12345' : 'ZX98701');
    columns.setLeftAt(slot, slot === 6 ? 0 : 100 + slot);
  }
  const found = (find: (slots: number[]) => void): number[] => {
    const slots: number[] = [];
    find(slots);
    return slots.sort((a, b) => a - b);
  };
  assert.deepEqual(found((slots) => lanes[0]!.leftSince(101, ['AB12346'], slots)), [1, 2]);
  assert.deepEqual(found((slots) => lanes[1]!.leftSince(0, ['AB12346'], slots)), [1, 2]);
  assert.deepEqual(found((slots) => lanes[0]!.endedSince(102, 1, slots)), [2, 4, 5]);
  assert.deepEqual(found((slots) => lanes[0]!.endedSince(0, 105, slots)), [5]);
});

test('of the plates read here those are found of which three letters, or all but one, stand in the same place, some less at their ends', () => {
  const letters = fc.constantFrom('A', 'B', '1', '2', 'Ø', 'Ж');
  const anyPlate = fc.array(letters, { maxLength: 18, size: 'max' }).map((each) => each.join(''));
  // More than can be sought in one go too.
  const plates = fc.oneof(
    { weight: 4, arbitrary: fc.array(anyPlate, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(anyPlate, { minLength: 33, maxLength: 70, size: 'max' }) },
  );
  fc.assert(fc.property(plates, fc.array(anyPlate, { maxLength: 8 }), (sought, known) => {
    const columns = new StayColumns();
    const trace = new LaneTrace(columns.memory);
    columns.makeRoomFor(known.length);
    known.forEach((each, slot) => {
      trace.add(slot, slot, each);
      columns.setLeftAt(slot, 1000);
    });
    const left: number[] = [];
    trace.leftSince(0, sought, left);
    const alike = known.flatMap((each, slot) => (sought.some((one) => couldBeSame(each, one)) ? [slot] : []));
    assert.deepEqual(left.sort((a, b) => a - b), alike);
    for (const one of sought) {
      assert.deepEqual([...trace.near(0, 100, 0, one)].reverse(), known.flatMap((each, slot) => (couldBeSame(each, one) ? [slot] : [])));
    }
  }), { numRuns: 500 });
});

/** Letter by letter: of a known one that is longer than is kept, or of a letter that no byte can say, nothing tells that it is another. */
function couldBeSame(known: string, sought: string): boolean {
  if (known.length > 15 || known.includes('Ж')) return true;
  const shorter = Math.min(known.length, sought.length);
  const same = (knownFrom: number, soughtFrom: number): number =>
    [...known.slice(knownFrom, knownFrom + shorter)].filter((letter, i) => letter === sought[soughtFrom + i]).length;
  const longer = Math.abs(known.length - sought.length);
  // Of one that is sought no more letters are known than are kept.
  const between = Math.abs(known.length - Math.min(16, sought.length));
  const lost = [0, longer, ...[1, 2, 3].filter((i) => i < between)];
  const alike = Math.max(...lost.map((i) => (known.length > shorter ? same(i, 0) : same(0, i))));
  return alike >= Math.min(3, shorter - 1);
}
