import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sightingLines, type Sighting } from './watch.ts';

const NOON = Date.parse('2026-05-17T12:00:00Z');

const accepted: Sighting = {
  at: NOON, format: 'hikvision', serial: 'C42F90A7B5D1', outcome: 'accepted',
  why: '', place: ['p4', 'in-1', 'c-1'], told: 'reverse',
  direction: 'in', plate: 'EK12345', country: 'NO', confidence: 0.97, clock: NOON - 2_000, timing: '',
};

test('one line tells where the camera stands and what was understood', () => {
  assert.deepEqual(
    sightingLines(accepted),
    ['12:00:00  hikvision  C42F90A7B5D1  ACCEPTED  p4 / in-1 / c-1  in  NO EK12345  97 %'],
  );
  assert.match(sightingLines({ ...accepted, plate: '' })[0]!, /\(no plate\)  97 %$/);
});

test('an unknown camera is told with what to do', () => {
  const lines = sightingLines({
    ...accepted,
    outcome: 'held',
    why: 'no garage names this serial',
    place: null,
    direction: null,
  });
  assert.match(lines[0]!, /HELD  NO EK12345  97 %  no garage names this serial$/);
  assert.match(lines[1]!, /add "serial": "C42F90A7B5D1" to a camera of your garages file/);
});

test('what can\'t be read is told with the reason and without a camera', () => {
  const lines = sightingLines({
    ...accepted, serial: null, outcome: 'unreadable', why: 'it is no valid JSON',
    place: null, told: null, direction: null, plate: null,
    country: null, confidence: null, clock: null,
  });
  assert.deepEqual(lines, ['12:00:00  hikvision  (no serial)  UNREADABLE  it is no valid JSON']);
});

test('what a stranger calls a camera can\'t steer the terminal', () => {
  const lines = sightingLines({
    ...accepted,
    serial: 'A\u001b[2J\u0007\u009b',
    direction: 'unknown',
    told: '\u009b31m',
  });
  assert.doesNotMatch(lines.join(''), /[\u0000-\u001f\u007f-\u009f]/);
});

test('a direction that means nothing, a late read and a wrong clock come with advice', () => {
  const advice = (changes: Partial<Sighting>): string => sightingLines({ ...accepted, ...changes })[1]!;
  assert.match(advice({ direction: 'unknown', told: 225 }), /says 225, which its "directions" give no meaning/);
  assert.match(advice({ direction: 'unknown', told: null }), /nothing of a direction/);
  assert.match(advice({ clock: NOON - 3_600_000 }), /60 minutes behind ours: sent late, or its clock or zone is wrong/);
  assert.match(advice({ clock: NOON + 7_200_000, timing: 'clock_off' }), /2 hours ahead of ours: our time was taken/);
  assert.match(advice({ clock: NOON - 7_200_000, timing: 'backfill' }), /kept by the camera/);
});
