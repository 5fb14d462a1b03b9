import { LEFT_OUT } from '../engine/dead-letters.ts';
import type { LogRecord, OutRecord } from '../engine/log.ts';

/** A dead letter as its headers tell it. */
export interface Letter {
  /** Where it stands among the dead letters. */
  readonly offset: number;
  readonly stage: string;
  readonly reason: string;
  /** What a person reads. */
  readonly message: string;
  /** Where it was found. */
  readonly topic: string;
  readonly partition: number;
  readonly record: LogRecord;
  /** False: it was too large for a letter, and stands only where it was found. */
  readonly isWhole: boolean;
  /** How often it was sent back before, and became a dead letter again. */
  readonly attempts: number;
}

const ATTEMPTS = 'bomfri.redriven';
/** On a record of the dead letters that is none itself: which of them were sent back. */
const MARK = 'bomfri.mark';

/** Null: the record is no dead letter of ours. */
export function letterOf(record: LogRecord): Letter | null {
  const header = (name: string): string | null => record.headers?.[name]?.toString() ?? null;
  const topic = header('bomfri.topic');
  const partition = Number(header('bomfri.partition') ?? NaN);
  if (topic === null || !Number.isInteger(partition)) return null;
  return {
    offset: record.offset, stage: header('bomfri.stage') ?? '', reason: header('bomfri.reason') ?? '',
    message: header('bomfri.message') ?? '', topic, partition, record, isWhole: header(LEFT_OUT) === null,
    attempts: Number(header(ATTEMPTS) ?? 0),
  };
}

/** The letter's original record, with a note of how often it was sent. */
export function recordOf({ record, attempts }: Letter, key: Buffer | null): OutRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(record.headers ?? {})) {
    if (!name.startsWith('bomfri.')) headers[name] = value;
  }
  headers[ATTEMPTS] = Buffer.from(String(attempts + 1));
  return { key, value: record.value, timestamp: record.timestamp, headers };
}

/** Says, among the dead letters, that these were sent back. */
export function markOf(letters: readonly Letter[], timestamp: number): OutRecord {
  return {
    key: null, value: Buffer.from(JSON.stringify(letters.map(({ offset }) => offset))), timestamp,
    headers: { [MARK]: Buffer.from('redriven') },
  };
}

/** Offsets of the letters that a mark tells of; null: the record is no mark, whatever headers its writer gave it. */
export function markedBy(record: LogRecord): readonly number[] | null {
  if (record.headers?.[MARK] === undefined || record.value === null || letterOf(record) !== null) return null;
  return JSON.parse(record.value.toString()) as number[];
}
