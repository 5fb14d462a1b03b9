import type { OutRecord } from '../engine/log.ts';
import { crc32c } from './crc32c.ts';

/**
 * Kafka's record batches (format 2), written by ourselves into one buffer a batch: kafkajs makes a zeroed 512-byte
 * buffer per record and takes three times as long.
 */
export interface Producer {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly transactional: boolean;
}

/** Records of one partition as one batch, small enough for the broker. */
export interface EncodedBatch {
  readonly bytes: Buffer;
  readonly records: number;
}

/** Kafka's own default of `max.message.bytes` is 1 MiB + 12; a bigger batch is refused whole. */
export const BATCH_BYTES_MAX = 1024 * 1024;
const HEADER_BYTES = 61;
/** Records that take no more, as `recordBytesMax` counts them, make one batch. */
export const BATCH_RECORDS_BYTES_MAX = BATCH_BYTES_MAX - HEADER_BYTES;

/**
 * Cuts the records into batches of at most 1 MiB, or of one record if that alone is bigger: then the broker decides.
 * The sequence of the first one is written by `stamp`.
 */
export function encodeBatches(records: readonly OutRecord[]): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (let from = 0; from < records.length; ) {
    const { to, bytes } = measure(records, from);
    batches.push({ bytes: encodeBatch(records, from, to, bytes), records: to - from });
    from = to;
  }
  return batches;
}

/** Writes the producer and the batch's first sequence number into it, and the checksum over all. */
export function stamp({ bytes }: EncodedBatch, producer: Producer, sequence: number): void {
  bytes.writeInt16BE(producer.transactional ? TRANSACTIONAL : 0, AT.attributes);
  bytes.writeBigInt64BE(producer.producerId, AT.producerId);
  bytes.writeInt16BE(producer.epoch, AT.producerEpoch);
  bytes.writeInt32BE(sequence, AT.baseSequence);
  bytes.writeUInt32BE(crc32c(bytes, AT.attributes, bytes.length), AT.crc);
}

/** An upper bound of what one record takes within a batch, bytes. */
export function recordBytesMax(record: OutRecord): number {
  let bytes = RECORD_OVERHEAD_MAX + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const name in record.headers) bytes += HEADER_OVERHEAD_MAX + name.length * 3 + record.headers[name]!.length;
  return bytes;
}

/** Where each field of the batch's header stands. */
const AT = {
  baseOffset: 0, length: 8, leaderEpoch: 12, magic: 16, crc: 17, attributes: 21, lastOffsetDelta: 23,
  baseTimestamp: 27, maxTimestamp: 35, producerId: 43, producerEpoch: 51, baseSequence: 53, count: 57,
  records: HEADER_BYTES,
} as const;

const MAGIC = 2;
const TRANSACTIONAL = 16;
/** What `length` does not count: itself and the base offset. */
const LENGTH_FROM = 12;
/** Varints of length, timestamp, offset, key and value lengths, header count; attributes. */
const RECORD_OVERHEAD_MAX = 5 + 1 + 10 + 5 + 5 + 5 + 5;
const HEADER_OVERHEAD_MAX = 5 + 5;

function measure(records: readonly OutRecord[], from: number): { to: number; bytes: number } {
  let bytes = AT.records;
  let to = from;
  for (; to < records.length; to += 1) {
    const next = recordBytesMax(records[to]!);
    if (to > from && bytes + next > BATCH_BYTES_MAX) break;
    bytes += next;
  }
  return { to, bytes };
}

function encodeBatch(records: readonly OutRecord[], from: number, to: number, bytesMax: number): Buffer {
  const bytes = Buffer.allocUnsafe(bytesMax);
  const baseTimestamp = records[from]!.timestamp;
  let maxTimestamp = baseTimestamp;
  let at: number = AT.records;
  for (let index = from; index < to; index += 1) {
    const record = records[index]!;
    if (record.timestamp > maxTimestamp) maxTimestamp = record.timestamp;
    at = writeRecord(bytes, at, record, record.timestamp - baseTimestamp, index - from);
  }
  bytes.writeBigInt64BE(0n, AT.baseOffset);
  bytes.writeInt32BE(at - LENGTH_FROM, AT.length);
  bytes.writeInt32BE(-1, AT.leaderEpoch);
  bytes.writeInt8(MAGIC, AT.magic);
  bytes.writeInt32BE(to - from - 1, AT.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(baseTimestamp), AT.baseTimestamp);
  bytes.writeBigInt64BE(BigInt(maxTimestamp), AT.maxTimestamp);
  bytes.writeInt32BE(to - from, AT.count);
  return bytes.subarray(0, at);
}

function writeRecord(bytes: Buffer, start: number, record: OutRecord, timestampDelta: number, index: number): number {
  const body = bodyBytes(record, timestampDelta, index);
  let at = writeVarint(bytes, start, body);
  bytes[at] = 0;
  at = writeVarint(bytes, at + 1, timestampDelta);
  at = writeVarint(bytes, at, index);
  at = writeBytes(bytes, at, record.key);
  at = writeBytes(bytes, at, record.value);
  const { headers } = record;
  if (headers === undefined) {
    bytes[at] = 0;
    return at + 1;
  }
  const names = Object.keys(headers);
  at = writeVarint(bytes, at, names.length);
  for (const name of names) {
    at = writeVarint(bytes, at, Buffer.byteLength(name));
    at += bytes.write(name, at);
    at = writeBytes(bytes, at, headers[name]!);
  }
  return at;
}

function bodyBytes({ key, value, headers }: OutRecord, timestampDelta: number, index: number): number {
  let bytes = 1 + varintBytes(timestampDelta) + varintBytes(index) + fieldBytes(key) + fieldBytes(value);
  if (headers === undefined) return bytes + 1;
  const names = Object.keys(headers);
  bytes += varintBytes(names.length);
  for (const name of names) {
    const nameBytes = Buffer.byteLength(name);
    bytes += varintBytes(nameBytes) + nameBytes + fieldBytes(headers[name]!);
  }
  return bytes;
}

/** A field with its length before it; null is the length -1. */
function fieldBytes(field: Buffer | null): number {
  return field === null ? 1 : varintBytes(field.length) + field.length;
}

function writeBytes(bytes: Buffer, at: number, field: Buffer | null): number {
  if (field === null) return writeVarint(bytes, at, -1);
  const start = writeVarint(bytes, at, field.length);
  bytes.set(field, start);
  return start + field.length;
}

/** Zigzag: small numbers of either sign take few bytes. Exact for all safe integers, deltas of timestamps included. */
function varintBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let bytes = 1;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

function writeVarint(bytes: Buffer, start: number, value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let at = start;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes[at] = (rest % 0x80) | 0x80;
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}
