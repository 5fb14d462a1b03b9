import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead, Direction, Visit } from '../../records/records.ts';
import { enteredIn, insideEvidence } from '../state/presence.ts';
import type { Stay } from '../state/stay.ts';
import { Timelines } from '../stays/stays.ts';
import { garageOf, hour, minute, readOf, second, settings, TestGarage } from '../test-garage.ts';

/**
 * Vehicles that come in and leave, each read once or several times at each lane, in front and from behind, now and then
 * misread or out of order: nearly all of it is plain, and so told without folding. `properties.test.ts` has what is odd.
 */
const PLATES = ['AB12345', 'ZX98701'];

/** Seconds after the first of its reads at the lane, and how many later than captured it comes in: now and then later than is allowed. */
const again = fc.record({
  after: fc.integer({ min: 1, max: settings.passageGapMs / second + 5 }),
  delay: fc.oneof(
    { weight: 7, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: settings.allowedLatenessMs / second, max: 30 * 60 }) },
  ),
  isRear: fc.boolean(),
  isMisread: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  /** From behind: a trailer's plate is seen. */
  isTowing: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
});
const passage = fc.record({
  again: fc.array(again, { maxLength: 4 }),
  isMissed: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  /** At the lane that serves both directions. */
  isAtGate: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
  /** The first of its reads is from behind. */
  isRearFirst: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
});
const stayOf = (plates: readonly string[]) => fc.record({
  plate: fc.constantFrom(...plates),
  outside: fc.integer({ min: 6, max: 90 }),
  inside: fc.integer({ min: 3, max: 90 }),
  entry: passage,
  exit: passage,
});

const garage = garageOf({
  lanes: garageOf().lanes.map((lane) => ({
    ...lane,
    cameras: [...lane.cameras, { ...lane.cameras[0]!, cameraId: `${lane.laneId}-rear`, view: 'rear' }],
  })),
});

const readsOf = (plates: readonly string[]) => fc.array(stayOf(plates), { minLength: 1, maxLength: 8 })
  .map((stays) => cameOf(stays.map((stay) => ({ ...stay, behind: 0 }))));

type Passed = typeof passage extends fc.Arbitrary<infer Each> ? Each : never;

/** @param stays each `behind` seconds after what its other times say */
function cameOf(stays: readonly {
  readonly plate: string; readonly outside: number; readonly inside: number; readonly entry: Passed; readonly exit: Passed;
  readonly behind: number;
}[]): CameraRead[] {
  const arrivals: { read: CameraRead; comesAt: number }[] = [];
  const lastAt = new Map<string, number>();
  for (const { plate, outside, inside, entry, exit, behind } of stays) {
    const enters = (lastAt.get(plate) ?? 0) + outside * minute;
    lastAt.set(plate, enters + inside * minute);
    const entered = enters + behind * second;
    const passages = [['in', entered, entry], ['out', entered + inside * minute, exit]] as const;
    for (const [way, at, { again, isMissed, isAtGate, isRearFirst }] of passages) {
      if (isMissed) continue;
      const laneId = isAtGate ? 'gate' : way;
      const direction: Direction = !isAtGate ? 'UNKNOWN' : way === 'in' ? 'IN' : 'OUT';
      const firstCameraId = `${laneId}-${isRearFirst ? 'rear' : 'camera'}`;
      arrivals.push({ read: readOf(laneId, at, { plate, direction, cameraId: firstCameraId }), comesAt: at });
      for (const { after, delay, isRear, isMisread, isTowing } of again) {
        const cameraId = isRear ? `${laneId}-rear` : `${laneId}-camera`;
        const seenAt = at + after * second;
        const seen = isRear && isTowing ? 'TR6677' : isMisread ? `${plate.slice(0, -1)}B` : plate;
        arrivals.push({ read: readOf(laneId, seenAt, { plate: seen, cameraId, direction }), comesAt: seenAt + delay * second });
      }
    }
  }
  return arrivals.sort((a, b) => a.comesAt - b.comesAt).map(({ read }) => read);
}

