import { randomUUID } from 'node:crypto';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { OutBatch, OutRecord } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Control } from '../records/records.ts';

/** Writes `configuration` control records: go by the table as it is at `version` from here on. */
export interface Announcer {
  /** To each garage's own partition of visits' control topic. */
  toVisits(garageIds: readonly string[], version: number): readonly OutBatch[];
  /** To every task of pricing. */
  toPricing(table: 'garages' | 'accounts' | 'permits' | 'owners', version: number): readonly OutBatch[];
}

export function openAnnouncer(ids: SchemaIds, issuedBy: string, now: number): Announcer {
  const codec = openCodec('Control', ids);
  const record = (subject: string, version: number, key: Buffer | null): OutRecord => {
    const control: Control = {
      controlId: randomUUID(), type: 'configuration', subject, to: null, version, issuedAt: now, issuedBy, reason: '',
    };
    return { key, value: codec.encode(control), timestamp: now };
  };
  return {
    toVisits(garageIds, version) {
      const byPartition = Map.groupBy(garageIds, (garageId) => partitionOf(garageId, partitionCounts.garage));
      return [...byPartition].map(([partition, ids]) => ({
        topic: topics.visitsControl.name,
        partition,
        records: ids.map((garageId) => record(garageId, version, Buffer.from(garageId))),
      }));
    },
    toPricing(table, version) {
      return Array.from({ length: partitionCounts.garage }, (_, partition) => ({
        topic: topics.pricingControl.name,
        partition,
        records: [record(table, version, null)],
      }));
    },
  };
}
