import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { controlOf, day, garageOf, hour, minute, readOf, second, start, TestGarage } from '../test-garage.ts';
import { isWithin, traffic, type Befalls } from './test-traffic.ts';

/** A Tuesday: each hour of the week was seen before, once. */
const tuesday = 9 * day;
/** Long enough to be told, short of a horizon. */
const ten = tuesday + 10 * hour;

const troubles = ({ told }: TestGarage): string[] => told.irregularities
  .filter(({ type }) => /^(camera|clock)_/.test(type)).map(({ type, cameraId, status }) => `${type} ${cameraId} ${status}`);
const after = (days: number, befalls?: Befalls): TestGarage => new TestGarage().see(...traffic(days, befalls));
const ofOut = (from: number, to: number, befalls: Befalls): Befalls => (read, at) =>
  (read.laneId === 'out' && isWithin(at, from, to) ? befalls(read, at) : read);
const silent: Befalls = () => null;
const ALL_SILENT = ['camera_silent gate-camera open', 'camera_silent in-camera open', 'camera_silent out-camera open'];

test('of cameras that do as ever nothing is told in weeks', () => {
  assert.deepEqual(troubles(after(20).advance(20 * day + 5 * hour)), []);
});

describe('camera_silent', () => {
  test('is a camera without a read for longer than can be at that hour, told while others are read', () => {
    const reads = traffic(10, ofOut(ten, ten + 4 * hour, silent));
    const untilNoon = reads.filter(({ receivedAt }) => receivedAt < start + ten + 2 * hour);
    const garage = new TestGarage().see(...untilNoon);
    assert.deepEqual(troubles(garage), ['camera_silent out-camera open']);
    const [irregularity] = garage.told.irregularities.filter(({ type }) => type === 'camera_silent');
    assert.equal(irregularity!.severity, 'error');
    assert.match(irregularity!.action, /nothing came since 2026-05-26T10:0/);
    assert.ok(isWithin(irregularity!.at, start + ten, start + ten + 2 * hour));
  });

  test('is told once, and resolved when it reads again, over restarts too', () => {
    const garage = new TestGarage();
    for (const read of traffic(10, ofOut(ten, ten + 4 * hour, silent))) {
      garage.see(read);
      if (read.receivedAt > start + ten && read.laneId === 'in') garage.restart();
    }
    assert.deepEqual(troubles(garage), ['camera_silent out-camera resolved']);
    assert.equal(garage.told.all.filter((told) => 'type' in told && told.type === 'camera_silent').length, 2);
  });

  test('is told by the quiet where one camera alone is left, whose word does not move the clock', () => {
    const lanes = garageOf().lanes.filter(({ laneId }) => laneId !== 'gate');
    const twoCameras = new TestGarage(garageOf({ lanes }));
    for (const read of traffic(10, ofOut(ten, 11 * day, silent))) {
      const { laneId } = read;
      const lastedMs = Math.max(0, read.receivedAt - start - twoCameras.monotonicMs);
      if (twoCameras.monotonicMs > 0) twoCameras.waitQuietly(lastedMs);
      else twoCameras.monotonicMs += lastedMs;
      twoCameras.see(laneId === 'gate' ? { ...read, laneId: 'in', cameraId: 'in-camera' } : read);
    }
    assert.deepEqual(troubles(twoCameras), ['camera_silent out-camera open']);
  });

  test('is none at night, nor in the first days, when nobody knows its rhythm', () => {
    assert.deepEqual(troubles(after(2).see(readOf('in', 2 * day + 12 * hour))), []);
    assert.deepEqual(troubles(after(10).see(readOf('in', 10 * day + 5 * hour), readOf('gate', 10 * day + 5 * hour))), []);
  });

  test('is none on a day on which everybody stays away for some hours', () => {
    const holiday: Befalls = (read, at) => (isWithin(at, ten, ten + 3 * hour) ? null : read);
    assert.deepEqual(troubles(after(10, holiday)), []);
  });

  test('is told of a garage that is cut off by the quiet alone, with the clock moved to when that shows', () => {
    const garage = after(10, (read, at) => (at < ten ? read : null));
    const moves = garage.told.clockMoves.length;
    garage.waitQuietly(hour);
    assert.deepEqual(troubles(garage), []);
    garage.waitQuietly(9 * hour);
    assert.deepEqual(troubles(garage).sort(), ALL_SILENT);
    assert.deepEqual([...new Set(garage.told.clockMoves.slice(moves).map(({ cause }) => cause))], ['tick']);
  });

  test('is none when a replay ends: while the garage is held, time passes unobserved', () => {
    const garage = after(10);
    garage.rules.control(controlOf('hold'), null, 0, garage.told);
    garage.advance(20 * day);
    garage.rules.control(controlOf('release'), null, 0, garage.told);
    assert.deepEqual(troubles(garage), []);
    assert.deepEqual(troubles(after(10).advance(20 * day)).sort(), ALL_SILENT);
  });

  test('is none of a camera whose reads come late: it is alive', () => {
    const late = (read: Parameters<Befalls>[0]) => ({ ...read, receivedAt: read.capturedAt + 40 * minute });
    const garage = after(10, ofOut(ten, ten + 4 * hour, late));
    assert.deepEqual(troubles(garage).filter((told) => told.startsWith('camera_silent')), []);
  });

  test('is resolved by a read that comes too late for its time', () => {
    const garage = after(10, ofOut(ten, 11 * day, silent));
    garage.see(readOf('out', tuesday + 20 * hour + 30 * minute));
    assert.deepEqual(troubles(garage), ['camera_silent out-camera open']);
    assert.deepEqual(troubles(garage.advance(tuesday + 22 * hour)), ['camera_silent out-camera resolved']);
  });

  test('is resolved when the camera is not one of the garage any more, or a person has dismissed it', () => {
    const silentOut = (): TestGarage => after(10, ofOut(ten, 11 * day, silent));
    const removed = silentOut();
    const lanes = garageOf().lanes.filter(({ laneId }) => laneId !== 'out');
    removed.rules.control(controlOf('configuration', { version: 2 }), garageOf({ lanes }), 0, removed.told);
    assert.deepEqual(troubles(removed.advance(tuesday + 22 * hour)), ['camera_silent out-camera resolved']);
    const dismissed = silentOut();
    const { irregularityId } = dismissed.told.irregularities.find(({ type }) => type === 'camera_silent')!;
    dismissed.rules.control(controlOf('review_dismiss', { irregularityId }), null, 0, dismissed.told);
    dismissed.see(readOf('out', tuesday + 22 * hour), readOf('in', tuesday + 22 * hour + minute)).advance(tuesday + 23 * hour);
    const told = dismissed.told.irregularities.filter(({ type }) => type === 'camera_silent');
    assert.deepEqual(told.map(({ status, action, revision }) => [status, action, revision]), [['resolved', 'dismissed by test', 2]]);
  });
});

