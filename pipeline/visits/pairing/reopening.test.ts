import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { passageOf } from '../passages/passages.ts';
import type { Telling } from '../stays/stays.ts';
import { minute, readOf, second, start, TestGarage } from '../test-garage.ts';
import { mayReopen, reopenAfter } from './reopening.ts';

/** Alike in twos; of the others some look as if they might be, but not closely. */
const plate = fc.constantFrom('NF75583', 'NF75583', 'NF75588', 'NF75588', 'NF75538', 'NF55783', 'EL10180');
const leaves = fc.record({ plate, at: fc.integer({ min: 0, max: 60 }), cameIn: fc.boolean() });
const come = fc.record({ plate, at: fc.integer({ min: -300, max: 50 }), candidates: fc.subarray(['NF75588', 'EL10180'], { maxLength: 1 }) });

test('a passage that is said to reopen nothing changes nothing of the exits read after it', () => {
  let harmless = 0;
  let reopened = 0;
  fc.assert(fc.property(fc.array(leaves, { minLength: 1, maxLength: 4 }), come, (left, { plate: own, at, candidates }) => {
    const garage = new TestGarage();
    for (const [i, each] of left.entries()) if (each.cameIn) garage.see(readOf('in', (10 + i) * minute, { plate: each.plate }));
    for (const each of left.toSorted((one, other) => one.at - other.at)) {
      garage.see(readOf('out', 60 * minute + each.at * second, { plate: each.plate }));
    }
    const read = readOf('in', 60 * minute + at * second, {
      plate: own, candidates: candidates.map((candidate) => ({ plate: candidate, confidence: 0.2 })),
    });
    const { rules: { state }, told } = garage;
    const index = state.garage('g1');
    const passage = passageOf(read, index.lane('in'), false);
    state.stays.put('new', {
      visitId: 'new', garageId: 'g1', country: 'NO', plate: own, entry: passage, exit: null, why: null, turnedId: null, followsId: null,
      lastHereAt: null, visit: null, irregularities: [], dueAt: read.capturedAt + minute,
    });
    const may = mayReopen(read.capturedAt, passage.evidence, state.stays, index);
    const [stays, count] = [[...state.stays.entries()], told.all.length];
    const telling: Telling = { stays: state.stays, garage: index, clock: start + 60 * minute, sink: told, mint: () => 'newer', ended: [] };
    reopenAfter(passage, telling);
    const isOtherwise = told.all.length > count || JSON.stringify([...state.stays.entries()]) !== JSON.stringify(stays);
    assert.ok(may || !isOtherwise, 'it had been said to reopen nothing');
    if (isOtherwise) reopened++;
    else if (!may && index.leftSince(read.capturedAt, passage.evidence).length > 0) harmless++;
  }), { numRuns: 400 });
  assert.ok(reopened > 5, `of ${reopened} only it may not be said`);
  assert.ok(harmless > 5, `of ${harmless} only it is said though others left that could be it`);
});
