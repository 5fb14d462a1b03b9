import { HELD_FOR_MS, partitionCounts, topics } from '../../../topics/topics.ts';
import { DEAD_LETTER_TOPIC, deadLetter } from '../../engine/dead-letters.ts';
import type { GlobalTable } from '../../engine/global-table.ts';
import type { Outputs } from '../../engine/outputs.ts';
import { RejectedError, type Stage, type StageTask } from '../../engine/stage.ts';
import type { TaskState } from '../../engine/state.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { CameraRead, Garage } from '../../records/records.ts';
import type { Refusal } from '../check-read.ts';
import { FormatError } from '../formats/format.ts';
import { cameraFormats } from '../formats/formats.ts';
import { openCameraIndex, type CameraPlace } from './camera-index.ts';
import { openQuarantineState, type Waiting } from './quarantine-state.ts';
import { readOfEvent } from './read-of-event.ts';

export interface QuarantineOptions {
  readonly ids: SchemaIds;
  /** parking.garages, read to its end. */
  readonly garages: Pick<GlobalTable<Garage>, 'entries' | 'onChange' | 'version'>;
  /** Told of each event that waits no more; for metrics. Work done again is told again. */
  readonly ended?: (how: 'released' | 'forgotten' | 'refused') => void;
  /** Of all payloads that wait in one task. */
  readonly waitingBytesMax?: number;
}

/** So that one transaction stays small when a whole fleet is configured at once. */
const RELEASED_A_TICK_MAX = 1_000;
const FORGET_EVERY_MS = 60_000;
/**
 * In the memory of one task, some 50,000 events. What comes beyond is a dead letter: not lost, and somebody is told.
 */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/**
 * parking.reads.quarantine -> parking.reads: holds what unknown cameras have sent. Once a garage names a camera, all of
 * its events are released in their order, exactly once: the reads and the end of their waiting are one transaction.
 */
export function quarantineStage(options: QuarantineOptions): Stage {
  const { ids, garages, ended = () => {}, waitingBytesMax = WAITING_BYTES_MAX } = options;
  const heldEvents = openCodec('HeldEvent', ids);
  const reads = openCodec('CameraRead', ids);
  const index = openCameraIndex(garages);
  return {
    name: 'quarantine',
    inputs: [topics.quarantine.name],
    changelog: topics.quarantineState.name,
    outputs: [],
    openTask: openQuarantineTask,
  };

  function openQuarantineTask(task: number, taskState: TaskState): StageTask {
    const state = openQuarantineState(taskState);
    /** The table's version up to which all that it names is released. */
    let releasedAt = -1;
    let forgottenAtMs = -Infinity;
    return {
      apply({ record }, out) {
        if (record.value === null) throw new RejectedError('empty_record', 'the record has no value');
        const event = heldEvents.decode(record.value);
        const partition = partitionOf(event.serial, partitionCounts.camera);
        if (partition !== task) {
          throw new RejectedError('wrong_partition', `the serial's partition is ${partition}, not ${task}`);
        }
        const key = state.keyOf(event);
        if (state.waiting.get(key) === undefined) state.waiting.put(key, { ...event, offset: record.offset });
        // Configured while it was under way; those before it first.
        release(event.serial, Infinity, out);
        if (state.payloadBytes > waitingBytesMax) {
          throw new RejectedError('quarantine_full', 'too much waits for cameras to be configured');
        }
      },
      tick({ wallMs }, out) {
        return forgetOld(wallMs) || releaseConfigured(out);
      },
    };

    /** Answers how many of the serial's events were released, `most` at a time. */
    function release(serial: string, most: number, out: Outputs): number {
      if (!index.isNamed(serial)) return 0;
      let released = 0;
      for (const [key, event] of state.of(serial)) {
        const place = index.find(serial, event);
        if (place === null) continue;
        if (released === most) break;
        const read = readAgain(event, place);
        if ('reason' in read) setAside(event, read, out);
        else addRead(read, out);
        ended('reason' in read ? 'refused' : 'released');
        state.waiting.delete(key);
        released += 1;
      }
      return released;
    }

    function releaseConfigured(out: Outputs): boolean {
      const { version } = garages;
      if (version === releasedAt) return false;
      let room = RELEASED_A_TICK_MAX;
      for (const serial of [...state.serials()]) room -= release(serial, room, out);
      if (room > 0) releasedAt = version;
      return room < RELEASED_A_TICK_MAX;
    }

    /** Plates are kept as long as the topic keeps them, and no longer. How long that is, only real time can say. */
    function forgetOld(wallMs: number): boolean {
      if (wallMs < forgottenAtMs + FORGET_EVERY_MS) return false;
      forgottenAtMs = wallMs;
      const old: string[] = [];
      for (const [key, receivedAt] of state.receivedAt) {
        if (receivedAt >= wallMs - HELD_FOR_MS) break;
        old.push(key);
      }
      for (const key of old) {
        state.waiting.delete(key);
        ended('forgotten');
      }
      return old.length > 0;
    }

    function addRead(read: CameraRead, out: Outputs): void {
      out.add(topics.reads.name, partitionOf(read.garageId, partitionCounts.garage), {
        key: Buffer.from(read.garageId), value: reads.encode(read), timestamp: read.receivedAt,
      });
    }

    /** It was read when it came: since then the format has changed. */
    function setAside({ offset, ...event }: Waiting, { field, reason }: Refusal, out: Outputs): void {
      const record = {
        key: Buffer.from(event.serial), value: heldEvents.encode(event),
        timestamp: event.receivedAt, offset, headers: null,
      };
      const why = { stage: 'quarantine', reason: 'unreadable_event', message: `${field} ${reason}` };
      out.add(DEAD_LETTER_TOPIC, 0, deadLetter(topics.quarantine.name, task, record, why));
    }
  }
}

/** The event as its format reads it now; its camera keeps the name that it was held by. */
function readAgain(held: Waiting, place: CameraPlace): CameraRead | Refusal {
  const format = cameraFormats.find(({ name }) => name === held.format);
  if (format === undefined) return { field: 'format', reason: 'is not known any more' };
  try {
    const [event] = format.read(held.payload);
    if (event === undefined) return { field: 'payload', reason: 'holds no event any more' };
    const read = readOfEvent({ ...event, serial: held.serial }, place, format.name, held.receivedAt);
    return 'reason' in read ? read : { ...read, readId: held.eventId };
  } catch (error) {
    if (error instanceof FormatError) return { field: 'payload', reason: error.message };
    throw error;
  }
}
