import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGarages } from '../../garages/garages-file.ts';
import type { CameraRead } from '../../records/records.ts';
import type { CameraEvent } from '../formats/format.ts';
import type { CameraPlace } from './camera-index.ts';
import { eventIdOf } from './event-id.ts';
import { readOfEvent } from './read-of-event.ts';

const NOW = Date.parse('2026-05-17T06:21:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const camera = { cameraId: 'c-1', serial: 's-1', directions: { reverse: 'in', '135-225': 'out' } };
const [garage] = parseGarages([{
  garageId: 'p4',
  timezone: 'Europe/Oslo',
  lanes: [{ laneId: 'l-1', direction: 'both', cameras: [camera] }],
}]);
const place: CameraPlace = { garage: garage!, laneId: 'l-1', camera: garage!.lanes[0]!.cameras[0]! };

function event(changes: Partial<CameraEvent> = {}): CameraEvent {
  return {
    serial: 's-1', eventId: 'e-1', capturedAt: { instant: NOW - 2_000 },
    plate: 'ek 12345', country: 'NO', confidence: 0.9,
    candidates: [], direction: 'reverse', isBackfill: false, original: '', ...changes,
  };
}

function read(changes: Partial<CameraEvent> = {}): CameraRead {
  const found = readOfEvent(event(changes), place, 'axis', NOW);
  assert(!('reason' in found), JSON.stringify(found));
  return found;
}

test('an event becomes a read at its camera\'s place, in our words', () => {
  assert.deepEqual(read(), {
    readId: 'e-1', garageId: 'p4', laneId: 'l-1', cameraId: 'c-1', direction: 'IN', plate: 'EK12345', country: 'NO',
    confidence: 0.9, candidates: [], capturedAt: NOW - 2_000, receivedAt: NOW, source: 'axis', timing: '',
  });
  assert.equal(read({ direction: 178.4 }).direction, 'OUT');
  assert.equal(read({ direction: 'forward' }).direction, 'UNKNOWN');
});

test('a local time is one of the garage\'s zone', () => {
  assert.equal(read({ capturedAt: { local: '2026-05-17T08:20:58' } }).capturedAt, NOW - 2_000);
});

test('a clock that is ahead, or was never set, is not trusted, and the read says so', () => {
  for (const [instant, timing] of [
    [NOW + MINUTE_MS, ''], [NOW + 3 * MINUTE_MS, 'clock_off'], [NOW + 300 * 24 * HOUR_MS, 'clock_off'],
    [NOW - 47 * HOUR_MS, ''], [NOW - 49 * HOUR_MS, 'clock_off'], [0, 'clock_off'],
  ] as const) {
    const { capturedAt, timing: told } = read({ capturedAt: { instant } });
    assert.equal(told, timing);
    assert.equal(capturedAt, timing === '' ? instant : NOW);
  }
});

test('an event that the camera kept and sent late is believed, however old, and the read says so', () => {
  const old = { instant: NOW - 200 * HOUR_MS };
  assert.deepEqual(
    [read({ capturedAt: old, isBackfill: true }).capturedAt, read({ capturedAt: old, isBackfill: true }).timing],
    [old.instant, 'backfill'],
  );
  assert.equal(read({ capturedAt: { instant: NOW + HOUR_MS }, isBackfill: true }).timing, 'clock_off');
});

test('what can be a read nowhere is refused, without saying what stood there', () => {
  for (const [changes, field] of [
    [{ capturedAt: { instant: NaN } }, 'capturedAt'],
    [{ plate: 'AB_1' }, 'plate'], [{ plate: 'A'.repeat(20) }, 'plate'],
  ] as const) {
    const refused = readOfEvent(event(changes), null, 'axis', NOW);
    assert('reason' in refused);
    assert.equal(refused.field, field);
    assert.doesNotMatch(refused.reason, /A/);
  }
});

test('an event sent twice has one id: the vendor\'s, or one made of what was seen', () => {
  assert.equal(eventIdOf(event()), 'e-1');
  const unnamed = event({ eventId: '' });
  const id = eventIdOf(unnamed);
  assert.match(id, /^[\w-]{22}$/);
  assert.equal(eventIdOf({ ...unnamed, serial: ' S-1', original: 'other', isBackfill: true, confidence: 0.1 }), id);
  for (const change of [
    { plate: 'EK12346' },
    { capturedAt: { instant: NOW } },
    { serial: 's-2' },
    { direction: null },
  ]) {
    assert.notEqual(eventIdOf({ ...unnamed, ...change }), id);
  }
});

test('a vendor\'s id that can be none of ours still gives one', () => {
  for (const eventId of ['x'.repeat(200), 'a b', 'ø', 'a\u0000b']) {
    assert.match(eventIdOf(event({ eventId })), /^[\w-]{22}$/);
    assert.equal(eventIdOf(event({ eventId })), eventIdOf(event({ eventId, plate: 'OTHER' })));
  }
});
