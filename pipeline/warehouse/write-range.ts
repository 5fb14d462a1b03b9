import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ClickHouseError } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { DEAD_LETTER_TOPIC, deadLetter } from '../engine/dead-letters.ts';
import type { Log, LogRecord, OutRecord } from '../engine/log.ts';
import type { EngineObserver } from '../engine/observer.ts';
import type { SinkRange } from '../engine/sink.ts';
import { UndecodableError, UnknownWriterError } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import { UnfitValueError } from './json-row.ts';
import { tableOfTopic } from './tables.ts';

export interface RangeWriterOptions {
  readonly client: ClickHouseClient;
  readonly epoch: string;
  readonly ids: SchemaIds;
  /** Takes the dead letters. */
  readonly log: Pick<Log, 'append'>;
  readonly observer: Pick<EngineObserver, 'deadLetter'>;
}

/**
 * Writes ranges of the topics into their tables. A range that is written again, by whomever, adds nothing: its token
 * names exactly these offsets, and ClickHouse drops an insert whose token it has seen.
 * The records of a range that no row can be made of become dead letters.
 */
export function rangeWriter(options: RangeWriterOptions): (range: SinkRange) => Promise<void> {
  const rowMakers = new Map(Array.from(tableOfTopic, ([topic, table]) => [topic, table.openRows(options.ids)]));
  return async (range) => {
    const toRow = rowMakers.get(range.topic);
    if (toRow === undefined) throw new Error(`no table takes ${range.topic}`);
    const { rows, refused } = await rowsOf(range, toRow);
    // Rows first: they may be written again without harm, dead letters stand as often as they are written.
    if (rows.length > 0) await insert(options.client, range, rows, options.epoch);
    if (refused.size > 0) await setAside(options, range, refused);
  };
}

/** `{epoch}:{table}:{topic}:{partition}:{from}-{to}` over raw offsets, so that no two ranges ever share one. */
function deduplicationToken(epoch: string, table: string, range: Omit<SinkRange, 'records'>): string {
  return `${epoch}:${table}:${range.topic}:${range.partition}:${range.from}-${range.to}`;
}

/** ClickHouse refused an insert, or did not answer. Its own words may quote rows, and plates with them: left out. */
export class InsertError extends Error {
  override name = 'InsertError';
}

/** Why no row can be made of a record. */
interface Refusal {
  readonly reason: string;
  readonly message: string;
}

async function rowsOf(
  range: SinkRange,
  toRow: (bytes: Buffer) => string,
): Promise<{ rows: string[]; refused: Map<LogRecord, Refusal> }> {
  const rows: string[] = [];
  const refused = new Map<LogRecord, Refusal>();
  for (const record of range.records) {
    let row = rowOf(record, toRow);
    if (row instanceof UnknownWriterError) row = (await refusalToLearn(row)) ?? rowOf(record, toRow);
    if (typeof row === 'string') rows.push(row);
    else if (row instanceof UnknownWriterError) throw row;
    else refused.set(record, row);
  }
  return { rows, refused };
}

function rowOf(record: LogRecord, toRow: (bytes: Buffer) => string): string | Refusal | UnknownWriterError {
  if (record.value === null) return { reason: 'tombstone', message: 'a record of this topic must have a value' };
  try {
    return toRow(record.value);
  } catch (error) {
    if (error instanceof UnknownWriterError) return error;
    return refusal(error);
  }
}

/** Null when the writer's schema is known now. */
async function refusalToLearn(unknown: UnknownWriterError): Promise<Refusal | null> {
  try {
    await unknown.learn();
    return null;
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Refusal {
  if (error instanceof UndecodableError) return { reason: 'undecodable', message: error.message };
  if (error instanceof UnfitValueError) return { reason: 'unfit_value', message: error.message };
  throw error;
}

async function insert(client: ClickHouseClient, range: SinkRange, rows: string[], epoch: string): Promise<void> {
  const { table, columns } = tableOfTopic.get(range.topic)!;
  const names = columns.map((column) => `\`${column}\``).join(', ');
  try {
    const { stream } = await client.exec({
      query: `INSERT INTO ${table} (${names}) FORMAT JSONCompactEachRow`,
      values: Readable.from([Buffer.from(rows.join('\n'))], { objectMode: false }),
      clickhouse_settings: {
        async_insert: 0,
        insert_deduplicate: 1,
        // Rows that a newer revision replaces are left to the merges: to drop them here takes a third of the time.
        optimize_on_insert: 0,
        insert_deduplication_token: deduplicationToken(epoch, table, range),
        deduplicate_blocks_in_dependent_materialized_views: 1,
        // A range is one block, or its token would stand for several. Parsing in parallel cuts at 10 MB.
        input_format_parallel_parsing: 0,
        // A replay may span years of monthly partitions.
        max_partitions_per_insert_block: '0',
      },
    });
    await buffer(stream);
  } catch (error) {
    throw insertError(table, rows.length, error);
  }
}

function insertError(table: string, rows: number, error: unknown): InsertError {
  const what = `inserting ${rows} rows into ${table} failed`;
  if (!(error instanceof ClickHouseError)) {
    const { message, code } = error as NodeJS.ErrnoException;
    return new InsertError(`${what}: ${message || code}`);
  }
  if (error.code === UNKNOWN_TABLE || error.code === UNKNOWN_DATABASE) {
    return new InsertError(
      `${what}: it is gone from ClickHouse. Run \`npx bomfri warehouse rebuild\`, which makes it anew and has the ` +
        'topics read from their start',
    );
  }
  return new InsertError(`${what}: ClickHouse refused with ${error.type} (code ${error.code})`);
}

const UNKNOWN_TABLE = '60';
const UNKNOWN_DATABASE = '81';

async function setAside(
  { log, observer }: RangeWriterOptions,
  { topic, partition }: SinkRange,
  refused: ReadonlyMap<LogRecord, Refusal>,
): Promise<void> {
  const records: OutRecord[] = Array.from(refused, ([record, why]) =>
    deadLetter(topic, partition, record, { stage: 'warehouse', ...why }),
  );
  await log.append([{ topic: DEAD_LETTER_TOPIC, partition: 0, records }]);
  for (const { reason } of refused.values()) observer.deadLetter(reason);
}
