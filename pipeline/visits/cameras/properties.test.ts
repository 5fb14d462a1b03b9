import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead } from '../../records/records.ts';
import { day, garageOf, hour, minute, second, settings, TestGarage } from '../test-garage.ts';
import { isWithin, traffic } from './test-traffic.ts';

const DAYS = 9;

/** Days with troubles of all kinds in their second week, reads delayed within the allowed lateness, some sent later. */
const weeks = fc.record({
  // In the morning of the eighth day: there is traffic for hours.
  lane: fc.constantFrom('in', 'out', 'gate'), from: fc.integer({ min: 7 * 24 + 6, max: 7 * 24 + 12 }), hours: fc.integer({ min: 4, max: 30 }),
  trouble: fc.constantFrom('silent', 'misreads', 'ahead', 'behind', 'none'),
  delays: fc.array(fc.integer({ min: 1, max: settings.allowedLatenessMs - 1 }), { minLength: 7, maxLength: 23 }),
}).map(({ lane, from, hours, trouble, delays }) => {
  let nth = 0;
  return traffic(DAYS, (read, at) => {
    const delayed = { ...read, receivedAt: read.capturedAt + (nth++ % 5 === 0 ? delays[nth % delays.length]! : second) };
    if (read.laneId !== lane || !isWithin(at, from * hour, (from + hours) * hour)) return delayed;
    switch (trouble) {
      case 'silent': return null;
      case 'misreads': return nth % 2 === 0 ? { ...delayed, plate: `${read.plate.slice(0, -1)}B` } : delayed;
      case 'ahead': return { ...delayed, receivedAt: read.capturedAt - minute };
      case 'behind': return { ...delayed, receivedAt: read.capturedAt + minute };
      default: return delayed;
    }
  });
});

const byCapture = (reads: readonly CameraRead[]): CameraRead[] => reads.toSorted((one, other) => one.capturedAt - other.capturedAt);

const troublesOf = (garage: TestGarage): string[] =>
  garage.told.irregularities.filter(({ cameraId, type }) => cameraId !== null && /^(camera|clock)_/.test(type)).map((each) => JSON.stringify(each)).sort();

test('what is told of cameras is the same in any order within the allowed lateness', () => {
  let told = 0;
  fc.assert(fc.property(weeks, (reads) => {
    const end = DAYS * day + 3 * hour;
    const asTheyCame = troublesOf(new TestGarage().see(...reads).advance(end));
    assert.deepEqual(asTheyCame, troublesOf(new TestGarage().see(...byCapture(reads)).advance(end)));
    told += asTheyCame.length;
  }), { numRuns: 15 });
  assert.ok(told > 2, `${told} were told in all`);
});

test('where a garage is seldom visited and judged by the day, what is told of its cameras is as if it were judged each quarter of an hour', () => {
  let told = 0;
  // A day waits only where its reads stay in the state as long; else both are alike.
  const horizonMs = 26 * hour + settings.allowedLatenessMs;
  const garages = [horizonMs, horizonMs - 1].map((each) => garageOf({ settings: { ...settings, horizonMs: each } }));
  fc.assert(fc.property(weeks, fc.integer({ min: 4, max: 20 }), (reads, oneIn) => {
    // The one vehicle in so many, at the entry and at the exit.
    const seldom = reads.filter(({ readId }) => Number(readId.split('-')[1]) % oneIn === 0);
    const [waiting, atOnce] = garages.map((garage) => troublesOf(new TestGarage(garage).see(...seldom).advance((DAYS + 2) * day)));
    assert.deepEqual(waiting, atOnce);
    told += waiting!.length;
  }), { numRuns: 30 });
  assert.ok(told > 2, `${told} were told in all`);
});

test('a restart at any read, and reads that are undone, leave what is known of cameras as it would be without', () => {
  const silent = { visit() {}, irregularity() {}, clockMove() {}, occupancy() {}, ignored() {} };
  fc.assert(fc.property(weeks, fc.uniqueArray(fc.nat({ max: 1_500 }), { minLength: 1, maxLength: 12 }), (reads, at) => {
    const steady = new TestGarage().see(...reads);
    const disturbed = new TestGarage();
    for (const [index, read] of reads.entries()) {
      if (at.includes(index)) disturbed.restart();
      if (at.includes(index + 7)) {
        disturbed.state.mark();
        disturbed.rules.read({ ...read, readId: 'undone', plate: 'ZZ1', capturedAt: read.capturedAt + hour }, 0, 0, silent);
        disturbed.state.undo();
      }
      disturbed.see(read);
    }
    const known = ({ rules }: TestGarage): unknown => [[...rules.state.watches.entries()], [...rules.state.rhythms.entries()].sort(([one], [other]) => (one < other ? -1 : 1))];
    assert.deepEqual(known(disturbed.restart()), known(steady.restart()));
    assert.deepEqual(troublesOf(disturbed), troublesOf(steady));
    assert.equal(steady.rules.state.rhythms.size, 7);
  }), { numRuns: 8 });
});
