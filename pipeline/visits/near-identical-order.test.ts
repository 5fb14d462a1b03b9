import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead, Direction } from '../records/records.ts';
import { garageOf, minute, readOf, second, TestGarage } from './test-garage.ts';
import { outcomesOf } from './test-outcomes.ts';

/**
 * Vehicles whose plates are a character or two apart come and go at a garage where the clock goes on: another vehicle is read
 * every 12 seconds, at two cameras in turn. What `README.md` names as known to differ is left out: directions that nobody
 * told, reads of one instant, and crowds.
 */
const settings = {
  passageGapMs: 10 * second, allowedLatenessMs: minute, horizonMs: 4 * minute, forgetAfterMs: 5 * minute, overstayAfterMs: 2 * minute,
};
const spanMs = 12 * minute;
const settledMs = spanMs + settings.forgetAfterMs + 2 * settings.allowedLatenessMs;

const plates = ['NF75583', 'NF7S583', 'NF75S83', 'NF75588', 'ZX98701', 'KLM777'];
const lanes: readonly (readonly [laneId: string, direction: Direction])[] =
  [['in', 'UNKNOWN'], ['in', 'IN'], ['out', 'UNKNOWN'], ['out', 'OUT'], ['gate', 'OUT']];

/** A read, and how much later than captured it comes in. */
type Arrival = readonly [read: CameraRead, delay: number];

const traffic: readonly Arrival[] = Array.from({ length: spanMs / (12 * second) }, (_, i) => {
  const vehicle = i >> 1;
  const plate = `${'BCDFGHJKLMNPQRSTVWXYZ'[vehicle % 21]}${vehicle}${vehicle * 7}Q`;
  return [readOf(i % 2 === 0 ? 'in' : 'out', (12 * i + 3) * second, { readId: `t${i}`, plate, confidence: 1 }), 0];
});

const arrival = fc.record({
  lane: fc.constantFrom(...lanes), plate: fc.constantFrom(...plates), step: fc.integer({ min: 0, max: spanMs / (4 * second) }),
  delay: fc.integer({ min: 0, max: settings.allowedLatenessMs }), confidence: fc.constantFrom(1, 0.7),
});
const arrivals = fc.uniqueArray(arrival, { minLength: 3, maxLength: 10, selector: ({ step }) => step }).map((made): Arrival[] => [
  ...traffic,
  ...made.map(({ lane: [laneId, direction], plate, step, delay, confidence }, i): Arrival =>
    [readOf(laneId, (4 * step + 1) * second, { readId: `r${i}`, plate, direction, confidence }), delay]),
]);

test('any order within the allowed lateness gives the same pairs of near-identical plates, and is as sure of them', () => {
  fc.assert(fc.property(arrivals, (reads) => {
    const asTheyCame = cameIn(reads);
    const inOrder = reads.toSorted((a, b) => a[0].capturedAt - b[0].capturedAt);
    assert.deepEqual(told(asTheyCame), told(inOrder));
  }), { numRuns: 300 });
});

function cameIn(reads: readonly Arrival[]): Arrival[] {
  return reads.toSorted((a, b) => a[0].capturedAt + a[1] - b[0].capturedAt - b[1]);
}

function told(reads: readonly Arrival[]): string[] {
  return outcomesOf(new TestGarage(garageOf({ settings })).see(...reads.map(([read]) => read)).advance(settledMs).told);
}

test('of two exits of one millisecond it makes no difference which came in first', () => {
  for (let id = 0; id < 10; id++) {
    const passes = (laneId: string, direction: Direction, at: number, plate: string, readId = `r${at}`, delay = 0): Arrival =>
      [readOf(laneId, at * second, { readId, plate, direction, confidence: 1 }), delay * second];
    const before = [
      passes('in', 'IN', 1, 'NF75S83'), passes('in', 'IN', 13, 'NF75583'), passes('in', 'IN', 117, 'NF75583'), passes('out', 'OUT', 165, 'NF75583'),
    ];
    const told34SecondsLate = (outLate: boolean, gateLate: boolean): string[] => told(cameIn([
      ...traffic, ...before,
      passes('out', 'OUT', 197, 'NF75S83', `r${id} out`, outLate ? 34 : 0), passes('gate', 'OUT', 197, 'NF75583', `r${id} gate`, gateLate ? 34 : 0),
    ]));
    assert.deepEqual(told34SecondsLate(true, false), told34SecondsLate(false, false));
    assert.deepEqual(told34SecondsLate(false, true), told34SecondsLate(false, false));
  }
});
