import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead } from '../../records/records.ts';
import { outcomesOf } from '../test-outcomes.ts';
import { day, garageOf, hour, minute, readOf, second, settings, start, TestGarage } from '../test-garage.ts';
import { askedAfter, KEPT_INTERVALS, timeMade, withCorrection, type ClockCorrection } from './clock-correction.ts';
import { intervalOf } from './intervals.ts';
import { isWithin, traffic } from './test-traffic.ts';

const interval = intervalOf(start);
const right: ClockCorrection = { from: interval - 8, areOthersRight: true, offByMs: 0 };

describe('when a read was made', () => {
  const made = (lagMs: number, corrections: readonly ClockCorrection[], timing: CameraRead['timing'] = ''): number =>
    timeMade(readOf('in', 0, { receivedAt: start + lagMs, timing }), corrections, () => false) - start;
  const behind = [{ ...right, offByMs: 2 * minute }];
  const ahead = [{ ...right, offByMs: -2 * minute }];

  test('is what its camera says, where nothing is known of the other cameras, or they are off as well', () => {
    for (const known of [[], [{ ...right, areOthersRight: false, offByMs: minute }]]) {
      assert.deepEqual([-hour, -10 * second, 0, minute, hour].map((lag) => made(lag, known)), [0, 0, 0, 0, 0]);
    }
  });

  test('is a moment before it came in, where it came before it was made', () => {
    assert.equal(made(-minute, [right]), -minute - second);
    assert.equal(made(-2 * second, [right]), 0, 'our clocks and theirs differ by as much');
  });

  test('is a moment before it came in, where it came as late as its camera is behind', () => {
    for (const lag of [minute + 30 * second, 2 * minute, 3 * minute]) assert.equal(made(lag, behind), lag - second);
    assert.equal(made(2 * minute, [right]), 0, 'a camera that is right was late');
  });

  test('is off by what its camera is, where it was late as well or the camera had kept it', () => {
    assert.equal(made(hour, behind), 2 * minute - second);
    assert.equal(made(2 * minute, behind, 'backfill'), 2 * minute - second);
    assert.equal(made(hour, ahead), -2 * minute - second);
  });

  test('goes by what was known for its interval', () => {
    const later = { ...right, from: interval + 1, offByMs: 2 * minute };
    assert.equal(made(2 * minute, [right, later]), 0);
    assert.equal(made(2 * minute, [right, { ...later, from: interval }]), 2 * minute - second);
  });
});

test('a clock that drifts is followed by steps, and what is over for half a day is forgotten', () => {
  const after = (offByMs: number, from: number): ClockCorrection => ({ from, areOthersRight: true, offByMs });
  let corrections = [right] as readonly ClockCorrection[];
  for (let n = 1; n <= 8; n++) corrections = withCorrection(corrections, after(20 * second + n * second, interval + n));
  assert.deepEqual(corrections.map(({ offByMs }) => offByMs / second), [0, 21, 27]);
  assert.deepEqual(askedAfter(interval + 8, corrections), corrections);
  const much = interval + 3 + KEPT_INTERVALS;
  assert.deepEqual(askedAfter(much, corrections), [{ ...corrections[1], from: 0 }, corrections[2]]);
  assert.deepEqual(askedAfter(much + 100, corrections), [{ ...corrections[2], from: 0 }]);
  assert.equal(askedAfter(much, askedAfter(much, corrections)).length, 2);
});

/** Each lane has a second camera, beside the first. */
const twoEach = garageOf({
  lanes: garageOf().lanes.map((lane) => ({ ...lane, cameras: [...lane.cameras, { ...lane.cameras[0]!, cameraId: `${lane.laneId}-beside` }] })),
});

/** Traffic that both cameras see, two seconds apart; from noon of the second day on the second camera of a lane is off. */
function seenTwice(laneId: string, offMs: number, days = 2): CameraRead[] {
  return traffic(days).flatMap((read) => {
    const beside = { ...read, readId: `${read.readId}-beside`, cameraId: `${read.laneId}-beside` };
    const isOff = read.laneId === laneId && read.capturedAt >= start + day + 12 * hour;
    return [read, { ...beside, capturedAt: read.capturedAt + 2 * second + (isOff ? offMs : 0), receivedAt: read.receivedAt + 2 * second }];
  });
}

