import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead, Direction, GarageSettings } from '../records/records.ts';
import { garageOf, hour, minute, readOf, second, TestGarage } from './test-garage.ts';
import { outcomesOf } from './test-outcomes.ts';

/**
 * Vehicles whose plates are a character or two apart come and go, and turn round, at a garage where the clock goes on: another
 * vehicle is read every 12 seconds, at two cameras in turn. Some directions nobody told, some reads are of one instant. What
 * `README.md` names as known to differ is left out: crowds, and what is older than a horizon of minutes.
 */
const settings: GarageSettings = {
  passageGapMs: 10 * second, allowedLatenessMs: minute, horizonMs: 2 * hour, forgetAfterMs: 5 * minute, overstayAfterMs: 2 * minute,
};
const spanMs = 12 * minute;
const settledMs = spanMs + settings.forgetAfterMs + 2 * settings.allowedLatenessMs;

const plates = ['NF75583', 'NF7S583', 'NF75S83', 'NF75588', 'ZX98701', 'KLM777'];
const lanes: readonly (readonly [laneId: string, direction: Direction])[] = [
  ['in', 'UNKNOWN'], ['in', 'IN'], ['out', 'UNKNOWN'], ['out', 'OUT'], ['gate', 'UNKNOWN'], ['gate', 'IN'], ['gate', 'OUT'],
];

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
  number: fc.integer({ min: 0, max: 1_000_000 }),
});
const arrivals = fc.uniqueArray(arrival, { minLength: 3, maxLength: 10, selector: ({ number }) => number }).map((made): Arrival[] => [
  ...traffic,
  ...made.map(({ lane: [laneId, direction], plate, step, delay, confidence, number }): Arrival =>
    [readOf(laneId, (4 * step + 1) * second, { readId: `r${number}`, plate, direction, confidence }), delay]),
]);

test('any order within the allowed lateness gives the same pairs of near-identical plates, and is as sure of them', () => {
  fc.assert(fc.property(arrivals, (reads) => {
    const asTheyCame = cameIn(reads);
    const inOrder = reads.toSorted((a, b) => a[0].capturedAt - b[0].capturedAt);
    assert.deepEqual(told(asTheyCame), told(inOrder));
  }), { numRuns: 300 });
});

test('any order within the allowed lateness makes one passage of a vehicle that stands and is misread in between', () => {
  const delay = fc.integer({ min: 0, max: settings.allowedLatenessMs });
  const standing = fc.record({
    lane: fc.constantFrom(...lanes), step: fc.integer({ min: 0, max: spanMs / (4 * second) - 2 }), delays: fc.tuple(delay, delay, delay),
    number: fc.integer({ min: 0, max: 1_000_000 }),
  });
  const plateOf = (nth: number) => (nth === 1 ? { plate: 'EK72845', confidence: 0.7 } : { plate: 'EK12345', confidence: 0.9 });
  const standings = fc.uniqueArray(standing, { minLength: 1, maxLength: 3, selector: ({ number }) => number }).map((made) =>
    made.flatMap(({ lane: [laneId, direction], step, delays, number }) => delays.map((late, nth): Arrival =>
      [readOf(laneId, (4 * (step + nth) + 1) * second, { readId: `s${number} ${nth}`, direction, ...plateOf(nth) }), late])));
  let joined = 0;
  fc.assert(fc.property(standings, arrivals, (stood, reads) => {
    const all = [...reads, ...stood];
    const inOrder = told(all.toSorted((a, b) => a[0].capturedAt - b[0].capturedAt));
    assert.deepEqual(told(cameIn(all)), inOrder);
    if (!inOrder.some((line) => line.includes('EK72845'))) joined++;
  }), { numRuns: 200 });
  assert.ok(joined > 100, `in ${joined} cases only nothing was told of the misread`);
});

function cameIn(reads: readonly Arrival[]): Arrival[] {
  return reads.toSorted((a, b) => a[0].capturedAt + a[1] - b[0].capturedAt - b[1]);
}

function told(reads: readonly Arrival[]): string[] {
  const { told: all } = new TestGarage(garageOf({ settings })).see(...reads.map(([read]) => read)).advance(settledMs);
  assert.ok(all.visits.every(({ status }) => status !== 'open'), 'a vehicle stays inside for ever');
  return outcomesOf(all);
}

