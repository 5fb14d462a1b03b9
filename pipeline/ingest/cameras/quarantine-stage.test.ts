import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELD_FOR_MS, partitionCounts, topics } from '../../../topics/topics.ts';
import { DEAD_LETTER_TOPIC } from '../../engine/dead-letters.ts';
import { Outputs } from '../../engine/outputs.ts';
import { RejectedError } from '../../engine/stage.ts';
import { RecordBlock } from '../../engine/record-block.ts';
import { TaskState } from '../../engine/state.ts';
import { parseGarages } from '../../garages/garages-file.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { CameraRead, Garage, HeldEvent } from '../../records/records.ts';
import { goldenFiles } from '../formats/golden-files.ts';
import { heldEvent } from './held-event.ts';
import { quarantineStage } from './quarantine-stage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const heldCodec = openCodec('HeldEvent', ids);
const readCodec = openCodec('CameraRead', ids);

const { format, body } = goldenFiles().find(({ name }) => name === 'hikvision.xml')!;
const SERIAL = 'C42F90A7B5D1';
const TASK = partitionOf(SERIAL, partitionCounts.camera);
const NOON = Date.parse('2026-05-17T12:00:00Z');

/** Number n of the camera's events, as it is held. */
function held(n: number, changes: Partial<HeldEvent> = {}): HeldEvent {
  const [event] = format.read(String(body).replace('6f0c9c1e', `event-${n}`));
  return { ...heldEvent(event!, format, { operatorId: '', garageIds: [] }, NOON + n), ...changes };
}

function garage(garageId: string, serial: string, operatorId = 'op'): Garage {
  const cameras = [{ cameraId: 'c', serial, directions: { reverse: 'in' } }];
  return parseGarages([{
    garageId,
    operatorId,
    timezone: 'Europe/Oslo',
    lanes: [{ laneId: 'l', direction: 'both', cameras }],
  }])[0]!;
}

/**
 * The stage over a table of garages and a changelog, one transaction a call; `takeOver` is another owner after a crash.
 */
function openQuarantine(waitingBytesMax?: number) {
  const table = new Map<string, Garage>();
  const listeners: ((garageId: string, garage: Garage | undefined) => void)[] = [];
  const garages = {
    version: 0, entries: () => table.entries(),
    onChange: (listener: (typeof listeners)[number]) => void listeners.push(listener),
  };
  const changelog = new RecordBlock();
  const out = new Outputs();
  const ended: string[] = [];
  const begin = () => {
    const state = new TaskState();
    const stage = quarantineStage({
      ids, garages, ended: (how) => ended.push(how), ...(waitingBytesMax && { waitingBytesMax }),
    });
    const task = stage.openTask(TASK, state);
    for (const { key, value } of changelog) state.restore(key!, value);
    return { state, task };
  };
  let owner = begin();
  let offset = 0;
  const commit = (): void => owner.state.settle(changelog, 0);
  return {
    ended,
    take(event: HeldEvent) {
      const record = { key: null, value: heldCodec.encode(event), timestamp: 0, offset: offset++, headers: null };
      owner.state.mark();
      try {
        owner.task.apply({ topic: topics.quarantine.name, record, monotonicMs: 0 }, out);
      } catch (error) {
        owner.state.undo();
        throw error;
      } finally {
        commit();
      }
    },
    configure(changed: Garage) {
      table.set(changed.garageId, changed);
      garages.version += 1;
      for (const listener of listeners) listener(changed.garageId, changed);
    },
    /** Ticks until nothing is left to do. */
    tick(wallMs = NOON) {
      for (let ticks = 0; owner.task.tick!({ monotonicMs: 0, wallMs }, out); ticks++) {
        commit();
        assert(ticks < 100);
      }
    },
    crash: () => { owner = begin(); },
    waiting: () => owner.state.size,
    released(): CameraRead[] {
      return out.batches().filter(({ topic }) => topic === topics.reads.name)
        .flatMap(({ partition, records }) => Array.from(records, ({ key, value, timestamp }) => {
          const read = readCodec.decode(value!);
          assert.equal(String(key), read.garageId);
          assert.equal(partition, partitionOf(read.garageId, partitionCounts.garage));
          assert.equal(timestamp, read.receivedAt);
          return read;
        }));
    },
    deadLetters: () =>
      out.batches().filter(({ topic }) => topic === DEAD_LETTER_TOPIC).flatMap(({ records }) => [...records]),
  };
}

const idOf = (n: number): string => held(n).eventId;

