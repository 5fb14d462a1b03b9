import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { viewOf, type Slab } from '../records/slab.ts';
import type { OutRecord } from './log.ts';
import { BATCH_BYTES_MAX, BATCH_HEADER_BYTES, NO_BYTE, RecordBlock } from './record-block.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const record: fc.Arbitrary<OutRecord> = fc.record({
  key: fc.option(fc.oneof(bytes, fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)))),
  value: fc.option(fc.oneof(bytes, bytes, bytes, fc.integer({ min: 7_000, max: 400_000 }).map((n) => Buffer.alloc(n, n)))),
  timestamp: fc.nat(Date.UTC(2100, 0)),
}).chain((plain) => fc.option(fc.dictionary(fc.string({ maxLength: 8 }), bytes, { minKeys: 1 }), { nil: undefined })
  .map((headers) => (headers === undefined ? plain : { ...plain, headers })));

/** For records whose value is encoded where it stays. */
const asItIs = { encodeTo: (value: Buffer, slab: Slab) => slab.append(value) };

type How = 'in parts' | 'encoded' | 'as bytes' | 'as bytes, the first of the key apart';
const how: fc.Arbitrary<How> = fc.constantFrom('in parts', 'encoded', 'as bytes', 'as bytes, the first of the key apart');

function add(block: RecordBlock, one: OutRecord, way: How): void {
  const { key, value, timestamp, headers } = one;
  if (way === 'in parts' || key === null || value === null || headers !== undefined) return block.add(one);
  if (way === 'encoded') {
    if (!Buffer.from(String(key)).equals(key)) return block.add(one);
    return block.addEncoded(String(key), timestamp, asItIs, value);
  }
  const piece = viewOf(Buffer.concat([Buffer.from('before'), key, value, Buffer.from('behind')]));
  const isApart = way !== 'as bytes' && key.length > 0;
  const start = isApart ? 7 : 6;
  const valueAt = 6 + key.length;
  block.addBytes(timestamp, isApart ? key[0]! : NO_BYTE, piece, start, valueAt, valueAt + value.length);
}

const comparable = ({ headers, ...plain }: OutRecord) => ({ ...plain, headers: Object.entries(headers ?? {}) });

test('what was added is there, in order, and what was undone is not', () => {
  const added = fc.array(fc.tuple(record, how), { maxLength: 6 });
  fc.assert(fc.property(fc.array(fc.record({ records: added, isUndone: fc.boolean() })), (steps) => {
    const block = new RecordBlock();
    const kept: OutRecord[] = [];
    for (const { records, isUndone } of steps) {
      block.mark();
      for (const [one, way] of records) add(block, one, way);
      if (isUndone) block.undo();
      else kept.push(...records.map(([one]) => one));
      assert.equal(block.length, kept.length);
    }
    assert.deepEqual(Array.from(block, comparable), kept.map(comparable));
    const batches = block.batches();
    assert.equal(batches.reduce((sum, { records }) => sum + records, 0), kept.length);
    for (const { bytes: batch, records } of batches) assert.ok(batch.length <= BATCH_BYTES_MAX && records > 0);
    block.clear();
    assert.deepEqual([block.length, block.sizeBytes, [...block]], [0, 0, []]);
  }));
});

test('a record that throws half written leaves nothing behind', () => {
  const block = new RecordBlock();
  const [before, after] = [Buffer.from('before'), Buffer.from('after')];
  block.add({ key: before, value: before, timestamp: 1 });
  block.mark();
  const half = { encodeTo(value: Buffer, slab: Slab) { slab.append(value); throw new Error('half'); } };
  assert.throws(() => block.addEncoded('before', 2, half, Buffer.alloc(100_000)), /half/);
  block.undo();
  block.add({ key: after, value: after, timestamp: 3 });
  assert.deepEqual(Array.from(block, ({ key }) => String(key)), ['before', 'after']);
});

test('a batch tells the timestamp of its first record and the latest', () => {
  const block = new RecordBlock();
  for (const timestamp of [5, 3, 9, 4]) block.add({ key: null, value: null, timestamp });
  const [batch] = block.batches();
  assert.deepEqual([batch!.baseTimestamp, batch!.maxTimestamp], [5, 9]);
});

test('a record that alone is larger than a batch stands in a batch of its own', () => {
  const block = new RecordBlock();
  for (const size of [10, 2 * BATCH_BYTES_MAX, 10]) block.add({ key: null, value: Buffer.alloc(size), timestamp: 0 });
  assert.deepEqual(block.batches().map(({ records }) => records), [1, 1, 1]);
  assert.deepEqual(Array.from(block, ({ value }) => value!.length), [10, 2 * BATCH_BYTES_MAX, 10]);
});

test('what stands as bytes makes the same record, byte for byte, as what is written in parts', () => {
  fc.assert(fc.property(fc.array(record), how, (records, way) => {
    const [one, other] = [new RecordBlock(), new RecordBlock()];
    for (const each of records) {
      add(one, each, way);
      add(other, each, 'in parts');
    }
    assert.deepEqual(one.batches().map(({ bytes: batch }) => batch.subarray(BATCH_HEADER_BYTES)),
      other.batches().map(({ bytes: batch }) => batch.subarray(BATCH_HEADER_BYTES)));
  }));
});
