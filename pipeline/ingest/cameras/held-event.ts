import { partitionCounts, topics } from '../../../topics/topics.ts';
import type { OutBatch } from '../../engine/log.ts';
import { serialKey } from '../../garages/serial.ts';
import type { Codec } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { HeldEvent } from '../../records/records.ts';
import type { CameraEvent, CameraFormat } from '../formats/format.ts';
import type { CameraScope } from './camera-index.ts';
import { eventIdOf } from './event-id.ts';

/** An event of an unknown camera, as it is held until a garage of the scope names the serial. */
export function heldEvent(event: CameraEvent, format: CameraFormat, scope: CameraScope, receivedAt: number): HeldEvent {
  return {
    serial: serialKey(event.serial), eventId: eventIdOf(event), format: format.name, payload: event.original,
    ...scope, receivedAt,
  };
}

/** As records of `parking.reads.quarantine`, each on its serial's partition, in their order there. */
export function heldBatches(events: readonly HeldEvent[], codec: Codec<HeldEvent>): OutBatch[] {
  const perPartition = Map.groupBy(events, ({ serial }) => partitionOf(serial, partitionCounts.camera));
  return Array.from(perPartition, ([partition, some]) => ({
    topic: topics.quarantine.name,
    partition,
    records: some.map((event) => ({
      key: Buffer.from(event.serial),
      value: codec.encode(event),
      timestamp: event.receivedAt,
    })),
  }));
}
