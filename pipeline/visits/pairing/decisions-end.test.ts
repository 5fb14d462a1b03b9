import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead, Direction } from '../../records/records.ts';
import { comparePassages, type Passage } from '../passages/passages.ts';
import { garageOf, hour, minute, readOf, start, TestGarage } from '../test-garage.ts';

/**
 * Cars of one fleet, whose plates differ in their last character, come in and leave shortly after one another, some misread. Each decision on
 * an exit may make others doubtful: `../settling.ts` says why that ends.
 */
const fleet = ['LC69XLJ', 'LC69XLK', 'LC69XLM', 'LC69XLN', 'LC69XLR'];

type Pass = readonly [at: number, laneId: string, direction: Direction, plate: string, confidence: number];

const passesAt = (from: number, to: number, ...lanes: readonly (readonly [laneId: string, direction: Direction])[]) =>
  fc.array(fc.tuple(
    fc.integer({ min: from, max: to }), fc.constantFrom(...lanes), fc.constantFrom(...fleet), fc.constantFrom(0.7, 0.8, 1),
  ).map(([at, [laneId, direction], plate, confidence]): Pass => [at, laneId, direction, plate, confidence]), { minLength: 3, maxLength: 8 });
const entries = passesAt(0, 240, ['in', 'IN']);
const exits = passesAt(240, 250, ['out', 'OUT'], ['out', 'IN'], ['gate', 'UNKNOWN']);

/** Fails where an exit is weighed at one input more often than it takes. @param isSettledAtOnce by one move of the clock, else as reads come */
function seeDecided(passes: readonly Pass[], isSettledAtOnce: boolean): void {
  const garage = new TestGarage(garageOf());
  let decided: { readonly exit: Passage; times: number }[] = [];
  const weighed = ({ exit }: { readonly exit: Passage }): void => {
    let known = decided.find((each) => comparePassages(each.exit, exit) === 0);
    if (known === undefined) decided.push(known = { exit, times: 0 });
    known.times++;
    assert.ok(known.times <= 4 * passes.length, 'deciding on the exits does not end');
  };
  Object.assign(garage.told, { weighed });
  const seen = (read: CameraRead): void => {
    decided = [];
    garage.see(read);
    if (!isSettledAtOnce) garage.advance(read.capturedAt - start);
  };
  passes.map(([at, laneId, direction, plate, confidence], nth) =>
    readOf(laneId, at * minute, { readId: `r${nth}`, direction, plate, confidence, country: 'GB' }))
    .sort((a, b) => a.capturedAt - b.capturedAt).forEach(seen);
  decided = [];
  garage.advance(6 * hour);
}

test('two exits that make each other doubtful, for the stay that either leaves over is the other\'s, are decided on all the same', () => {
  const passes: readonly Pass[] = [
    [0, 'in', 'IN', 'LC69XLM', 0.7], [1, 'in', 'IN', 'LC69XLJ', 0.7], [240, 'gate', 'UNKNOWN', 'LC69XLJ', 0.7],
    [240, 'out', 'OUT', 'LC69XLK', 0.7], [241, 'out', 'OUT', 'LC69XLR', 0.7], [248, 'out', 'OUT', 'LC69XLM', 0.7],
  ];
  for (const isSettledAtOnce of [true, false]) seeDecided(passes, isSettledAtOnce);
});

test('however a fleet of near-identical plates comes and leaves, each exit is decided on a few times', () => {
  fc.assert(fc.property(entries, exits, fc.boolean(), (came, left, isSettledAtOnce) => {
    seeDecided([...came, ...left], isSettledAtOnce);
  }), { numRuns: 400 });
});