describe('camera_degraded', () => {
  const lookAlike = { 0: 'O', 1: 'I', 2: 'Z', 3: '8', 4: 'A', 5: 'S', 6: 'G', 7: 'T', 8: 'B', 9: '8' } as Record<string, string>;
  const misread: Befalls = (read) => ({ ...read, plate: read.plate.slice(0, -1) + lookAlike[read.plate.at(-1)!], confidence: 0.6 });
  let nth = 0;
  const every = (n: number): Befalls => (read, at) => (nth++ % n === 0 ? misread(read, at) : read);

  test('is a camera whose reads are ever more often not what the whole stay was read as, and is over when they are again', () => {
    const garage = after(11, ofOut(tuesday, tuesday + 2 * day, every(3)));
    assert.deepEqual(troubles(garage), ['camera_degraded out-camera open']);
    garage.see(...traffic(16).filter(({ capturedAt }) => capturedAt > start + 11 * day));
    assert.deepEqual(troubles(garage), ['camera_degraded out-camera resolved']);
  });

  test('is none of one that has always misread as much', () => {
    assert.deepEqual(troubles(after(12, ofOut(0, 12 * day, every(4)))), []);
  });

  test('is none for a bad hour', () => {
    assert.deepEqual(troubles(after(10, ofOut(ten, ten + 30 * minute, misread))), []);
  });
});

describe('clock_skew', () => {
  const off = (ms: number): Befalls => (read) => ({ ...read, capturedAt: read.capturedAt + ms });

  for (const [ms, words] of [[45 * second, '46?4?. s ahead'], [-50 * second, '5. s behind'], [-60 * minute, '60 min behind']] as const) {
    test(`is a camera whose times are off by ${ms / second} s while the others' are right`, () => {
      const garage = after(10, ofOut(ten, ten + 6 * hour, off(ms)));
      assert.deepEqual(troubles(garage), ['clock_skew out-camera resolved']);
      const opened = garage.told.all.find((told) => 'type' in told && told.type === 'clock_skew')!;
      assert.match((opened as { action: string }).action, new RegExp(words));
    });
  }

  test('is a camera whose times ingest did not believe', () => {
    const unbelieved: Befalls = (read) => ({ ...read, capturedAt: read.receivedAt, timing: 'clock_off' });
    assert.deepEqual(troubles(after(10, ofOut(ten, ten + 3 * hour, unbelieved))), ['clock_skew out-camera resolved']);
  });

  test('is none where the reads of all cameras come late: it is the line, or a replay', () => {
    assert.deepEqual(troubles(after(10, (read, at) => (at > ten ? { ...read, receivedAt: read.receivedAt + 90 * second } : read))), []);
    // One camera alone is enough for it, however few its reads.
    for (const gap of [1, 4]) {
      const replayed = traffic(3, (read) => (read.laneId === 'out' ? read : null)).filter((_, n) => n % gap === 0)
        .map((read, n) => ({ ...read, receivedAt: start + 40 * day + n }));
      assert.deepEqual(troubles(new TestGarage(garageOf({ lanes: [garageOf().lanes[1]!] })).see(...replayed)), []);
    }
  });

  test('is none of what a camera had kept and sends at once, marked or not, nor of single late reads', () => {
    const kept = (timing: 'backfill' | ''): Befalls => (read) => ({ ...read, timing, receivedAt: start + ten + 3 * hour });
    for (const timing of ['backfill', ''] as const) {
      const told = troubles(after(10, ofOut(ten, ten + 2 * hour, kept(timing))));
      assert.deepEqual(told.filter((each) => each.startsWith('clock_skew')), []);
    }
    let nth = 0;
    const someLate: Befalls = (read) => (nth++ % 8 === 0 ? { ...read, receivedAt: read.receivedAt + 30 * second } : read);
    assert.deepEqual(troubles(after(10, ofOut(0, 10 * day, someLate))), []);
  });
});
