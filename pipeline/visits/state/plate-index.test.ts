import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlateEvidence } from '../matching/evidence.ts';
import { areNear as areNearEvidences, PlateIndex } from './plate-index.ts';
import { writeClasses } from '../matching/symbols.ts';
import { TaskMemory } from './task-memory.ts';
import { anyEvidence, anyPlate, read } from '../matching/test-evidence.ts';
import { isTwin } from '../matching/twins.ts';

const memory = new TaskMemory();

interface Stored {
  readonly id: number;
  readonly evidence: PlateEvidence;
}

/** Enough for several blocks of 32. */
const stored = fc.array(anyEvidence, { maxLength: 100 }).map((evidences): Stored[] =>
  evidences.map((evidence, i) => ({ id: i % 30, evidence })));

test('all stored plates near the plate are found, and no others', () => {
  fc.assert(fc.property(stored, anyPlate, (all, plate) => {
    const near = all.filter(({ evidence }) => platesOf(evidence).some((other) => areNear(plate, other)))
      .map(({ id }) => id);
    assert.deepEqual(indexOf(all).near(read(plate)), [...new Set(near)].sort((a, b) => a - b));
  }), { numRuns: 500 });
});

test('by a candidate of the sought plate those are found that are an edit from it, or come to the same by one in each', () => {
  fc.assert(fc.property(stored, anyPlate, (all, plate) => {
    const rests = restsOf(plate);
    const near = all.filter(({ evidence }) => platesOf(evidence).some((other) =>
      areNear(plate, other) && restsOf(other).some((rest) => rests.includes(rest)))).map(({ id }) => id);
    const sought = read('', 0.5, [{ plate, confidence: 0.5 }]);
    assert.deepEqual(indexOf(all).near(sought), [...new Set(near)].sort((a, b) => a - b));
  }), { numRuns: 500 });
});

test('plates made by one or two edits of a plate are found', () => {
  const edit = fc.tuple(fc.nat(), fc.constantFrom('lost', 'added', 'replaced', 'swapped'), fc.constantFrom(...'ABDOQ0138KÅЖ'));
  const plates = fc.string({ unit: fc.constantFrom(...'ABELV01234'), minLength: 6, maxLength: 9 });
  fc.assert(fc.property(plates, fc.array(edit, { maxLength: 2 }), (plate, edits) => {
    // Swapped neighbours are two edits by themselves.
    const swap = edits.find(([, kind]) => kind === 'swapped');
    const changed = (swap === undefined ? edits : [swap]).reduce(edited, plate);
    assert.deepEqual(indexOf([{ id: 0, evidence: read(plate) }]).near(read(changed)), [0]);
  }), { numRuns: 1000 });
});

test('in a large garage, where vehicles come and go, all are found that are near, and no others', () => {
  const fleet = fc.tuple(fc.constantFrom('EL', 'VP', 'AB'), fc.integer({ min: 10_000, max: 10_400 })).map(([letters, number]) => read(letters + number));
  const manyPlates = fc.array(fc.oneof(fleet, anyEvidence), { minLength: 300, maxLength: 900, size: 'max' });
  fc.assert(fc.property(manyPlates, fc.func(fc.boolean()), fc.array(anyPlate, { minLength: 5 }), (evidences, stays, asked) => {
    const all = evidences.map((evidence, id): Stored => ({ id, evidence }));
    const index = new PlateIndex(memory);
    const places = all.map(({ id, evidence }) => index.add(id, evidence));
    const inside = all.filter(({ id }) => stays(id));
    for (const { id, evidence } of all) {
      if (inside.some((one) => one.id === id)) continue;
      // It makes no difference who says where.
      if (id % 3 === 0) index.remove(id, evidence);
      else index.removeAt(id, places[id]!);
    }
    // They take numbers that others had.
    const later = inside.slice(0, 100).map(({ id, evidence }): Stored => ({ id: id + 1000, evidence }));
    for (const { id, evidence } of later) index.add(id, evidence);
    const left = [...inside, ...later];
    for (const plate of asked) {
      const near = left.filter(({ evidence }) => platesOf(evidence).some((other) => areNear(plate, other))).map(({ id }) => id);
      assert.deepEqual(index.near(read(plate)), near);
    }
  }), { numRuns: 20 });
});

test('a candidate of either side is enough', () => {
  const misread = read('KX90467', 0.5, [{ plate: 'CF51238', confidence: 0.3 }]);
  assert.deepEqual(indexOf([{ id: 0, evidence: misread }]).near(read('CF51238')), [0]);
  assert.deepEqual(indexOf([{ id: 0, evidence: read('CF51238') }]).near(misread), [0]);
});

