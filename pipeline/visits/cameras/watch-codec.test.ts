import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateCodec } from '../../engine/state.ts';
import { avroStateCodec } from '../../engine/avro-state.ts';
import { schemaText } from '../../records/codec.ts';
import { Slab } from '../../records/slab.ts';
import { writeByte, writeCount, writeFloat, writeText, writeTo } from '../state/packed-values.ts';
import { day, hour, minute, start, TestGarage } from '../test-garage.ts';
import type { CameraWatch, GarageWatch } from './camera-watch.ts';
import { intervalOf } from './intervals.ts';
import { chanceOfRead } from './rhythm.ts';
import { rhythmCodec, type GarageRhythm } from './rhythm-codec.ts';
import { isWithin, traffic } from './test-traffic.ts';
import { watchCodec } from './watch-codec.ts';

function bytesOf<V>(codec: StateCodec<V>, value: V): Buffer {
  const slab = new Slab(1024);
  codec.encodeTo(value, slab);
  return Buffer.from(slab.bytes.subarray(0, slab.end));
}

const next = intervalOf(start);
const plain: CameraWatch = {
  cameraId: 'in-camera', from: next - 300, hours: [], quiet: { since: 0, intervals: 0, surprise: 0, othersExpected: 0, othersRead: 0 },
  misreads: { judged: 0, wrong: 0, score: 0, isDegraded: false }, clock: { reads: 0, ahead: 0, behind: 0, byMs: 0 }, corrections: [],
  odd: [], oddBefore: [], heardIn: 0, told: [],
};
const troubled: CameraWatch = {
  cameraId: 'ut-kameraet-ø', from: next, hours: [{ hour: 167, seen: 4, read: 3 }, { hour: 0, seen: 1, read: 0 }],
  quiet: { since: next - 1_000, intervals: 1_000, surprise: 7.5, othersExpected: 0.3, othersRead: 300 },
  misreads: { judged: 130.5, wrong: 2.5, score: 0, isDegraded: true }, clock: { reads: 20.25, ahead: 0, behind: 19, byMs: -3_600_000 },
  corrections: [{ from: 0, areOthersRight: true, offByMs: 0 }, { from: next + 1, areOthersRight: true, offByMs: 90_000 }],
  odd: [{ at: start, lagMs: -5_001 }, { at: start + 1, lagMs: 172_800_000 }],
  oddBefore: [{ at: start - 1, lagMs: 90_000 }], heardIn: next,
  told: [{
    irregularityId: 'camera_silent-x', revision: 1, status: 'open', type: 'camera_silent', operatorId: 'o', garageId: 'g1', at: start,
    cameraId: 'ut-kameraet-ø', readIds: [], visitIds: [], severity: 'error', action: 'look',
  }],
};

test('what is known of cameras is written and read again whole', () => {
  const watch: GarageWatch = { garageId: 'g1', next, cameras: [plain, troubled] };
  assert.deepEqual(watchCodec.decode(bytesOf(watchCodec, watch), 3, 'g1'), watch);
  const hours = Array.from({ length: 24 }, (_, n) => n % 17);
  const rhythm: GarageRhythm = { garageId: 'g1', day: 6, cameras: [{ cameraId: 'c', shares: hours.map((n) => Math.fround(n / 16)), seen: hours }] };
  assert.deepEqual(rhythmCodec.decode(bytesOf(rhythmCodec, rhythm), 3), rhythm);
  assert.throws(() => watchCodec.decode(Buffer.alloc(1), 4, 'g1'), /format 4/);
  assert.throws(() => rhythmCodec.decode(Buffer.alloc(1), 4), /format 4/);
});

test('a rhythm as the release before wrote it, with a share for each hour that was seen, is read as it was', () => {
  const slab = new Slab(1024);
  writeTo(slab);
  writeText('g1');
  writeByte(2);
  writeCount(1);
  writeText('c');
  const seen = Array.from({ length: 24 }, (_, hour) => (hour < 8 ? 0 : 4));
  const shares = seen.map((count, hour) => (count === 0 || hour > 20 ? 0 : 0.25));
  for (let hour = 0; hour < 24; hour++) {
    writeByte(seen[hour]!);
    if (seen[hour]! > 0) writeFloat(shares[hour]!);
  }
  const bytes = Buffer.from(slab.bytes.subarray(0, slab.end));
  assert.deepEqual(rhythmCodec.decode(bytes, 2), { garageId: 'g1', day: 2, cameras: [{ cameraId: 'c', shares, seen }] });
});

const record = (name: string, fields: Record<string, unknown>) =>
  ({ type: 'record', name, fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })) });

/** Rows as they were when each camera had one of its own, and another for its week. */
const formerWatch = avroStateCodec<object>(1, record('CameraWatch', {
  garageId: 'string', cameraId: 'string', from: 'int', next: 'int', hour: record('HourSeen', { hour: 'int', seen: 'int', read: 'int' }),
  quiet: record('Quiet', { since: 'int', intervals: 'int', surprise: 'double', othersExpected: 'double', othersRead: 'int' }),
  misreads: record('Misreads', { judged: 'double', wrong: 'double', score: 'double', isDegraded: 'boolean' }),
  clock: record('ClockOffset', { reads: 'double', ahead: 'double', behind: 'double', byMs: 'long' }),
  odd: { type: 'array', items: record('OddTime', { at: 'long', lagMs: 'long' }) }, heardIn: 'int',
  told: { type: 'array', items: JSON.parse(schemaText('Irregularity')) },
}));
const formerRhythm = avroStateCodec<object>(1, record('CameraRhythm', { garageId: 'string', cameraId: 'string', shares: 'bytes', seen: 'bytes' }));

test('what a former release knew of cameras is taken over at the next read, and their silence is found by it', () => {
  const garage = new TestGarage();
  const at = 9 * day + 6 * hour;
  for (const cameraId of ['gate-camera', 'in-camera', 'out-camera']) {
    const row = { ...plain, garageId: 'g1', cameraId, next: intervalOf(start + at), hour: { hour: 0, seen: 0, read: 0 } };
    const shares = Buffer.from(new Float32Array(168).fill(0.9).buffer);
    const rhythm = { garageId: 'g1', cameraId, shares, seen: Buffer.alloc(168, 16) };
    const key = (table: number): Buffer => Buffer.concat([Buffer.from([table]), Buffer.from(`g1 ${cameraId}`)]);
    garage.state.restore(key(8), Buffer.concat([Buffer.from([1]), bytesOf(formerWatch, row)]));
    garage.state.restore(key(9), Buffer.concat([Buffer.from([1]), bytesOf(formerRhythm, rhythm)]));
  }
  const reads = traffic(10, (read, seenAt) => (read.laneId === 'out' && isWithin(seenAt, at, 10 * day) ? null : read));
  garage.see(...reads.filter(({ capturedAt }) => isWithin(capturedAt, start + at + minute, start + at + 5 * hour)));
  assert.deepEqual(garage.told.irregularities.filter(({ type }) => type === 'camera_silent').map(({ cameraId }) => cameraId), ['out-camera']);
  const { watches, rhythms } = garage.restart().rules.state;
  assert.deepEqual([...watches.entries()].map(([key, { cameras }]) => [key, cameras.length]), [['g1', 3]]);
  assert.equal(rhythms.size, 7);
  assert.ok(chanceOfRead(garage.rules.state.garage('g1').cameras.camera('in-camera').rhythm, 100) > 0.8);
});
