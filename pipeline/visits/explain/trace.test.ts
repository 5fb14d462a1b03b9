import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { controlOf, day, garageOf, hour, minute, readOf, start, TestGarage } from '../test-garage.ts';
import { openTrace, type Trace } from './trace.ts';

const noHistory = {
  moves: [{ garageId: 'g1', from: 0, to: 0, cause: 'configuration' as const, readsOffset: 0, controlId: 'c1' }],
  controls: new Map([['c1', controlOf('configuration', { version: 1 })]]),
  configured: () => garageOf(),
};

/** The reads once more, and what is told until `at` ms after start. */
function traced(reads: readonly CameraRead[], at: number): Trace {
  const advance = { garageId: 'g1', from: start, to: start + at, cause: 'clock_advance' as const, readsOffset: reads.length, controlId: null };
  const trace = openTrace('g1', { ...noHistory, moves: [...noHistory.moves, advance] }, () => true);
  reads.forEach((read, offset) => trace.rebuild.read(read, offset, read.receivedAt));
  trace.rebuild.end();
  return trace;
}

test('an exit that two of a fleet could have made shows how each weighs, and that nobody may have', () => {
  const reads = [
    readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234' }),
  ];
  const trace = traced(reads, 2 * hour);
  const stray = [...trace.stays.values()].find(({ entry }) => entry === null)!;
  const [weighing] = trace.weighingsOf(stray.exit!);
  assert.deepEqual(weighing!.rivals.map(({ plate }) => plate).sort(), ['EK12345', 'EK12346']);
  assert.deepEqual(weighing!.rivals.map(({ lengthMs }) => lengthMs).sort(), [hour - minute, hour]);
  const shares = weighing!.rivals.reduce((sum, { share }) => sum + share, weighing!.missed!.share);
  assert.ok(Math.abs(shares - 1) < 1e-9, `the shares sum to ${shares}`);
  assert.equal(weighing!.decision.given, null);
});

test('a visit in review shows how likely a stay of its length is two', () => {
  const trace = traced([readOf('in', 0), readOf('out', 25 * day)], 26 * day);
  const [revisions] = trace.revisions.values();
  const { visit, certainty } = revisions!.at(-1)!;
  assert.equal(visit.status, 'review');
  assert.equal(certainty!.lengthMs, 25 * day);
  assert.ok(certainty!.stitchedShare >= 0.2);
  assert.ok(Math.abs(certainty!.pairedShare * (1 - certainty!.stitchedShare) - visit.matchConfidence) < 0.001);
});

test('a rebuild tells the very revisions that were told', () => {
  const reads = [readOf('in', 0), readOf('in', minute), readOf('out', hour, { plate: 'B' }), readOf('out', 2 * hour)];
  const live = new TestGarage().see(...reads).advance(3 * hour);
  const trace = traced(reads, 3 * hour);
  const told = live.told.all.filter((each) => 'visitId' in each);
  assert.deepEqual([...trace.revisions.values()].flat().map(({ visit }) => visit), told);
});
