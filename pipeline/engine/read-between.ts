import type { Log, LogRecord, TopicPartition } from './log.ts';

const FETCH_WAIT_MS = 500;

/**
 * The committed records of a partition from one offset until another is reached, as they are fetched: the last ones may
 * lie behind `to`. Nothing is read when `from` is there already.
 * @throws {OffsetOutOfRangeError} `from` is outside the log
 */
export async function* recordsBetween(
  log: Log, { topic, partition }: TopicPartition, from: number, to: number,
): AsyncGenerator<readonly LogRecord[]> {
  for (let position = from; position < to; ) {
    const [batch] = await log.fetch([{ topic, partition, from: position }], FETCH_WAIT_MS);
    if (batch === undefined) continue;
    yield batch.records;
    position = batch.next;
  }
}
