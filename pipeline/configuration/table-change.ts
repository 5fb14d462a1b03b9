import { learning, type Codec } from '../records/codec.ts';
import type { Log, OutBatch } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';

export interface TableChange<V> {
  readonly log: Log;
  /** A compacted topic of one partition. */
  readonly topic: string;
  /** Those who change one table share a transactional id: one after the other, never mixed. */
  readonly transactionalId: string;
  readonly codec: Codec<V>;
  /** UTC ms, for the record timestamps. */
  readonly now: number;
  /**
   * From what the table holds to the values that differ, by key; null: it goes.
   * @param writtenAt record timestamps, UTC ms
   */
  plan(current: ReadonlyMap<string, V>, writtenAt: ReadonlyMap<string, number>): ReadonlyMap<string, V | null>;
  /** What to tell the stages: `version` is the table's offset behind the change. */
  announce(changed: readonly string[], version: number): readonly OutBatch[];
}

export interface ChangedTable {
  /** Everything before this offset of the table's partition is the configuration. */
  readonly version: number;
  readonly changed: readonly string[];
}

/**
 * Changes a table and tells those who go by it, in one transaction: a change is never there without its
 * announcement. Nothing is written when nothing differs.
 */
export async function changeTable<V>(change: TableChange<V>): Promise<ChangedTable> {
  const { log, topic, codec, now } = change;
  const writer = await log.claim(change.transactionalId);
  try {
    const { values, writtenAt, end } = await readTable(log, topic, codec);
    const planned = change.plan(values, writtenAt);
    const changed = [...planned.keys()].sort();
    if (changed.length === 0) return { version: end, changed };
    const records = changed.map((key) => {
      const value = planned.get(key)!;
      return { key: Buffer.from(key), value: value === null ? null : codec.encode(value), timestamp: now };
    });
    const version = end + records.length;
    await writer.commit({
      batches: [{ topic, partition: 0, records }, ...change.announce(changed, version)],
      group: change.transactionalId,
      offsets: [],
    });
    return { version, changed };
  } finally {
    await writer.close();
  }
}

/** The table as it is now, and the offset where it ends. */
async function readTable<V>(
  log: Log, topic: string, codec: Codec<V>,
): Promise<{ values: Map<string, V>; writtenAt: Map<string, number>; end: number }> {
  const values = new Map<string, V>();
  const writtenAt = new Map<string, number>();
  const { start, stable } = await log.bounds({ topic, partition: 0 });
  for await (const records of recordsBetween(log, { topic, partition: 0 }, start, stable)) {
    for (const { key, value, timestamp } of records) {
      if (key === null) continue;
      if (value === null) values.delete(key.toString());
      else values.set(key.toString(), await learning(() => codec.decode(value)));
      writtenAt.set(key.toString(), timestamp);
    }
  }
  return { values, writtenAt, end: stable };
}