const flagged = ({ told }: TestGarage, from: number, to: number): string[] => told.irregularities
  .filter(({ at, type }) => isWithin(at - start, from, to) && !/^(clock|camera)_/.test(type)).map(({ type }) => type);

describe('a camera with a wrong clock beside one that is right', () => {
  // Seen at once if it is ahead; if it is behind, once some reads have come as late as each other.
  for (const [laneId, offMs, knownAt] of [
    ['in', 90 * second, 12 * hour], ['out', 3 * minute, 12 * hour], ['in', -90 * second, 12.75 * hour], ['out', -3 * minute, 12.5 * hour],
    ['gate', -hour, 16.5 * hour],
  ] as const) {
    test(`at ${laneId}, off by ${offMs / second} s, sees nobody a second time once that is known`, () => {
      const garage = new TestGarage(twoEach).see(...seenTwice(laneId, offMs)).advance(2 * day);
      const known = day + knownAt;
      assert.deepEqual(flagged(garage, known, 2 * day), []);
      const visits = garage.told.visits.filter(({ enteredAt }) => enteredAt! >= start + known);
      assert.ok(visits.length > 30);
      for (const { status, enteredAt, exitedAt } of visits) {
        assert.equal(status, 'closed');
        assert.ok(Math.abs(exitedAt! - enteredAt! - hour - 2 * minute) <= 5 * second, 'they all stay for 62 minutes');
      }
    });
  }

  test('sees nobody a second time where every camera of the garage is off, one ahead and the other behind', () => {
    const reads = seenTwice('none', 0).map((read) =>
      ({ ...read, capturedAt: read.capturedAt + (read.cameraId.endsWith('-beside') ? 50 : -40) * second }));
    const garage = new TestGarage(twoEach).see(...reads).advance(2 * day);
    assert.deepEqual(flagged(garage, day, 2 * day), []);
    const told = garage.told.irregularities.filter(({ type }) => type === 'clock_skew').map(({ cameraId }) => cameraId);
    assert.deepEqual(new Set(told), new Set(twoEach.lanes.flatMap(({ cameras }) => cameras.map(({ cameraId }) => cameraId))));
  });

  test('where all cameras come before they were made, ours is wrong and theirs are believed', () => {
    const early = traffic(2).map((read) => ({ ...read, receivedAt: read.receivedAt - 10 * minute }));
    const [inTime, tooEarly] = [traffic(2), early].map((reads) => outcomesOf(new TestGarage().see(...reads).advance(3 * day).told));
    assert.deepEqual(tooEarly, inTime);
  });

  test('makes the same of its reads in any order within the allowed lateness, and after a restart anywhere', () => {
    const worlds = fc.record({
      laneId: fc.constantFrom('in', 'out', 'gate'),
      offMs: fc.oneof(fc.integer({ min: -5 * minute, max: -6 * second }), fc.integer({ min: 11 * second, max: 5 * minute })),
      delays: fc.array(fc.integer({ min: 0, max: settings.allowedLatenessMs - 1 }), { minLength: 5, maxLength: 31 }),
      restarts: fc.uniqueArray(fc.nat({ max: 1_500 }), { maxLength: 4 }),
    });
    let corrected = 0;
    fc.assert(fc.property(worlds, ({ laneId, offMs, delays, restarts }) => {
      const reads = seenTwice(laneId, offMs);
      const seenAt = ({ capturedAt, receivedAt }: CameraRead): number => Math.min(capturedAt, receivedAt);
      const inOrder = reads.toSorted((one, other) => seenAt(one) - seenAt(other));
      const delayed = inOrder.map((read, n) => ({ read, at: seenAt(read) + delays[n % delays.length]! }))
        .sort((one, other) => one.at - other.at).map(({ read }) => read);
      const steady = new TestGarage(twoEach).see(...inOrder).advance(2 * day);
      const disturbed = new TestGarage(twoEach);
      for (const [n, read] of delayed.entries()) {
        if (restarts.includes(n)) disturbed.restart();
        disturbed.see(read);
      }
      disturbed.advance(2 * day);
      assert.deepEqual(outcomesOf(disturbed.told), outcomesOf(steady.told));
      corrected += flagged(steady, day + 15 * hour, 2 * day).length === 0 ? 1 : 0;
    }), { numRuns: 12 });
    assert.ok(corrected > 0);
  });
});
