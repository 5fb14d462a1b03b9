import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import zlib from 'node:zlib';
import fc from 'fast-check';
import type { LogRecord, OutRecord, ValuePlace } from '../engine/log.ts';
import { BATCH_BYTES_MAX } from '../engine/record-block.ts';
import { crc32c } from './crc32c.ts';
import { encodeBatches, stamp, type Producer } from './record-batch.ts';
import { readRecords, UnreadableBatchError } from './record-reader.ts';

const require = createRequire(import.meta.url);
const plain: Producer = { producerId: 4_000_000_001n, epoch: 3, transactional: false };

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  timestamp: fc.nat(Date.UTC(2100, 0)),
  headers: fc.option(fc.dictionary(fc.string({ maxLength: 8 }), bytes), { nil: undefined }),
});

test('what is written is read again: nulls, empty values, headers, times in any order', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const read = readRecords(encoded(records), [], 0);
      assert.equal(read.next, records.length);
      assert.deepEqual(read.records.map(comparable), records.map(comparable));
      assert.deepEqual(read.records.map(({ offset }) => offset), records.map((_, index) => index));
      assert.deepEqual(read.records.map(({ valuePlace }) => inPlace(valuePlace)), records.map(({ value }) => value));
    }),
  );
});

test("kafkajs's decoder reads the same out of it as we do", async () => {
  const Decoder = require('kafkajs/src/protocol/decoder');
  const RecordBatchDecoder = require('kafkajs/src/protocol/recordBatch/v0/decoder');
  const records: OutRecord[] = [
    { key: null, value: Buffer.from('a'), timestamp: 1_700_000_000_000 },
    { key: Buffer.from('k'), value: null, timestamp: 1_600_000_000_000, headers: { reason: Buffer.from('late') } },
    { key: Buffer.alloc(0), value: Buffer.alloc(70_000, 7), timestamp: 1_700_000_000_001 },
  ];
  const batch = await RecordBatchDecoder(new Decoder(encoded(records)));
  assert.equal(batch.producerId, String(plain.producerId));
  assert.equal(batch.producerEpoch, plain.epoch);
  assert.deepEqual(
    batch.records.map((each: { key: Buffer; value: Buffer; timestamp: string; headers: object }) => [
      each.key, each.value, Number(each.timestamp), each.headers,
    ]),
    records.map(({ key, value, timestamp, headers }) => [key, value, timestamp, headers ?? {}]),
  );
});

test('the checksum covers all that follows it', () => {
  const batch = encoded([{ key: null, value: Buffer.from('a'), timestamp: 1 }]);
  assert.equal(batch.readUInt32BE(17), crc32c(batch, 21, batch.length));
});

test('no batch is larger than a broker takes, unless one record alone is', () => {
  const records = Array.from({ length: 40 }, (_, n) => ({ key: null, value: Buffer.alloc(100_000, n), timestamp: n }));
  const batches = encodeBatches(records);
  assert.ok(batches.length > 3);
  for (const batch of batches) assert.ok(batch.bytes.length <= BATCH_BYTES_MAX);
  assert.equal(batches.reduce((sum, batch) => sum + batch.records, 0), records.length);
  assert.equal(encodeBatches([{ key: null, value: Buffer.alloc(2 * BATCH_BYTES_MAX), timestamp: 0 }]).length, 1);
});

test('a position within a batch gets only what is at or after it', () => {
  const records = Array.from({ length: 5 }, (_, n) => ({ key: null, value: Buffer.from(String(n)), timestamp: n }));
  const read = readRecords(encoded(records), [], 3);
  assert.deepEqual(read.records.map(({ offset, value }) => [offset, value!.toString()]), [[3, '3'], [4, '4']]);
});

test('a batch that is cut off is left for the next fetch', () => {
  const whole = encoded([{ key: null, value: Buffer.from('a'), timestamp: 0 }]);
  for (let length = 0; length < whole.length; length += 1) {
    assert.deepEqual(readRecords(whole.subarray(0, length), [], 0), { records: [], next: 0 });
  }
});

test('batches of other writers, compressed with gzip or zstd, are read', () => {
  const records = [{ key: null, value: Buffer.from('a'), timestamp: 5 }];
  for (const [codec, compress] of [[1, zlib.gzipSync], [4, zlib.zstdCompressSync]] as const) {
    const read = readRecords(compressed(encoded(records), codec, compress), [], 0);
    assert.deepEqual(read.records.map(comparable), records.map(comparable));
  }
});

test('a batch in a compression that is not read stops with what to do', () => {
  const batch = compressed(encoded([{ key: null, value: Buffer.from('a'), timestamp: 5 }]), 3, (bytes) => bytes);
  assert.throws(() => readRecords(batch, [], 0), (error) =>
    error instanceof UnreadableBatchError && /compression\.type/.test(error.message));
});

test('kafkajs is the version whose inside is used', () => {
  const project = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(project.dependencies.kafkajs, '2.2.4');
  assert.equal(require('kafkajs/package.json').version, '2.2.4');
});

function encoded(records: readonly OutRecord[]): Buffer {
  const [batch] = encodeBatches(records);
  stamp(batch!, plain, 0);
  return batch!.bytes;
}

/** The same batch with its records compressed. */
function compressed(batch: Buffer, codec: number, compress: (bytes: Buffer) => Buffer): Buffer {
  const all = Buffer.concat([batch.subarray(0, 61), compress(batch.subarray(61))]);
  all.writeInt32BE(all.length - 12, 8);
  all.writeInt16BE(codec, 21);
  return all;
}

/** Null: a tombstone has no place. */
function inPlace(place: ValuePlace | undefined): Buffer | null {
  return place === undefined ? null : place.bytes.subarray(place.start, place.end);
}

function comparable({ key, value, timestamp, headers }: OutRecord | LogRecord) {
  const names = Object.keys(headers ?? {});
  return { key, value, timestamp, headers: names.map((name) => [name, headers![name]!.toString('hex')]) };
}
