import type { Table, TaskState } from '../../engine/state.ts';
import { avroStateCodec } from '../../engine/avro-state.ts';
import type { HeldEvent } from '../../records/records.ts';

/** An event that waits for its camera to be configured. */
export interface Waiting extends HeldEvent {
  /** Where it stands on the quarantine topic: the order in which events are released. */
  readonly offset: number;
}

export interface QuarantineState {
  /** By serial and event id: an event sent twice waits once. */
  readonly waiting: Table<Waiting>;
  /** Of all payloads that wait. */
  readonly payloadBytes: number;
  /** Keys of what waits and when it was received (UTC ms), in the order in which it came. */
  readonly receivedAt: ReadonlyMap<string, number>;
  keyOf(event: HeldEvent): string;
  serials(): Iterable<string>;
  /** The events of a serial with their keys, in the order in which they came. */
  of(serial: string): readonly (readonly [string, Waiting])[];
}

export function openQuarantineState(state: TaskState): QuarantineState {
  const keysOf = new Map<string, Set<string>>();
  const receivedAt = new Map<string, number>();
  let payloadBytes = 0;
  const waiting = state.table<Waiting>(1, codec, (key, before, after) => {
    // In a compacted changelog the end of an event's waiting may stand without its beginning.
    if (before === undefined && after === undefined) return;
    payloadBytes += (after?.payload.length ?? 0) - (before?.payload.length ?? 0);
    if (after === undefined) receivedAt.delete(key);
    else receivedAt.set(key, after.receivedAt);
    const serial = (after ?? before)!.serial;
    const keys = keysOf.get(serial) ?? new Set();
    if (after === undefined) keys.delete(key);
    else keys.add(key);
    if (keys.size === 0) keysOf.delete(serial);
    else keysOf.set(serial, keys);
  });
  return {
    waiting,
    receivedAt,
    get payloadBytes() {
      return payloadBytes;
    },
    keyOf: ({ serial, eventId }) => JSON.stringify([serial, eventId]),
    serials: () => keysOf.keys(),
    of: (serial) => Array.from(keysOf.get(serial) ?? [], (key) => [key, waiting.get(key)!] as const)
      .sort(([, one], [, other]) => one.offset - other.offset),
  };
}

const codec = {
  ...avroStateCodec<Waiting>(1, {
    type: 'record', name: 'Waiting', fields: [
      { name: 'serial', type: 'string' }, { name: 'eventId', type: 'string' }, { name: 'format', type: 'string' },
      { name: 'payload', type: 'string' }, { name: 'operatorId', type: 'string' },
      { name: 'garageIds', type: { type: 'array', items: 'string' } }, { name: 'receivedAt', type: 'long' },
      { name: 'offset', type: 'long' },
    ],
  }),
  // Looked at once more only, when they are released or forgotten.
  rests: () => true,
};
