import type { Log, LogRecord } from '../../pipeline/engine/log.ts';
import { endsOf } from '../../pipeline/engine/consumed.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { learning, openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import type { RecordOf } from '../../pipeline/records/records.ts';
import { topics } from '../../topics/topics.ts';

export interface PlacedRecord extends Pick<LogRecord, 'key' | 'value' | 'timestamp' | 'headers'> {
  readonly partition: number;
}

/** Reads on in a topic: each call gives the committed records since the former one. */
export function followTopic(log: Log, topic: string): () => Promise<PlacedRecord[]> {
  const positions = new Map<number, number>();
  return async () => {
    const found: PlacedRecord[] = [];
    for (const { partition, start, end } of await endsOf(log, [topic])) {
      for await (const records of recordsBetween(log, { topic, partition }, positions.get(partition) ?? start, end)) {
        for (const { offset, key, value, timestamp, headers } of records) {
          if (offset < end) found.push({ partition, key, value, timestamp, headers });
        }
      }
      positions.set(partition, Math.max(end, positions.get(partition) ?? 0));
    }
    return found;
  };
}

/** The same, decoded. */
export function followRecords<S extends keyof RecordOf>(
  log: Log, ids: SchemaIds, topic: keyof typeof topics, schema: S,
): () => Promise<RecordOf[S][]> {
  const codec = openCodec(schema, ids);
  const next = followTopic(log, topics[topic].name);
  return async () => {
    const found: RecordOf[S][] = [];
    for (const { value } of await next()) if (value !== null) found.push(await learning(() => codec.decode(value)));
    return found;
  };
}

/** All committed records of a topic. */
export function allRecords<S extends keyof RecordOf>(
  log: Log, ids: SchemaIds, topic: keyof typeof topics, schema: S,
): Promise<RecordOf[S][]> {
  return followRecords(log, ids, topic, schema)();
}

/** Of records with the same id the one with the highest revision. */
export function newestOf<T extends { readonly revision: number }>(
  records: readonly T[], idOf: (record: T) => string,
): T[] {
  const newest = new Map<string, T>();
  for (const record of records) {
    const known = newest.get(idOf(record));
    if (known === undefined || record.revision > known.revision) newest.set(idOf(record), record);
  }
  return [...newest.values()];
}
