import zlib from 'node:zlib';
import type { LogRecord, ValuePlace } from '../engine/log.ts';
import { Cursor } from '../engine/record-format.ts';
import { committedBatches, type AbortedTransaction } from './aborted-records.ts';

export interface ReadRecords {
  readonly records: LogRecord[];
  /** Behind the last batch, whatever was in it; `from` when there was none. */
  readonly next: number;
}

/**
 * The committed records at or after `from`, out of fetched record batches (format 2). Keys, values and headers are
 * views into `bytes`. A batch that is cut off at the end is left for the next fetch.
 * @throws {UnreadableBatchError}
 */
export function readRecords(bytes: Buffer, aborted: readonly AbortedTransaction[], from: number): ReadRecords {
  const isCommitted = committedBatches(aborted);
  const records: LogRecord[] = [];
  let next = from;
  let at = 0;
  while (at + LENGTH_FROM <= bytes.length) {
    const end = at + LENGTH_FROM + bytes.readInt32BE(at + AT.length);
    if (end > bytes.length) break;
    const batch = readHeader(bytes, at);
    if (isCommitted(batch) && batch.lastOffset >= from) readBatch(bytes, at, end, batch, from, records);
    next = Math.max(next, batch.lastOffset + 1);
    at = end;
  }
  return { records, next };
}

/** A batch in a form that this program can't read; the message names the offset and what to do. */
export class UnreadableBatchError extends Error {
  override name = 'UnreadableBatchError';
}

const AT = {
  baseOffset: 0, length: 8, magic: 16, attributes: 21, lastOffsetDelta: 23, baseTimestamp: 27, maxTimestamp: 35,
  producerId: 43, count: 57, records: 61,
} as const;
const LENGTH_FROM = 12;
const MAGIC = 2;
const ATTRIBUTE = { compression: 7, appendTime: 8, transactional: 16, control: 32 } as const;

interface BatchHeader {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  readonly marker: 'abort' | 'commit' | 'other' | null;
  readonly attributes: number;
}

function readHeader(bytes: Buffer, at: number): BatchHeader {
  const baseOffset = Number(bytes.readBigInt64BE(at + AT.baseOffset));
  const magic = bytes[at + AT.magic]!;
  if (magic !== MAGIC) throw new UnreadableBatchError(`offset ${baseOffset}: a record batch of format ${magic}, not 2`);
  const attributes = bytes.readInt16BE(at + AT.attributes);
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(at + AT.lastOffsetDelta),
    producerId: bytes.readBigInt64BE(at + AT.producerId),
    isTransactional: (attributes & ATTRIBUTE.transactional) !== 0,
    marker: (attributes & ATTRIBUTE.control) === 0 ? null : markerType(bytes, at),
    attributes,
  };
}

/** A control batch holds one record, whose key is a version and the marker's type, both int16. */
function markerType(bytes: Buffer, at: number): 'abort' | 'commit' | 'other' {
  if (bytes.readInt32BE(at + AT.count) === 0) return 'other';
  const cursor = new Cursor(bytes, at + AT.records);
  skipToKey(cursor);
  const type = cursor.field()!.readInt16BE(2);
  return type === 0 ? 'abort' : type === 1 ? 'commit' : 'other';
}

function readBatch(
  bytes: Buffer, at: number, end: number, batch: BatchHeader, from: number, records: LogRecord[],
): void {
  const count = bytes.readInt32BE(at + AT.count);
  const baseTimestamp = Number(bytes.readBigInt64BE(at + AT.baseTimestamp));
  const isAppendTime = (batch.attributes & ATTRIBUTE.appendTime) !== 0;
  const appendTime = isAppendTime ? Number(bytes.readBigInt64BE(at + AT.maxTimestamp)) : 0;
  const compression = batch.attributes & ATTRIBUTE.compression;
  const cursor =
    compression === 0
      ? new Cursor(bytes, at + AT.records)
      : new Cursor(decompress(compression, bytes.subarray(at + AT.records, end), batch.baseOffset), 0);
  for (let index = 0; index < count; index += 1) {
    const recordEnd = cursor.varint() + cursor.at;
    cursor.at += 1;
    const timestamp = baseTimestamp + cursor.varint();
    const offset = batch.baseOffset + cursor.varint();
    if (offset >= from) {
      records.push(new FetchedRecord(cursor, offset, isAppendTime ? appendTime : timestamp));
    }
    cursor.at = recordEnd;
  }
}

/**
 * A record as it stands in the fetched bytes: its key and value are views that are made when they are asked for. Thousands
 * of records wait in queues, and a view is three times as large as this.
 */
class FetchedRecord implements LogRecord, ValuePlace {
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, Buffer>> | null;
  readonly bytes: Buffer;
  private readonly keyAt: number;
  /** -1: null, as in the log. */
  private readonly keyBytes: number;
  /** Of the value; `end` before `start`: null. */
  readonly start: number;
  readonly end: number;

  /** @param cursor stands at the key, and behind the record afterwards */
  constructor(cursor: Cursor, offset: number, timestamp: number) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.bytes = cursor.bytes;
    this.keyBytes = cursor.varint();
    this.keyAt = cursor.at;
    if (this.keyBytes > 0) cursor.at += this.keyBytes;
    const valueBytes = cursor.varint();
    this.start = cursor.at;
    this.end = cursor.at + valueBytes;
    if (valueBytes > 0) cursor.at += valueBytes;
    this.headers = cursor.headers();
  }

  get key(): Buffer | null {
    return this.keyBytes < 0 ? null : this.bytes.subarray(this.keyAt, this.keyAt + this.keyBytes);
  }

  get value(): Buffer | null {
    return this.end < this.start ? null : this.bytes.subarray(this.start, this.end);
  }

  get valuePlace(): ValuePlace | undefined {
    return this.end < this.start ? undefined : this;
  }
}

function skipToKey(cursor: Cursor): void {
  cursor.varint();
  cursor.at += 1;
  cursor.varint();
  cursor.varint();
}

function decompress(compression: number, bytes: Buffer, offset: number): Buffer {
  if (compression === 1) return zlib.gunzipSync(bytes);
  if (compression === 4) return zlib.zstdDecompressSync(bytes);
  throw new UnreadableBatchError(
    `offset ${offset}: a record batch compressed with ${compression === 2 ? 'snappy' : 'lz4'}; ` +
      "only gzip and zstd are read. Set the topic's compression.type to uncompressed, as `bomfri topics apply` does",
  );
}
