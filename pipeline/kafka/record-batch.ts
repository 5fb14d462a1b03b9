import type { OutRecord } from '../engine/log.ts';
import { BATCH_BYTES_MAX, BATCH_HEADER_BYTES, RecordBlock, type BlockBatch } from '../engine/record-block.ts';
import { crc32c } from './crc32c.ts';

/**
 * Kafka's record batches (format 2), written by ourselves into one buffer a block: kafkajs makes a zeroed 512-byte
 * buffer per record and takes three times as long.
 */
export interface Producer {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly transactional: boolean;
}

/** Records that take no more, as `recordBytesMax` counts them, make one batch. */
export const BATCH_RECORDS_BYTES_MAX = BATCH_BYTES_MAX - BATCH_HEADER_BYTES;

/** The records as batches that lack only what `stamp` writes, in no more memory than they may need: it is used once. */
export function encodeBatches(records: readonly OutRecord[]): BlockBatch[] {
  const block = new RecordBlock(records.reduce((bytes, record) => bytes + recordBytesMax(record), BATCH_HEADER_BYTES));
  for (const record of records) block.add(record);
  return block.batches();
}

/** Writes the batch's header, with the producer and the first sequence number, and the checksum over all. */
export function stamp({ bytes, records, baseTimestamp, maxTimestamp }: BlockBatch, producer: Producer, sequence: number): void {
  bytes.writeBigInt64BE(0n, AT.baseOffset);
  bytes.writeInt32BE(bytes.length - LENGTH_FROM, AT.length);
  bytes.writeInt32BE(-1, AT.leaderEpoch);
  bytes.writeInt8(MAGIC, AT.magic);
  bytes.writeInt32BE(records - 1, AT.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(baseTimestamp), AT.baseTimestamp);
  bytes.writeBigInt64BE(BigInt(maxTimestamp), AT.maxTimestamp);
  bytes.writeInt32BE(records, AT.count);
  bytes.writeInt16BE(producer.transactional ? TRANSACTIONAL : 0, AT.attributes);
  bytes.writeBigInt64BE(producer.producerId, AT.producerId);
  bytes.writeInt16BE(producer.epoch, AT.producerEpoch);
  bytes.writeInt32BE(sequence, AT.baseSequence);
  bytes.writeUInt32BE(crc32c(bytes, AT.attributes, bytes.length), AT.crc);
}

/** The checksum that `stamp` wrote. */
export function checksumOf({ bytes }: BlockBatch): number {
  return bytes.readUInt32BE(AT.crc);
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
} as const;

const MAGIC = 2;
const TRANSACTIONAL = 16;
/** What `length` does not count: itself and the base offset. */
const LENGTH_FROM = 12;
/** Varints of length, timestamp, offset, key and value lengths, header count; attributes. */
const RECORD_OVERHEAD_MAX = 5 + 1 + 10 + 5 + 5 + 5 + 5;
const HEADER_OVERHEAD_MAX = 5 + 5;