test('what was removed is not found, and nothing else is lost', () => {
  fc.assert(fc.property(stored, fc.func(fc.boolean()), anyEvidence, (all, stays, sought) => {
    const index = new PlateIndex(memory);
    const toldWhere = new PlateIndex(memory);
    const left = all.filter(({ id, evidence }) => {
      index.add(id, evidence);
      const place = toldWhere.add(id, evidence);
      const isLeft = stays(evidence.plate, id);
      if (isLeft) return true;
      index.remove(id, evidence);
      toldWhere.removeAt(id, place);
      return false;
    });
    for (const each of [index, toldWhere]) {
      assert.equal(each.size, left.length);
      assert.deepEqual(each.near(sought), indexOf(left).near(sought));
    }
  }));
});

test('nothing is taken out of a place where another stands', () => {
  const index = new PlateIndex(memory);
  const place = index.add(1, read('EL10180'));
  assert.throws(() => index.removeAt(2, place), /not those of 2/);
  assert.deepEqual(index.near(read('EL10180')), [1]);
});

test('two evidences are near if one would be found by the other', () => {
  fc.assert(fc.property(anyEvidence, anyEvidence, (sought, stored) => {
    assert.equal(areNearEvidences(sought, stored), indexOf([{ id: 0, evidence: stored }]).near(sought).length > 0);
  }), { numRuns: 2000 });
});

test('who asks is left out, and nobody else', () => {
  fc.assert(fc.property(stored, anyEvidence, fc.nat({ max: 29 }), (all, sought, asker) => {
    const index = indexOf(all);
    index.search(sought, asker);
    const found = new Set(index.ids());
    assert.deepEqual(found, new Set(index.near(sought).filter((id) => id !== asker)));
    // As if it had been left out from the start.
    index.leaveOut(asker);
    assert.deepEqual(new Set(index.ids()), found);
  }));
});

test('of those near, those are told apart that are twins or have the plate among their candidates', () => {
  fc.assert(fc.property(stored, anyEvidence, (all, sought) => {
    const index = indexOf(all);
    index.search(sought, -1);
    const twins = all.filter(({ evidence }) => platesOf(evidence).some((plate) => isTwin(sought.plate, read(plate)) && areNear(sought.plate, plate)));
    assert.deepEqual(new Set(index.twinIds()), new Set(twins.map(({ id }) => id)));
  }));
});

test('the order in which plates came does not matter', () => {
  fc.assert(fc.property(stored, anyEvidence, (all, sought) => {
    assert.deepEqual(indexOf(all.toReversed()).near(sought), indexOf(all).near(sought));
  }));
});

test('a vehicle without a plate is near none', () => {
  const index = indexOf([{ id: 0, evidence: read('') }, { id: 1, evidence: read('A') }]);
  assert.equal(index.size, 2);
  assert.deepEqual(index.near(read('')), []);
});

function indexOf(all: readonly Stored[]): PlateIndex {
  const index = new PlateIndex(memory);
  for (const { id, evidence } of all) index.add(id, evidence);
  return index;
}

function platesOf({ plate, candidates }: PlateEvidence): string[] {
  return [plate, ...candidates.map((candidate) => candidate.plate)];
}

/** What near means, in the plainest way. */
function areNear(plate: string, other: string): boolean {
  const [one, two] = [classesOf(plate), classesOf(other)];
  const [shorter, longer] = one.length <= two.length ? [one, two] : [two, one];
  if (shorter.length === 0) return false;
  const allowed = shorter.length >= 4 ? 2 : shorter.length >= 2 ? 1 : 0;
  const isLessAnEnd = longer.length === shorter.length + 3 && shorter.length >= 4 &&
    [longer.slice(3), longer.slice(0, -3)].some((rest) => rest.join() === shorter.join());
  return isLessAnEnd || distance(one, two) <= allowed;
}

function classesOf(plate: string): number[] {
  const classes = new Uint8Array(16);
  return [...classes.subarray(0, writeClasses(plate, classes))];
}

/** Itself, itself less each character, and less three at an end. */
function restsOf(plate: string): string[] {
  const classes = classesOf(plate);
  const rests = [classes, ...classes.map((_, i) => classes.toSpliced(i, 1))];
  if (classes.length >= 7) rests.push(classes.slice(3), classes.slice(0, -3));
  return rests.map((rest) => rest.join());
}

function distance(one: readonly number[], other: readonly number[]): number {
  let row = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= one.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j++) {
      row.push(Math.min(above[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1), above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[other.length]!;
}

function edited(plate: string, [place, kind, character]: [number, string, string]): string {
  const at = place % plate.length;
  const [before, behind] = [plate.slice(0, at), plate.slice(at + 1)];
  switch (kind) {
    case 'lost': return before + behind;
    case 'added': return before + character + plate.slice(at);
    case 'replaced': return before + character + behind;
    default: return before + behind.slice(0, 1) + plate[at]! + behind.slice(1);
  }
}
