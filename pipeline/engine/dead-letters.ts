import { topics } from '../../topics/topics.ts';
import type { LogRecord, OutRecord } from './log.ts';

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

/** The original bytes, headers and timestamp, with where it stood and why it was refused: all that a redrive needs. */
export function deadLetter(topic: string, partition: number, record: LogRecord, why: DeadLetterReason): OutRecord {
  return {
    key: record.key,
    value: record.value,
    timestamp: record.timestamp,
    headers: {
      ...record.headers,
      'bomfri.stage': Buffer.from(why.stage),
      'bomfri.reason': Buffer.from(why.reason),
      'bomfri.message': Buffer.from(why.message),
      'bomfri.topic': Buffer.from(topic),
      'bomfri.partition': Buffer.from(String(partition)),
      'bomfri.offset': Buffer.from(String(record.offset)),
    },
  };
}
