import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../../topics/topics.ts';
import type { OutRecord } from '../../engine/log.ts';
import type { Random } from '../../engine/simulation/random.ts';
import { stateInHex } from '../../engine/simulation/state-in-hex.ts';
import type { Read, Subject } from '../../engine/simulation/subject.ts';
import { runWorld } from '../../engine/simulation/world.ts';
import { TaskState } from '../../engine/state.ts';
import { parseGarages } from '../../garages/garages-file.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { CameraRead, Garage, HeldEvent } from '../../records/records.ts';
import { goldenFiles } from '../formats/golden-files.ts';
import { heldEvent } from './held-event.ts';
import { quarantineStage } from './quarantine-stage.ts';
import { openQuarantineState } from './quarantine-state.ts';

const SCHEDULES = 150;
const PARTITIONS = partitionCounts.camera;
/** So late that nothing is forgotten for its age. */
const START = Date.parse('2100-01-01T00:00:00Z');

test(`in ${SCHEDULES} schedules of kills, pauses and lost answers every event is released once and in order, or still waits`, async () => {
  let released = 0;
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const subject = quarantineSubject((count) => (released += count));
    const { failure } = await runWorld({ seed, subject });
    assert.equal(failure, null, `seed ${seed}: ${failure?.stack}`);
  }
  assert.ok(released > 10 * SCHEDULES, `only ${released} events were released`);
});

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const heldCodec = openCodec('HeldEvent', ids);
const readCodec = openCodec('CameraRead', ids);
const { format, body } = goldenFiles().find(({ name }) => name === 'axis.json')!;
const [golden] = format.read(String(body));

/** Two cameras on each partition; the second is never configured. */
const serials = Array.from({ length: PARTITIONS }, (_, partition) =>
  Array.from({ length: 100 }, (_, i) => `S-${i}`)
    .filter((serial) => partitionOf(serial, PARTITIONS) === partition)
    .slice(0, 2));
const configured = serials.map(([serial]) => serial!);

/** A subject whose cameras are configured one after the other while the stage runs. */
function quarantineSubject(told: (released: number) => void): Subject {
  const stage = quarantineStage({ ids, garages: growingGarages() });
  return {
    // What the stage writes elsewhere is to be held against the log too.
    stage: { ...stage, outputs: [topics.reads.name] },
    partitions: PARTITIONS,
    plan: (random) =>
      serials.map((some, partition) => ({ topic: topics.quarantine.name, partition, records: eventsOf(some, random) })),
    setAsideAs: () => null,
    isSettled: (read) => serials.every((_, task) => releasedOf(task, read).length === heldOf(task, read, true).length),
    async check(task, read) {
      const released = releasedOf(task, read);
      assert.deepEqual(
        released.map(({ readId }) => readId),
        heldOf(task, read, true).map(({ event }) => event.eventId),
      );
      told(released.length);
      const state = new TaskState();
      const { waiting, keyOf } = openQuarantineState(state);
      for (const { event, offset } of heldOf(task, read, false)) waiting.put(keyOf(event), { ...event, offset });
      return stateInHex(state);
    },
  };
}

/** A table that has grown by a garage every few times that it is asked for its version. */
function growingGarages() {
  const garages = configured.map((serial): Garage => parseGarages([{
    garageId: `g-${serial}`, timezone: 'Europe/Oslo',
    lanes: [{ laneId: 'l', direction: 'in', cameras: [{ cameraId: 'c', serial }] }],
  }])[0]!);
  const listeners: ((garageId: string, garage: Garage | undefined) => void)[] = [];
  let asked = 0;
  let version = 0;
  return {
    entries: () => new Map<string, Garage>().entries(),
    onChange: (listener: (typeof listeners)[number]) => void listeners.push(listener),
    get version() {
      asked += 1;
      if (asked % 5 === 0 && version < garages.length) {
        const garage = garages[version++]!;
        for (const listener of listeners) listener(garage.garageId, garage);
      }
      return version;
    },
  };
}

function eventsOf(some: readonly string[], random: Random): OutRecord[] {
  return Array.from({ length: random.between(4, 15) }, (_, i) => {
    const serial = random.pick(some);
    const event = heldEvent(
      { ...golden!, serial, eventId: `e-${i}` },
      format,
      { operatorId: '', garageIds: [] },
      START + i,
    );
    return { key: Buffer.from(serial), value: heldCodec.encode(event), timestamp: START + i };
  });
}

function heldOf(task: number, read: Read, isConfigured: boolean): { event: HeldEvent; offset: number }[] {
  return read({ topic: topics.quarantine.name, partition: task })
    .map(({ value, offset }) => ({ event: heldCodec.decode(value!), offset }))
    .filter(({ event }) => configured.includes(event.serial) === isConfigured);
}

function releasedOf(task: number, read: Read): CameraRead[] {
  const garageId = `g-${configured[task]}`;
  return read({ topic: topics.reads.name, partition: partitionOf(garageId, PARTITIONS) })
    .map(({ value }) => readCodec.decode(value!)).filter((each) => each.garageId === garageId);
}