const reads = readsOf(PLATES);
/** Two that may each make the other's exit doubtful. */
const alike = readsOf(['AB12345', 'AB12346']);
/** The same two, one close behind the other each time: a read of one is linked to both. */
const convoy = fc.array(fc.record({
  first: stayOf(['AB12345']), entry: passage, exit: passage, behind: fc.integer({ min: 2, max: 20 }),
}), { minLength: 1, maxLength: 4 }).map((stays) => cameOf(stays.flatMap(({ first, entry, exit, behind }) => [
  { ...first, behind: 0 }, { ...first, plate: 'AB12346', entry, exit, behind },
])));

test('folding a timeline anew changes nothing, after each read and when all is told', () => {
  const mint = (): string => assert.fail('a fold without a new read found a new stay');
  fc.assert(fc.property(fc.oneof(reads, alike, convoy), (came) => {
    const testGarage = new TestGarage(garage);
    const { state } = testGarage.rules;
    const foldAnew = (): void => {
      const before = staysIn(testGarage);
      const told = testGarage.told.all.length;
      const { clock } = state.clocks.get('g1')!;
      for (const plate of new Set(before.map((stay) => stay.plate))) {
        const timelines = new Timelines({
          stays: state.stays, garage: state.garage('g1'), clock, mint, sink: testGarage.told, ended: [],
        });
        timelines.of({ country: 'NO', plate });
        timelines.tell();
      }
      assert.equal(testGarage.told.all.length, told);
      assert.deepEqual(staysIn(testGarage), before);
    };
    for (const read of came) {
      testGarage.see(read);
      foldAnew();
    }
    if (came.length === 0) return;
    for (let at = 0; at < 40 * hour; at += 5 * minute) testGarage.advance(at);
    foldAnew();
  }), { numRuns: 300 });
});

test('when those inside came in, and by which plates they are found, is what their stays say after each read', () => {
  fc.assert(fc.property(fc.oneof(reads, shuffledEntry), (came) => {
    const testGarage = new TestGarage(garage);
    for (const read of came) {
      testGarage.see(read);
      const { entered, inside } = testGarage.rules.state.garage('g1');
      const expected = new Map<number, number>();
      for (const stay of staysIn(testGarage)) {
        const interval = enteredIn(stay);
        if (interval !== null) expected.set(interval, (expected.get(interval) ?? 0) + 1);
        const evidence = insideEvidence(stay);
        if (evidence !== null) assert.ok(inside.near(evidence).includes(testGarage.rules.state.stays.slotOf(stay.visitId)));
      }
      assert.deepEqual(sorted(entered), sorted(expected));
    }
  }));
});

/** Reads of one entry about the end of a quarter of an hour, in any order. */
const shuffledEntry = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 5 })
  .map((seconds) => seconds.map((at) => readOf('in', 30 * minute + at * second, { plate: PLATES[0]! })));

const sorted = (counts: ReadonlyMap<number, number>): [number, number][] => [...counts].sort(([one], [other]) => one - other);

const staysIn = (testGarage: TestGarage): Stay[] => [...testGarage.rules.state.stays.entries()].map(([, stay]) => stay);

test('an entry that lost its front view to another vehicle is told as its own plate as soon as its own front is seen', () => {
  const testGarage = new TestGarage(garage);
  const seen = (at: number, plate: string, camera: 'rear' | 'camera'): CameraRead =>
    readOf('in', 6 * minute + at * second, { plate, cameraId: `in-${camera}` });
  const own = seen(20, 'AB12346', 'camera');
  for (const read of [
    seen(0, 'AB12345', 'rear'), seen(19, 'AB12346', 'rear'), seen(20, 'AB1234B', 'camera'), seen(1, 'AB1234B', 'camera'), own,
  ]) testGarage.see(read);
  const told = testGarage.told.all.filter((each): each is Visit => 'visitId' in each);
  const { plate, entryReadId, revision } = told[told.length - 1]!;
  assert.deepEqual({ plate, entryReadId, revision }, { plate: 'AB12346', entryReadId: own.readId, revision: 2 });
});
