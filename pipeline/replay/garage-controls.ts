import { randomUUID } from 'node:crypto';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log, OutBatch } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Control } from '../records/records.ts';

/** A word to the visits stage about some garages; resolves when the brokers have it. */
export interface GarageControls {
  /** The garage's clock no longer moves by itself, until `release` or until this process is gone. */
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
  const held = new Set<string>();
  /** The word that is on its way, so that none of holding comes after that of releasing. */
  let toldAgain = Promise.resolve();
  const holdOn = setInterval(() => {
    // One that does not get there is said again, long before the hold lapses.
    if (held.size > 0) toldAgain = tell([...held], 'hold', null).catch(() => {});
  }, HOLD_EVERY_MS).unref();

  return {
    async hold(garageIds) {
      await tell(garageIds, 'hold', null);
      for (const garageId of garageIds) held.add(garageId);
      holdOn.refresh();
    },
    async release(garageIds) {
      for (const garageId of garageIds) held.delete(garageId);
      await toldAgain;
      await tell(garageIds, 'release', null);
    },
    advance: (garageIds, to) => tell(garageIds, 'clock_advance', to),
  };
}

/** A hold lapses a quarter of an hour after the last read or word of the garage (`visits/clock/quiet-clock.ts`). */
const HOLD_EVERY_MS = 4 * 60_000;