type Pass = readonly [at: number, laneId: string, direction: Direction, plate: string, confidence?: number];
/** Each of these was told otherwise once, where the last of the reads came in a minute late. */
const cases: readonly (readonly [what: string, passes: readonly Pass[]])[] = [
  ['a passage that nobody told the direction of, and then an entry of its plate', [
    [497, 'gate', 'IN', 'NF7S583'], [589, 'gate', 'UNKNOWN', 'NF75583'], [625, 'in', 'IN', 'NF75583'],
  ]],
  ['a passage that nobody told the direction of, and then an exit of its plate', [
    [377, 'in', 'IN', 'NF7S583'], [565, 'gate', 'UNKNOWN', 'NF75S83'], [589, 'gate', 'OUT', 'NF75S83'],
  ]],
  ['an exit that nobody told, after one that may be of the same vehicle', [
    [97, 'in', 'UNKNOWN', 'NF7S583'], [145, 'in', 'IN', 'NF75583', 0.7], [337, 'out', 'OUT', 'NF75588'],
    [353, 'gate', 'UNKNOWN', 'NF7S583'],
  ]],
  ['an exit that nobody told, and then an entry of its plate', [
    [57, 'in', 'IN', 'NF75583'], [101, 'gate', 'UNKNOWN', 'NF7S583'], [141, 'gate', 'UNKNOWN', 'NF75583'], [149, 'in', 'IN', 'NF75583'],
  ]],
  ['an exit that is read once more', [
    [25, 'in', 'IN', 'NF7S583'], [289, 'out', 'OUT', 'NF75588', 0.7], [293, 'out', 'UNKNOWN', 'NF75588'],
  ]],
  ['an exit at whose lane the vehicle turned round', [
    [593, 'in', 'UNKNOWN', 'NF7S583'], [601, 'out', 'UNKNOWN', 'NF75S83'], [645, 'gate', 'OUT', 'NF75583'], [653, 'gate', 'IN', 'NF75583'],
  ]],
  ['an exit at whose lane the vehicle turned round, after a passage that nobody told the direction of', [
    [373, 'in', 'UNKNOWN', 'NF75S83'], [405, 'gate', 'UNKNOWN', 'NF75583'], [613, 'gate', 'OUT', 'NF75583'], [617, 'gate', 'IN', 'NF7S583'],
  ]],
  ['an exit after which the vehicle seemed to be seen again, and which was another\'s', [
    [141, 'in', 'UNKNOWN', 'NF75S83'], [169, 'in', 'UNKNOWN', 'NF7S583'], [205, 'in', 'UNKNOWN', 'NF75583'], [245, 'gate', 'OUT', 'NF7S583'],
    [257, 'gate', 'UNKNOWN', 'NF7S583'], [241, 'out', 'UNKNOWN', 'NF7S583', 0.7],
  ]],
  ['an exit that was decided on, of another plate once it is read again', [
    [269, 'in', 'UNKNOWN', 'NF7S583'], [329, 'in', 'UNKNOWN', 'NF75583'], [565, 'out', 'UNKNOWN', 'NF75583'], [625, 'out', 'UNKNOWN', 'NF7S583'],
    [633, 'out', 'OUT', 'NF75583'],
  ]],
  ['an exit of a passage that nobody told the direction of, read at the very instant of another\'s exit', [
    [205, 'in', 'UNKNOWN', 'NF75588'], [349, 'in', 'UNKNOWN', 'NF75S83'], [501, 'gate', 'UNKNOWN', 'NF75583'], [501, 'out', 'OUT', 'NF7S583'],
    [541, 'out', 'OUT', 'NF75583'],
  ]],
  ['a look-alike that came in at the very instant of an exit, once more as what had left', [
    [1, 'in', 'UNKNOWN', 'NF75583'], [289, 'out', 'OUT', 'NF75583'], [289, 'in', 'UNKNOWN', 'NF7S583'], [297, 'in', 'UNKNOWN', 'NF75583'],
  ]],
  ['an exit once more, as of another plate, after what it ended had been an exit itself', [
    [1, 'in', 'UNKNOWN', 'NF75S83'], [45, 'in', 'UNKNOWN', 'NF75S83'], [57, 'out', 'UNKNOWN', 'NF7S583', 0.7],
    [193, 'gate', 'UNKNOWN', 'NF75583'], [489, 'gate', 'OUT', 'NF7S583'], [489, 'in', 'UNKNOWN', 'NF75583'],
    [497, 'gate', 'UNKNOWN', 'NF7S583'], [505, 'gate', 'OUT', 'NF75583'],
  ]],
  ['a passage that nobody told the direction of, once more as an entry', [
    [1, 'in', 'UNKNOWN', 'NF75583'], [13, 'gate', 'UNKNOWN', 'NF7S583'], [81, 'out', 'OUT', 'NF75583'],
    [309, 'gate', 'UNKNOWN', 'NF75583'], [317, 'gate', 'IN', 'NF75583'],
  ]],
  ['a passage that nobody told the direction of, after an exit that is decided to be another\'s', [
    [133, 'in', 'UNKNOWN', 'NF75S83'], [134, 'out', 'OUT', 'NF75583'], [145, 'in', 'UNKNOWN', 'NF75583'],
    [181, 'gate', 'UNKNOWN', 'NF75583'], [361, 'gate', 'OUT', 'NF75S83'], [429, 'gate', 'UNKNOWN', 'NF75S83'],
  ]],
];
for (const [what, passes] of cases) {
  test(`it makes no difference when this comes in: ${what}`, () => {
    const reads = passes.map(([at, laneId, direction, plate, confidence = 1]): Arrival =>
      [readOf(laneId, at * second, { readId: `r${at}`, plate, direction, confidence }), 0]);
    const late = reads.with(-1, [reads.at(-1)![0], 59 * second]);
    const inOrder = [...traffic, ...reads].toSorted((a, b) => a[0].capturedAt - b[0].capturedAt);
    assert.deepEqual(told(cameIn([...traffic, ...late])), told(inOrder));
  });
}

test('of two exits of one instant, the other is decided on as well when the first turns out to be another vehicle\'s', () => {
  const passes: readonly Pass[] = [
    [261, 'in', 'UNKNOWN', 'NF75S83', 0.7], [333, 'in', 'UNKNOWN', 'NF7S583', 0.7], [377, 'gate', 'OUT', 'NF7S583', 0.7],
    [377, 'out', 'UNKNOWN', 'NF7S583', 0.7],
  ];
  const reads = passes.map(([at, laneId, direction, plate, confidence]) =>
    readOf(laneId, at * second, { readId: `r${at} ${laneId === 'gate' ? 2 : 1}`, plate, direction, confidence: confidence! }));
  const garage = new TestGarage(garageOf({ settings })).see(...reads).advance(settledMs);
  assert.deepEqual(garage.told.visits.map(({ status }) => status), ['unclosed', 'closed']);
  const told = garage.told.all.length;
  assert.equal(garage.restart().advance(settledMs + second).told.all.length, told, 'nothing was still to be done');
});

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
