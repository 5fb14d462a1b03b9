import { randomUUID } from 'node:crypto';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log, OutBatch } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Control } from '../records/records.ts';

/** A word to the visits stage about some garages; resolves when the brokers have it. */
export interface GarageControls {
  /** The garage's clock no longer moves by itself. */
  hold(garageIds: readonly string[]): Promise<void>;
  release(garageIds: readonly string[]): Promise<void>;
  /** Moves the clocks to `to`, UTC ms; one that is further stays. */
  advance(garageIds: readonly string[], to: number): Promise<void>;
}

export interface GarageControlsOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** Who or what did it, and why, for the record. */
  readonly issuedBy: string;
  readonly reason: string;
}

export function openGarageControls({ log, ids, issuedBy, reason }: GarageControlsOptions): GarageControls {
  const codec = openCodec('Control', ids);
  const tell = (garageIds: readonly string[], type: Control['type'], to: number | null): Promise<void> => {
    const issuedAt = Date.now();
    const byPartition = Map.groupBy(garageIds, (garageId) => partitionOf(garageId, partitionCounts.garage));
    const batches = [...byPartition].map(([partition, subjects]): OutBatch => ({
      topic: topics.visitsControl.name,
      partition,
      records: subjects.map((subject) => ({
        key: Buffer.from(subject),
        value: codec.encode({ controlId: randomUUID(), type, subject, to, version: null, issuedAt, issuedBy, reason }),
        timestamp: issuedAt,
      })),
    }));
    return log.append(batches);
  };
  return {
    hold: (garageIds) => tell(garageIds, 'hold', null),
    release: (garageIds) => tell(garageIds, 'release', null),
    advance: (garageIds, to) => tell(garageIds, 'clock_advance', to),
  };
}