test('what an unknown camera sends waits, and is released in order when a garage names it', () => {
  const quarantine = openQuarantine();
  for (const n of [1, 2, 3]) quarantine.take(held(n));
  quarantine.tick();
  assert.deepEqual(quarantine.released(), []);
  quarantine.configure(garage('p4', 'c4:2f:90:a7:b5:d1'));
  quarantine.tick();
  const released = quarantine.released();
  assert.deepEqual(released.map(({ readId }) => readId), [idOf(1), idOf(2), idOf(3)]);
  assert.deepEqual({ ...released[0] }, {
    readId: idOf(1), garageId: 'p4', laneId: 'l', cameraId: 'c', direction: 'IN', plate: 'EK12345', country: 'NO',
    confidence: released[0]!.confidence, candidates: [],
    capturedAt: Date.parse('2026-05-17T06:20:43Z'), receivedAt: NOON + 1,
    source: 'hikvision', timing: '',
  });
  assert.equal(quarantine.waiting(), 0);
});

test('an event sent twice while it waits is released once', () => {
  const quarantine = openQuarantine();
  for (const n of [1, 2, 1, 1]) quarantine.take(held(n));
  quarantine.configure(garage('p4', SERIAL));
  quarantine.tick();
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), [idOf(1), idOf(2)]);
});

test('an event that was under way when its camera was configured goes through, behind those that waited', () => {
  const quarantine = openQuarantine();
  quarantine.take(held(1));
  quarantine.configure(garage('p4', SERIAL));
  quarantine.take(held(2));
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), [idOf(1), idOf(2)]);
});

test('another owner goes on where the last transaction ended, and releases nothing twice', () => {
  const quarantine = openQuarantine();
  for (let n = 0; n < 30; n++) {
    quarantine.take(held(n));
    if (n % 7 === 0) quarantine.crash();
  }
  quarantine.configure(garage('p4', SERIAL));
  quarantine.crash();
  quarantine.tick();
  quarantine.crash();
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), Array.from({ length: 30 }, (_, n) => idOf(n)));
});

test('a fleet that is configured at once is released in several transactions, and in order', () => {
  const quarantine = openQuarantine();
  for (let n = 0; n < 2_500; n++) quarantine.take(held(n));
  quarantine.configure(garage('p4', SERIAL));
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), Array.from({ length: 2_500 }, (_, n) => idOf(n)));
});

test('what came with a key of one operator is released to none of another, nor to a garage that the key is not for', () => {
  const quarantine = openQuarantine();
  quarantine.take(held(1, { operatorId: 'north' }));
  quarantine.take(held(2, { operatorId: 'south', garageIds: ['p5'] }));
  quarantine.configure(garage('p4', SERIAL, 'south'));
  quarantine.tick();
  assert.deepEqual(quarantine.released(), []);
  quarantine.configure(garage('p5', SERIAL, 'south'));
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId, garageId }) => [readId, garageId]), [[idOf(2), 'p5']]);
  quarantine.configure(garage('p6', SERIAL, 'north'));
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId }) => readId).sort(), [idOf(1), idOf(2)].sort());
});

test('what nobody has claimed in time is forgotten, plate and all', () => {
  const quarantine = openQuarantine();
  quarantine.take(held(1));
  quarantine.take(held(2, { receivedAt: NOON + 60 * 60_000 }));
  quarantine.tick(NOON + HELD_FOR_MS);
  assert.equal(quarantine.waiting(), 2);
  quarantine.tick(NOON + HELD_FOR_MS + 2 * 60_000);
  assert.equal(quarantine.waiting(), 1);
  assert.deepEqual(quarantine.ended, ['forgotten']);
});

test('what its format can\'t read any more becomes a dead letter, and holds up nothing', () => {
  const quarantine = openQuarantine();
  quarantine.take(held(1, { payload: '<torn' }));
  quarantine.take(held(2, { format: 'no-more' }));
  quarantine.take(held(3));
  quarantine.configure(garage('p4', SERIAL));
  quarantine.tick();
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), [idOf(3)]);
  const letters = quarantine.deadLetters();
  assert.deepEqual(
    letters.map(({ headers }) => String(headers!['bomfri.reason'])),
    ['unreadable_event', 'unreadable_event'],
  );
  assert.deepEqual(heldCodec.decode(letters[0]!.value!).eventId, idOf(1));
});

test('more than the memory has room for is refused, until something waits no more', () => {
  const quarantine = openQuarantine(3 * held(1).payload.length + 100);
  for (const n of [1, 2, 3]) quarantine.take(held(n));
  assert.throws(() => quarantine.take(held(4)), (error) =>
    error instanceof RejectedError && error.reason === 'quarantine_full');
  assert.equal(quarantine.waiting(), 3);
  quarantine.take(held(2));
  quarantine.configure(garage('p4', SERIAL));
  quarantine.take(held(5));
  assert.deepEqual(quarantine.released().map(({ readId }) => readId), [1, 2, 3, 5].map(idOf));
});

test('a record that belongs to another partition is refused', () => {
  const serial =
    Array.from({ length: 20 }, (_, i) => `S-${i}`).find((each) => partitionOf(each, partitionCounts.camera) !== TASK)!;
  assert.throws(() => openQuarantine().take(held(1, { serial })), (error) =>
    error instanceof RejectedError && error.reason === 'wrong_partition');
});
