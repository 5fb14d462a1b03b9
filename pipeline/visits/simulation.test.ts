import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topics } from '../../topics/topics.ts';
import type { OutRecord } from '../engine/log.ts';
import type { Random } from '../engine/simulation/random.ts';
import { stateInHex } from '../engine/simulation/state-in-hex.ts';
import type { Read, Subject } from '../engine/simulation/subject.ts';
import { runWorld } from '../engine/simulation/world.ts';
import { TaskState } from '../engine/state.ts';
import { openCodec, schemaText, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { CameraRead } from '../records/records.ts';
import { openVisitRules } from './rules.ts';
import { visitsStage } from './stage.ts';
import { controlOf, hour, minute, readOf, second, start, Told } from './test-garage.ts';

const SCHEDULES = 500;
const PARTITIONS = 2;

test(`in ${SCHEDULES} schedules of kills, pauses and lost answers, reads and clock moves give every visit again`, async () => {
  let visits = 0;
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const subject: Subject = { ...visitsSubject, check: async (task, read) => {
      visits += read({ topic: topics.visits.name, partition: task }).length;
      return replay(task, read);
    } };
    const { failure } = await runWorld({ seed, subject });
    assert.equal(failure, null, `seed ${seed}: ${failure?.stack}`);
  }
  assert.ok(visits > 10 * SCHEDULES, `only ${visits} revisions of visits were written`);
});

const names = ['CameraRead', 'Control', 'Visit', 'Irregularity', 'ClockMove'] as const;
const ids: SchemaIds = {
  own: (schema) => names.indexOf(schema as (typeof names)[number]) + 1,
  fetch: async (id) => schemaText(names[id - 1]!),
};
const codecs = {
  read: openCodec('CameraRead', ids),
  control: openCodec('Control', ids),
  visit: openCodec('Visit', ids),
  irregularity: openCodec('Irregularity', ids),
  clockMove: openCodec('ClockMove', ids),
};

const garageIdOf = (partition: number): string => (
  Array.from({ length: 100 }, (_, i) => `g${i}`).find((garageId) => partitionOf(garageId, PARTITIONS) === partition)!
);

const GARBAGE = 'no record';

const visitsSubject: Omit<Subject, 'check'> = {
  stage: visitsStage({
    ids, partitions: PARTITIONS, garages: { get: () => undefined, version: 0, reached: async () => {} },
  }),
  partitions: PARTITIONS,

  plan: (random) => [0, 1].flatMap((partition) => [
    { topic: topics.reads.name, partition, records: readsOf(partition, random) },
    { topic: topics.visitsControl.name, partition, records: advancesOf(partition, random) },
  ]),

  setAsideAs(topic, { value }) {
    if (topic !== topics.reads.name) return null;
    if (value!.toString() === GARBAGE) return 'undecodable';
    return codecs.read.decode(value!).source === 'stray' ? 'wrong_partition' : null;
  },

  isSettled: () => true,
};

/** A few cars that come and go, seen twice, out of order, late and again; some records are no reads of this garage. */
function readsOf(partition: number, random: Random): OutRecord[] {
  const garageId = garageIdOf(partition);
  const records: OutRecord[] = [];
  let at = 0;
  for (let i = random.between(8, 20); i > 0; i--) {
    at += random.below(90 * second);
    const lane = random.pick(['in', 'out']);
    const delay = random.chance(0.3) ? random.below(4 * minute) : 0;
    const direction = lane === 'in' ? 'IN' : 'OUT';
    const seen = readOf(lane, Math.max(0, at - delay), {
      garageId, readId: `r${i}`, plate: random.pick(['A', 'B', 'C']), direction, receivedAt: start + at,
    });
    records.push(encoded(seen));
    if (random.chance(0.15)) records.push(encoded(seen));
    if (random.chance(0.03)) records.push({ ...encoded(seen), value: Buffer.from(GARBAGE) });
    if (random.chance(0.03)) records.push(encoded({ ...seen, garageId: garageIdOf(1 - partition), source: 'stray' }));
  }
  return records;
}

const encoded = (read: CameraRead): OutRecord => (
  { key: Buffer.from(read.garageId), value: codecs.read.encode(read), timestamp: read.receivedAt }
);

function advancesOf(partition: number, random: Random): OutRecord[] {
  return Array.from({ length: random.below(3) }, () => {
    const control = controlOf('clock_advance', { subject: garageIdOf(partition), to: start + random.below(hour) });
    return { key: Buffer.from(control.subject), value: codecs.control.encode(control), timestamp: start };
  });
}

/** The reads in order, each clock move behind the reads that it followed: nothing else may be needed. */
async function replay(task: number, read: Read): Promise<Map<string, string>> {
  const at = (topic: string) => read({ topic, partition: task });
  const moves = at(topics.visitsClock.name).map(({ value }) => codecs.clockMove.decode(value!));
  const told = new Told();
  const state = new TaskState();
  const rules = openVisitRules(state);
  let readsOffset = 0;
  const moveAsRecorded = (): void => {
    while (moves.length > 0 && moves[0]!.readsOffset === readsOffset) {
      const { garageId, to } = moves.shift()!;
      rules.control(controlOf('clock_advance', { subject: garageId, to }), null, 0, told);
    }
  };
  moveAsRecorded();
  for (const record of at(topics.reads.name)) {
    if (visitsSubject.setAsideAs(topics.reads.name, record) !== null) continue;
    rules.read(codecs.read.decode(record.value!), record.offset, 0, told);
    readsOffset = record.offset + 1;
    moveAsRecorded();
  }
  assert.deepEqual(moves, [], 'every clock move follows a read');

  const written = (topic: string): string[] => at(topic).map(({ value }) => value!.toString('hex'));
  const visits = told.all.filter((each) => 'visitId' in each);
  assert.deepEqual(written(topics.visits.name), visits.map((visit) => codecs.visit.encode(visit).toString('hex')));
  const irregularities = told.all.filter((each) => 'irregularityId' in each);
  assert.deepEqual(
    written(topics.irregularities.name),
    irregularities.map((irregularity) => codecs.irregularity.encode(irregularity).toString('hex')),
  );
  return stateInHex(state);
}
