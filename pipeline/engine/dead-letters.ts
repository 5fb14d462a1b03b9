import { topics } from '../../topics/topics.ts';
import type { LogRecord, OutRecord } from './log.ts';
import { BATCH_BYTES_MAX } from './record-block.ts';

/** All stages' dead letters go to the one partition of this topic. */
export const DEAD_LETTER_TOPIC = topics.deadLetters.name;

/** Why a record was set aside, as it stands in the dead letter's headers. */
export interface DeadLetterReason {
  readonly stage: string;
  /** A short word: `undecodable`, `wrong_partition`, `rule_error`, ... */
  readonly reason: string;
  /** What a person reads; never quotes the record, for it may hold a plate. */
  readonly message: string;
}

/** Header of a letter that is without its record: how many bytes that has. */
export const LEFT_OUT = 'bomfri.left_out';

/**
 * The original bytes, headers and timestamp, with where it stood and why it was refused: all that a redrive needs. Of a
 * record that leaves no room for that in what a topic takes only the latter: the letter would be refused with the
 * transaction that it is in, again and again. Where it stood it stands until that topic's retention.
 */
export function deadLetter(topic: string, partition: number, record: LogRecord, why: DeadLetterReason): OutRecord {
  const { timestamp } = record;
  const told = {
    'bomfri.stage': Buffer.from(why.stage),
    'bomfri.reason': Buffer.from(why.reason),
    'bomfri.message': Buffer.from(why.message),
    'bomfri.topic': Buffer.from(topic),
    'bomfri.partition': Buffer.from(String(partition)),
    'bomfri.offset': Buffer.from(String(record.offset)),
  };
  const bytes = sizeBytes(record);
  if (bytes + sizeBytes({ key: null, value: null, headers: told }) > LETTER_BYTES_MAX) {
    return { key: null, value: null, timestamp, headers: { ...told, [LEFT_OUT]: Buffer.from(String(bytes)) } };
  }
  return { key: record.key, value: record.value, timestamp, headers: { ...record.headers, ...told } };
}

function sizeBytes({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) bytes += Buffer.byteLength(name) + headers[name]!.length + HEADER_LENGTHS_BYTES_MAX;
  return bytes;
}

/** Less than a batch by what its header takes, and the lengths in a record. */
const LETTER_BYTES_MAX = BATCH_BYTES_MAX - 128;
const HEADER_LENGTHS_BYTES_MAX = 10;
