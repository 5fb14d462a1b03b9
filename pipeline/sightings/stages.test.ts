import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { Outputs } from '../engine/outputs.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { RejectedError, type Stage } from '../engine/stage.ts';
import { TaskState } from '../engine/state.ts';
import { openCodec, UndecodableError, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Irregularity, Sighting, Visit } from '../records/records.ts';
import { plateKey } from './sightings-of-visits.ts';
import { sightingsStage } from './sightings-stage.ts';
import { day, hour, visitOf } from './test-sightings.ts';
import { twoPlacesStage } from './two-places-stage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const visits = openCodec('Visit', ids);
const sightings = openCodec('Sighting', ids);
const irregularities = openCodec('Irregularity', ids);

/** A task whose owner is lost after each record, all that it wrote and the state of its last owner. */
function openTask(stage: Stage, task: number) {
  const changelog = new RecordBlock();
  const out = new Outputs();
  let state = new TaskState();
  return {
    apply(value: Buffer | null, timestamp = 0): void {
      state = new TaskState();
      const rules = stage.openTask(task, state);
      for (const { key, value: row } of changelog) state.restore(key!, row);
      rules.apply(
        { topic: stage.inputs[0]!, record: { key: null, value, timestamp, offset: 0, headers: null }, monotonicMs: 0 },
        out,
      );
      state.settle(changelog, 0);
    },
    written: (topic: string) => out.batches().filter((batch) => batch.topic === topic).flatMap(({ partition, records }) =>
      Array.from(records, ({ key, value, timestamp }) => ({
        partition,
        key: key!.toString(),
        value: value!,
        timestamp,
      }))),
    stateSize: () => state.size,
  };
}

const openSightings = (garageId: string) =>
  openTask(sightingsStage({ ids }), partitionOf(garageId, partitionCounts.garage));
const rejectedFor = (reason: string) =>
  (error: unknown): boolean => error instanceof RejectedError && error.reason === reason;

test('a visit goes to the partition of its plate; corrected, it is first withdrawn from the former one', () => {
  const task = openSightings('g');
  const misread: Visit = visitOf({ plate: 'AB12346', revision: 1, status: 'open', exitedAt: null });
  task.apply(visits.encode(misread), 7);
  task.apply(visits.encode(visitOf()), 8);
  const written = task.written(topics.sightings.name);
  for (const { partition, key } of written) assert.equal(partition, partitionOf(key, partitionCounts.vehicle));
  assert.deepEqual(
    written.map(({ value, timestamp }) => ({ timestamp, ...sightings.decode(value) }))
      .map(({ timestamp, plate, revision, status }) => [timestamp, plate, revision, status])
      .sort((one, other) => Number(one[2]) - Number(other[2]) || String(other[3]).localeCompare(String(one[3]))),
    [[7, 'AB12346', 1, 'open'], [8, 'AB12346', 2, 'withdrawn'], [8, 'AB12345', 2, 'closed']],
  );
});

test('a visit whose plate nobody read is no sighting, and ends the one that it was', () => {
  const task = openSightings('g');
  task.apply(visits.encode(visitOf({ visitId: 'w', plate: '', plateRead: false })));
  assert.deepEqual(task.written(topics.sightings.name), []);
  task.apply(visits.encode(visitOf({ visitId: 'x' })));
  task.apply(visits.encode(visitOf({ visitId: 'x', revision: 3, plate: '', plateRead: false })));
  assert.deepEqual(
    task.written(topics.sightings.name).map(({ value }) => sightings.decode(value).status),
    ['closed', 'withdrawn'],
  );
});

test('what has ended is forgotten after three days, what is inside is not', () => {
  const task = openSightings('g');
  task.apply(visits.encode(visitOf({ visitId: 'ended' })), 0);
  task.apply(visits.encode(visitOf({ visitId: 'inside', status: 'open', exitedAt: null })), 0);
  assert.equal(task.stateSize(), 2);
  task.apply(visits.encode(visitOf({ visitId: 'later' })), 3 * day);
  assert.equal(task.stateSize(), 2);
});

test('a pair is told once over restarts, on the partition of the garage entered later', () => {
  const sighting: Sighting = { ...visitOf({ visitId: 'v1', garageId: 'a', exitedAt: 12 * hour }) };
  const other: Sighting = { ...visitOf({ visitId: 'v2', garageId: 'b', enteredAt: 10 * hour, exitedAt: 11 * hour }) };
  const task = openTask(twoPlacesStage({ ids }), partitionOf(plateKey(sighting), partitionCounts.vehicle));
  for (const each of [sighting, other, sighting, other]) task.apply(sightings.encode(each));
  const written = task.written(topics.irregularities.name);
  assert.deepEqual(written.map(({ partition, key, value }) => [partition, key, irregularities.decode(value).type]),
    [[partitionOf('b', partitionCounts.garage), 'b', 'two_places']]);
});

test('a dismissal that follows the sightings of its plate is taken in once, over restarts; a sighting is none', () => {
  const sighting: Sighting = { ...visitOf({ visitId: 'v1', garageId: 'a', exitedAt: 12 * hour }) };
  const other: Sighting = { ...visitOf({ visitId: 'v2', garageId: 'b', enteredAt: 10 * hour, exitedAt: 11 * hour }) };
  const task = openTask(twoPlacesStage({ ids }), partitionOf(plateKey(sighting), partitionCounts.vehicle));
  for (const each of [sighting, other]) task.apply(sightings.encode(each));
  const told = (): Irregularity[] =>
    task.written(topics.irregularities.name).map(({ value }) => irregularities.decode(value));
  const { irregularityId } = told()[0]!;
  const dismissal = { irregularityId, controlId: 'c', issuedAt: 7, issuedBy: 'kari', reason: '' };
  assert.deepEqual({ ...sightings.decode(sightings.encode({ ...other, dismissal })).dismissal }, dismissal);
  for (let times = 0; times < 2; times++) task.apply(sightings.encode({ ...other, dismissal }));
  task.apply(sightings.encode({ ...other, revision: 3 }));
  assert.deepEqual(told().map(({ revision, status }) => [revision, status]), [[1, 'open'], [2, 'resolved']]);
  assert.throws(
    () => task.apply(sightings.encode({ ...other, garageId: 'a', dismissal })),
    rejectedFor('unknown_irregularity'),
  );
});

test('what is no record, has no value or belongs to another task is rejected, without the plate in the message', () => {
  const task = openTask(twoPlacesStage({ ids }), 0);
  const stranger = Array.from({ length: 40 }, (_, n) => visitOf({ plate: `SECRET${n}` }))
    .find((visit) => partitionOf(plateKey(visit), partitionCounts.vehicle) !== 0)!;
  assert.throws(() => task.apply(sightings.encode(stranger)), (error) => {
    assert.doesNotMatch((error as Error).message, /SECRET/);
    return rejectedFor('wrong_partition')(error);
  });
  assert.throws(() => task.apply(null), rejectedFor('empty'));
  assert.throws(() => task.apply(Buffer.from('no record')), UndecodableError);
  const elsewhere = openTask(
    sightingsStage({ ids }),
    (partitionOf('g', partitionCounts.garage) + 1) % partitionCounts.garage,
  );
  assert.throws(() => elsewhere.apply(visits.encode(visitOf())), rejectedFor('wrong_partition'));
});
