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
    const asTheyCame = reads.toSorted((a, b) => a[0].capturedAt + a[1] - b[0].capturedAt - b[1]);
    const inOrder = reads.toSorted((a, b) => a[0].capturedAt - b[0].capturedAt);
    assert.deepEqual(told(asTheyCame), told(inOrder));
  }), { numRuns: 300 });
});

function told(reads: readonly Arrival[]): string[] {
  return outcomesOf(new TestGarage(garageOf({ settings })).see(...reads.map(([read]) => read)).advance(settledMs).told);
}
