import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { day, hour, minute, readOf, TestGarage } from '../test-garage.ts';

const read = { plate: 'CF51238', confidence: 0.95 };

/** A van that comes every two hours, for a quarter of an hour each time. */
const deliveries = (times: number): CameraRead[] => Array.from({ length: times }, (_, i) => [
  readOf('in', i * 2 * hour, read), readOf('out', i * 2 * hour + 15 * minute, read),
]).flat();

/** How sure its last stay is. */
function lastOf(...reads: CameraRead[]): number {
  const { told } = new TestGarage().see(...reads).advance(4 * day);
  return told.visits.at(-1)!.matchConfidence;
}

const lasting = (at: number, lengthMs: number): CameraRead[] => [readOf('in', at, read), readOf('out', at + lengthMs, read)];

test('a van that came and went all day and now stays until the next has more likely left and come again unread', () => {
  const usual = lastOf(...deliveries(4), ...lasting(8 * hour, 20 * minute));
  const long = lastOf(...deliveries(4), ...lasting(8 * hour, day));
  const stranger = lastOf(...lasting(8 * hour, day));
  assert.ok(long < 0.995 && usual > 0.999, `${long}, ${usual}`);
  assert.ok(1 - long > 3 * (1 - stranger), `${long}, ${stranger}`);
});

test('less so one that was here once; not one that has stayed so long before, nor for what was two days ago', () => {
  const after = (...before: CameraRead[]): number => lastOf(...before, ...lasting(20 * hour, day));
  const unknown = after(...deliveries(1));
  const known = after(...deliveries(2), ...lasting(4 * hour, 13 * hour), readOf('in', 18 * hour, read), readOf('out', 18 * hour + 15 * minute, read));
  assert.ok(known > unknown, `${unknown}, ${known}`);
  const often = after(...deliveries(4));
  assert.ok(often < unknown, `${often}, ${unknown}`);
  const later = lastOf(...deliveries(4), ...lasting(2 * day, day));
  assert.ok(later > 0.997, `${later}`);
});

test('whether its last delivery is told before or after it comes again makes no difference', () => {
  const reads = [...deliveries(4), ...lasting(8 * hour, day)];
  const late = [...reads.slice(0, 6), ...reads.slice(8), ...reads.slice(6, 8)];
  assert.equal(lastOf(...reads.slice(0, 8), reads[9]!, reads[8]!), lastOf(...reads));
  assert.ok(lastOf(...late) < 0.999);
});

test('a van that stays for as long as from one delivery to the end of the next has likelier come twice', () => {
  const once = lastOf(...lasting(8 * hour, 135 * minute));
  const again = lastOf(...deliveries(4), ...lasting(8 * hour, 135 * minute));
  assert.ok(1 - again > 10 * (1 - once), `${again}, ${once}`);
});
