import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { instantOf } from './camera-time.ts';

const OSLO = 'Europe/Oslo';
const at = (text: string): number => Date.parse(text);

test('a time without an offset is that of the garage\'s zone, in winter and in summer', () => {
  assert.equal(instantOf({ local: '2026-01-15T08:00:00' }, OSLO, 0), at('2026-01-15T07:00:00Z'));
  assert.equal(instantOf({ local: '2026-07-15T08:00:00.125' }, OSLO, 0), at('2026-07-15T06:00:00.125Z'));
  assert.equal(instantOf({ local: '2026-07-15T08:00:00' }, 'America/New_York', 0), at('2026-07-15T12:00:00Z'));
});

test('in the hour that comes twice the reading nearest to its arrival counts', () => {
  const time = { local: '2026-10-25T02:30:00' };
  assert.equal(instantOf(time, OSLO, at('2026-10-25T00:30:02Z')), at('2026-10-25T00:30:00Z'));
  assert.equal(instantOf(time, OSLO, at('2026-10-25T01:30:02Z')), at('2026-10-25T01:30:00Z'));
  // Kept by the camera and sent much later: the second of the two.
  assert.equal(instantOf(time, OSLO, at('2026-10-25T09:00:00Z')), at('2026-10-25T01:30:00Z'));
});

test('a time in the hour that is skipped is of a clock that was not put forward yet', () => {
  assert.equal(
    instantOf({ local: '2026-03-29T02:30:00' }, OSLO, at('2026-03-29T01:30:01Z')),
    at('2026-03-29T01:30:00Z'),
  );
  assert.equal(instantOf({ local: '2026-03-29T02:30:00' }, OSLO, 0), at('2026-03-29T01:30:00Z'));
});

test('an event that is sent as it happens is taken for that instant all year, on the days of the change too', () => {
  const zones = fc.constantFrom(OSLO, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo');
  const instants = fc.integer({ min: at('2026-01-01'), max: at('2028-01-01') });
  fc.assert(fc.property(instants, zones, fc.integer({ min: 0, max: 60_000 }), (instant, zone, underWay) => {
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDateTime().toString();
    assert.equal(instantOf({ local }, zone, instant + underWay), instant);
  }));
});

test('what is no time, or of no year that a clock shows, is none', () => {
  for (const local of ['', 'yesterday', '2026-13-01T00:00:00', '2026-02-30T08:00:00', '2026-05-17']) {
    const isDate = local === '2026-05-17';
    assert.equal(instantOf({ local }, OSLO, 0) === null, !isDate, local);
  }
  for (const instant of [NaN, Infinity, -1, 1e17]) assert.equal(instantOf({ instant }, OSLO, 0), null);
});
