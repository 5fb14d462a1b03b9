import { allTopics, partitionCounts, type SchemaName } from '../../../topics/topics.ts';
import type { Log } from '../../engine/log.ts';
import { recordsBetween } from '../../engine/read-between.ts';
import { learning, openCodec, UndecodableError, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { RecordOf } from '../../records/records.ts';

/** A record as a topic keeps it. */
export interface Kept<T> {
  readonly offset: number;
  /** ms UTC, as the writer set it. */
  readonly timestamp: number;
  /** Null: a tombstone. */
  readonly value: T | null;
}

export type KeptValue<T> = Kept<T> & { readonly value: T };

export interface KeptRange {
  readonly topic: string;
  readonly partition: number;
  /** First offset to look at. */
  readonly from: number;
  /** Where to end, exclusive. */
  readonly to: number;
}

/** All that the topic keeps in the partition of that key. */
export async function keptRange(log: Log, topic: string, key: string): Promise<KeptRange> {
  const { group } = allTopics.find(({ name }) => name === topic)!;
  const partition = partitionCounts[group] === 1 ? 0 : partitionOf(key, partitionCounts[group]);
  const { start, stable } = await log.bounds({ topic, partition });
  return { topic, partition, from: start, to: stable };
}

/**
 * The records of that key, the oldest first. Those that can't be decoded are passed over: the stages set them aside too.
 * @throws {OffsetOutOfRangeError} what is asked for was deleted meanwhile
 */
export async function* keptRecords<N extends SchemaName>(
  log: Log, ids: SchemaIds, schema: N, range: KeptRange, key: string,
): AsyncGenerator<Kept<RecordOf[N]>> {
  const codec = openCodec(schema, ids);
  for await (const records of recordsBetween(log, range, range.from, range.to)) {
    for (const { offset, timestamp, key: of, value } of records) {
      if (offset >= range.to || of?.toString() !== key) continue;
      try {
        yield { offset, timestamp, value: value === null ? null : await learning(() => codec.decode(value)) };
      } catch (error) {
        if (!(error instanceof UndecodableError)) throw error;
      }
    }
  }
}

/** All that the topic keeps of the key, the oldest first. */
export async function keptAll<N extends SchemaName>(
  log: Log, ids: SchemaIds, schema: N, topic: string, key: string,
): Promise<Kept<RecordOf[N]>[]> {
  const all: Kept<RecordOf[N]>[] = [];
  for await (const kept of keptRecords(log, ids, schema, await keptRange(log, topic, key), key)) all.push(kept);
  return all;
}

/** The same without tombstones. */
export async function keptValues<N extends SchemaName>(
  log: Log, ids: SchemaIds, schema: N, topic: string, key: string,
): Promise<KeptValue<RecordOf[N]>[]> {
  const all = await keptAll(log, ids, schema, topic, key);
  return all.filter((kept): kept is KeptValue<RecordOf[N]> => kept.value !== null);
}
