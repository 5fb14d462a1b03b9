import { allTopics, partitionCounts, type Topic } from '../../topics/topics.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import type { Log, TransactionBatch } from '../engine/log.ts';
import { Outputs } from '../engine/outputs.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { learning, openCodec, UndecodableError, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { letterOf, markedBy, markOf, recordOf, type Letter } from './letter.ts';

/** Which letters are meant; what is left out means all. */
export interface LetterFilter {
  readonly stage?: string;
  readonly reason?: string;
  readonly topic?: string;
  /** One letter. */
  readonly offset?: number;
  /** Those too that were sent back before and came again. */
  readonly again: boolean;
}

/** One transaction holds at most so many. */
const SENT_AT_ONCE = 500;

const deadLetters = { topic: DEAD_LETTER_TOPIC, partition: 0 };

/**
 * The letters that nobody has sent back yet and the filter means, oldest first; none that comes while they are read.
 */
export async function lettersIn(log: Log, filter: LetterFilter): Promise<Letter[]> {
  const letters = new Map<number, Letter>();
  const { start, stable } = await log.bounds(deadLetters);
  for await (const records of recordsBetween(log, deadLetters, start, stable)) {
    for (const record of records) {
      const letter = letterOf(record);
      if (letter !== null) letters.set(letter.offset, letter);
      for (const offset of markedBy(record) ?? []) letters.delete(offset);
    }
  }
  return [...letters.values()].filter((letter) => isMeant(letter, filter));
}

/** Whether the filter means the letter. */
export function isMeant({ stage, reason, topic, offset, attempts }: Letter, filter: LetterFilter): boolean {
  return (filter.stage ?? stage) === stage &&
    (filter.reason ?? reason) === reason &&
    (filter.topic ?? topic) === topic &&
    (filter.offset ?? offset) === offset && (filter.again || attempts === 0);
}

/**
 * Sends letters back to the topics they came from, each to the partition of the key that its content has, so that a
 * record that was written to a wrong one comes right. Each batch of records stands in one transaction with the mark
 * that they were sent: none is sent twice, and it ends with the letters that were there when it began. One that is without
 * its record stays.
 * @throws {FencedError} somebody else redrives at the same time
 */
export async function redrive(log: Log, ids: SchemaIds, filter: LetterFilter, now: number): Promise<readonly Letter[]> {
  const writer = await log.claim('bomfri-redrive');
  try {
    const letters = (await lettersIn(log, filter)).filter(({ isWhole }) => isWhole);
    for (let from = 0; from < letters.length; from += SENT_AT_ONCE) {
      const some = letters.slice(from, from + SENT_AT_ONCE);
      await writer.commit({ batches: await batchesOf(some, ids, now), group: 'bomfri-redrive', offsets: [] });
    }
    return letters;
  } finally {
    await writer.close();
  }
}

async function batchesOf(letters: readonly Letter[], ids: SchemaIds, now: number): Promise<TransactionBatch[]> {
  const out = new Outputs();
  for (const letter of letters) {
    const topic = allTopics.find(({ name }) => name === letter.topic);
    if (topic === undefined) {
      throw new Error(
        `dead letter ${letter.offset} is of ${letter.topic}, which this release does not have: `
          + 'leave it out with --topic',
      );
    }
    const key = (await keyInside(letter, topic, ids)) ?? letter.record.key;
    const isFree = key === null || topic.key === 'none';
    const partition = isFree ? letter.partition : partitionOf(String(key), partitionCounts[topic.group]);
    out.add(topic.name, partition, recordOf(letter, key));
  }
  out.add(deadLetters.topic, deadLetters.partition, markOf(letters, now));
  return out.batches();
}

/** What the record itself says its key must be; null: it can't be read, or does not say. */
async function keyInside(
  { record: { value } }: Letter, { key, schema }: Topic, ids: SchemaIds,
): Promise<Buffer | null> {
  if (schema === null || value === null) return null;
  const codec = openCodec(schema, ids);
  try {
    const content: object = await learning(() => codec.decode(value));
    const inside = (content as Record<string, unknown>)[key];
    return typeof inside === 'string' && inside !== '' ? Buffer.from(inside) : null;
  } catch (error) {
    if (error instanceof UndecodableError) return null;
    throw error;
  }
}
