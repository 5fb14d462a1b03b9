import { learning, UndecodableError, type Codec } from '../records/codec.ts';
import { systemClock, type EngineClock } from './clock.ts';
import type { FetchedBatch, Log, LogRecord } from './log.ts';
import type { Logger } from './logger.ts';

/** A compacted topic of one partition, held whole in memory and followed. */
export interface GlobalTable<V> {
  get(key: string): V | undefined;
  entries(): Iterable<[string, V]>;
  /** The next offset to read: everything before it is in the table. */
  readonly version: number;
  /** Resolves once everything before that offset is in the table. @throws when the table is closed before */
  reached(version: number): Promise<void>;
  /** Told of every change from now on; undefined: the key is gone. */
  onChange(listener: (key: string, value: V | undefined) => void): void;
  close(): Promise<void>;
}

export interface GlobalTableOptions<V> {
  readonly log: Log;
  readonly topic: string;
  readonly codec: Codec<V>;
  readonly logger: Logger;
  readonly clock?: EngineClock;
}

/**
 * Reads the topic to its end, then follows it. A record that can't be decoded is logged and passed over, so that one
 * bad record does not take all the others away: its key keeps the former value.
 * @throws when the topic has not exactly one partition, or can't be read
 */
export async function openGlobalTable<V>(options: GlobalTableOptions<V>): Promise<GlobalTable<V>> {
  const { log, topic, codec, logger } = options;
  const clock = options.clock ?? systemClock;
  const partitions = (await log.partitionCounts([topic])).get(topic);
  if (partitions !== 1) throw new Error(`table topic ${topic} has ${partitions} partitions, but must have one`);

  const values = new Map<string, V>();
  const listeners: ((key: string, value: V | undefined) => void)[] = [];
  const waiting = new Set<Waiting>();
  const closing = new AbortController();
  const { start, stable } = await log.bounds({ topic, partition: 0 });
  let version = start;

  while (version < stable) await readOn();
  logger.info({ topic, keys: values.size, version }, 'table read to its end');
  const followed = follow();

  return {
    get: (key) => values.get(key),
    entries: () => values.entries(),
    get version() {
      return version;
    },
    async reached(wanted) {
      if (version >= wanted) return;
      if (closing.signal.aborted) throw closedError(topic);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.add({ wanted, resolve, reject });
      await promise;
    },
    onChange(listener) {
      listeners.push(listener);
    },
    async close() {
      closing.abort();
      for (const { reject } of waiting) reject(closedError(topic));
      waiting.clear();
      await followed;
    },
  };

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await readOn();
      } catch (error) {
        if (closing.signal.aborted) return;
        logger.warn({ topic, err: error }, 'table can not be followed, trying again');
        await clock.sleep(RETRY_MS, closing.signal);
      }
    }
  }

  async function readOn(): Promise<void> {
    const [batch] = await log.fetch([{ topic, partition: 0, from: version }], FETCH_WAIT_MS);
    if (batch !== undefined && !closing.signal.aborted) await takeIn(batch);
  }

  async function takeIn(batch: FetchedBatch): Promise<void> {
    for (const record of batch.records) {
      if (record.key === null) logger.error({ topic, offset: record.offset }, 'table record without a key is passed over');
      else await takeInRecord(record.key.toString(), record);
    }
    version = batch.next;
    for (const waiter of waiting) {
      if (version < waiter.wanted) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  }

  async function takeInRecord(key: string, record: LogRecord): Promise<void> {
    const { value: bytes } = record;
    let value: V | undefined;
    try {
      value = bytes === null ? undefined : await learning(() => codec.decode(bytes));
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      logger.error({ topic, offset: record.offset, err: error }, 'table record can not be decoded, its key keeps the former value');
      return;
    }
    change(key, value);
  }

  function change(key: string, value: V | undefined): void {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    for (const listener of listeners) listener(key, value);
  }
}

/** What the table says of one key now, for who asks once. @throws as `openGlobalTable` does */
export async function askGlobalTable<V>(options: GlobalTableOptions<V>, key: string): Promise<V | undefined> {
  const table = await openGlobalTable(options);
  try {
    return table.get(key);
  } finally {
    await table.close();
  }
}

const FETCH_WAIT_MS = 500;
const RETRY_MS = 1_000;

interface Waiting {
  readonly wanted: number;
  resolve(): void;
  reject(error: Error): void;
}

function closedError(topic: string): Error {
  return new Error(`table ${topic} is closed`);
}
