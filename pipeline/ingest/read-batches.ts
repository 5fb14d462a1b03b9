import { topics } from '../../topics/topics.ts';
import type { OutBatch, OutRecord } from '../engine/log.ts';
import type { Codec } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { CameraRead } from '../records/records.ts';

/**
 * The reads as records of `parking.reads`, in their order within a partition.
 * @param writtenAt ms UTC, their timestamp: of an old one what is kept for days would be gone at once
 */
export function readBatches(
  reads: readonly CameraRead[], codec: Codec<CameraRead>, partitions: number, writtenAt: number,
): OutBatch[] {
  const perPartition = new Map<number, OutRecord[]>();
  for (const read of reads) {
    const partition = partitionOf(read.garageId, partitions);
    let records = perPartition.get(partition);
    if (records === undefined) perPartition.set(partition, (records = []));
    records.push({ key: Buffer.from(read.garageId), value: codec.encode(read), timestamp: writtenAt });
  }
  return Array.from(perPartition, ([partition, records]) => ({ topic: topics.reads.name, partition, records }));
}
