import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { LogRecord } from '../engine/log.ts';
import { Outputs } from '../engine/outputs.ts';
import { NotYetError, RejectedError } from '../engine/stage.ts';
import { TaskState } from '../engine/state.ts';
import { openCodec, schemaText, UndecodableError, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { CameraRead, Control, Garage } from '../records/records.ts';
import { visitsStage } from './stage.ts';
import { controlOf, decidedAfter, garageOf, hour, minute, readOf, start } from './test-garage.ts';

const names = ['CameraRead', 'Control', 'Visit', 'Irregularity', 'ClockMove', 'Sighting'] as const;
const ids: SchemaIds = {
  own: (schema) => names.indexOf(schema as (typeof names)[number]) + 1,
  fetch: async (id) => schemaText(names[id - 1]!),
};
const PARTITIONS = 4;
const TASK = partitionOf('g1', PARTITIONS);

/** Task of garage g1, with a garages table that the test fills. */
function openTask() {
  const reached = Promise.withResolvers<void>();
  const table = { version: 0, garage: garageOf() as Garage | undefined };
  const ignored: string[] = [];
  const stage = visitsStage({
    ids,
    partitions: PARTITIONS,
    garages: {
      get: () => table.garage,
      get version() {
        return table.version;
      },
      reached: () => reached.promise,
    },
    ignored: (why) => ignored.push(why),
  });
  const task = stage.openTask(TASK, new TaskState());
  const out = new Outputs();
  let offset = 0;
  const apply = (topic: string, value: Buffer | null, timestamp = start): void => {
    const record: LogRecord = { offset: offset++, key: null, value, timestamp, headers: null };
    task.apply({ topic, record, monotonicMs: 0 }, out);
  };
  return {
    table,
    ignored,
    task,
    out,
    reads: (read: CameraRead, timestamp?: number) =>
      apply(topics.reads.name, openCodec('CameraRead', ids).encode(read), timestamp),
    controls: (control: Control, timestamp?: number) =>
      apply(topics.visitsControl.name, openCodec('Control', ids).encode(control), timestamp),
    bytes: (value: Buffer | null) => apply(topics.reads.name, value),
    written: (topic: string) => out.batches().filter((batch) => batch.topic === topic).flatMap(({ partition, records }) =>
      Array.from(records, ({ key, value, timestamp }) => ({ partition, key: key!.toString(), value: value!, timestamp }))),
  };
}

const rejectedFor = (reason: string) => (error: unknown): boolean =>
  error instanceof RejectedError && error.reason === reason;

test('visits go to the partition of their read, keyed by garage, at the time of the read', () => {
  const { reads, written } = openTask();
  reads(readOf('in', 0, { direction: 'IN' }), start + minute);
  const [record] = written(topics.visits.name);
  assert.deepEqual([record!.partition, record!.key, record!.timestamp], [TASK, 'g1', start + minute]);
  assert.equal(openCodec('Visit', ids).decode(record!.value).status, 'open');
});

test('a dismissed two_places goes to the partition of the plate, at the time of the word', () => {
  const { reads, controls, written } = openTask();
  reads(readOf('in', 0, { direction: 'IN' }));
  const { visitId, plate, country } = openCodec('Visit', ids).decode(written(topics.visits.name)[0]!.value);
  controls(controlOf('review_dismiss', { irregularityId: `two_places-${visitId}-0123456789abcdef`, issuedBy: 'kari' }));
  const [record, ...more] = written(topics.sightings.name);
  assert.deepEqual([record!.key, record!.partition, record!.timestamp, more], [
    `${country} ${plate}`, partitionOf(`${country} ${plate}`, partitionCounts.vehicle), start, [],
  ]);
  assert.equal(openCodec('Sighting', ids).decode(record!.value).dismissal!.issuedBy, 'kari');
});

test('a quiet garage tells what is due, with the clock move that did it', () => {
  const { reads, task, out, written } = openTask();
  reads(readOf('out', 0, { direction: 'OUT' }));
  assert.equal(task.tick!({ monotonicMs: minute, wallMs: start + hour }, out), false);
  assert.equal(task.tick!({ monotonicMs: decidedAfter, wallMs: start + hour }, out), true);
  assert.deepEqual(written(topics.irregularities.name).map(({ timestamp }) => timestamp), [start + hour]);
  assert.deepEqual(written(topics.visitsClock.name).map(({ value }) => ({ ...openCodec('ClockMove', ids).decode(value) })), [
    { garageId: 'g1', from: start, to: start + decidedAfter, cause: 'tick', readsOffset: 1, controlId: null },
  ]);
});

test('a read of a garage of another partition is rejected', () => {
  const stranger = ['g2', 'g3', 'g4', 'g5', 'g6'].find((garageId) => partitionOf(garageId, PARTITIONS) !== TASK)!;
  assert.throws(() => openTask().reads(readOf('in', 0, { garageId: stranger })), rejectedFor('wrong_partition'));
});

test('a read that no camera can have made is rejected, without its plate in the message', () => {
  const { reads, bytes } = openTask();
  const bad: [Partial<CameraRead>, string][] = [
    [{ garageId: '' }, 'empty_id'], [{ cameraId: '' }, 'empty_id'],
    [{ readId: '' }, 'empty_id'], [{ laneId: '' }, 'empty_id'],
    [{ capturedAt: -1 }, 'impossible_time'], [{ receivedAt: 0 }, 'impossible_time'],
    [{ capturedAt: start + 25 * hour, receivedAt: start }, 'captured_in_future'],
    ...[NaN, -1, 1.5, Infinity].flatMap((confidence): typeof bad => [
      [{ confidence }, 'impossible_confidence'],
      [{ candidates: [{ plate: 'SECRET', confidence }] }, 'impossible_confidence'],
    ]),
    ...['secret', 'SEC RET', 'SECRET-1', 'SECRET'.repeat(3)].map((plate): (typeof bad)[number] => [{ plate }, 'impossible_plate']),
  ];
  for (const [changes, reason] of bad) {
    assert.throws(() => reads(readOf('in', 0, { plate: 'SECRET', ...changes })), (error) => {
      assert.ok(error instanceof Error);
      assert.doesNotMatch(error.message, /SECRET/);
      return rejectedFor(reason)(error);
    });
  }
  assert.throws(() => bytes(null), rejectedFor('empty_record'));
  assert.throws(() => bytes(Buffer.from('no record')), UndecodableError);
});

test('a read from years ahead is set aside, and its garage takes the reads after it as ever', () => {
  const { reads, written } = openTask();
  const years = start + 3 * 366 * 24 * hour;
  assert.throws(
    () => reads(readOf('in', 0, { capturedAt: years, receivedAt: years }), start),
    rejectedFor('received_in_future'),
  );
  reads(readOf('in', 0, { direction: 'IN' }), start);
  reads(readOf('out', hour, { direction: 'OUT' }), start + hour);
  assert.deepEqual(written(topics.visits.name).map(({ value }) => openCodec('Visit', ids).decode(value).status), ['open', 'closed']);
  assert.deepEqual(written(topics.irregularities.name), []);
});

test('no word moves a clock, or counts vehicles, further ahead than an hour after it was written', () => {
  const { reads, controls, written } = openTask();
  reads(readOf('in', 0, { direction: 'IN' }));
  const year9999 = Date.UTC(9999, 0, 1);
  assert.throws(() => controls(controlOf('clock_advance', { to: year9999 })), rejectedFor('in_future'));
  assert.throws(() => controls(controlOf('recount', { to: year9999, count: 0 })), rejectedFor('in_future'));
  controls(controlOf('clock_advance', { to: start + hour }));
  assert.deepEqual(written(topics.visitsClock.name).map(({ value }) => openCodec('ClockMove', ids).decode(value).to), [start + hour]);
});

test('what is written long after it was received is taken: a log that is read in again', () => {
  const { reads, written } = openTask();
  reads(readOf('in', 0, { direction: 'IN' }), start + 1000 * hour);
  assert.equal(written(topics.visits.name).length, 1);
});

test('a control record that lacks what it needs is rejected', () => {
  const { controls } = openTask();
  assert.throws(() => controls(controlOf('clock_advance')), rejectedFor('impossible_time'));
  assert.throws(() => controls(controlOf('configuration')), rejectedFor('no_version'));
  assert.throws(() => controls(controlOf('hold', { subject: '' })), rejectedFor('empty_id'));
  assert.throws(() => controls(controlOf('recount', { count: 3 })), rejectedFor('impossible_time'));
  assert.throws(() => controls(controlOf('recount', { to: start })), rejectedFor('impossible_count'));
  assert.throws(() => controls(controlOf('review_merge', { visitId: 'v1' })), rejectedFor('incomplete_review'));
  const plate = { visitId: 'v1', country: 'NO', plate: 'ab 123' };
  assert.throws(() => controls(controlOf('review_correct', plate)), rejectedFor('impossible_plate'));
  assert.throws(() => controls(controlOf('review_confirm', { visitId: 'v1' })), rejectedFor('unknown_visit'));
  assert.throws(() => controls(controlOf('later' as Control['type'])), rejectedFor('unknown_control'));
});

test('a configuration waits until the garages table has its version, then holds', () => {
  const { controls, reads, table, written } = openTask();
  assert.throws(() => controls(controlOf('configuration', { version: 5 })), NotYetError);
  table.version = 5;
  controls(controlOf('configuration', { version: 5 }));
  reads(readOf('in', 0));
  assert.equal(openCodec('Visit', ids).decode(written(topics.visits.name)[0]!.value).operatorId, 'operator');
});

test('reads that change nothing are counted', () => {
  const { reads, ignored } = openTask();
  const read = readOf('in', 0, { direction: 'IN' });
  reads(read);
  reads(read);
  assert.deepEqual(ignored, ['repeated_read']);
});
