import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Slab } from '../records/slab.ts';
import type { OutRecord } from './log.ts';
import { BATCH_BYTES_MAX, RecordBlock } from './record-block.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const record: fc.Arbitrary<OutRecord> = fc.record({
  key: fc.option(fc.oneof(bytes, fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)))),
  value: fc.option(fc.oneof(bytes, bytes, bytes, fc.integer({ min: 7_000, max: 400_000 }).map((n) => Buffer.alloc(n, n)))),
  timestamp: fc.nat(Date.UTC(2100, 0)),
}).chain((plain) => fc.option(fc.dictionary(fc.string({ maxLength: 8 }), bytes, { minKeys: 1 }), { nil: undefined })
  .map((headers) => (headers === undefined ? plain : { ...plain, headers })));

/** For records whose value is encoded where it stays. */
const asItIs = { encodeTo: (value: Buffer, slab: Slab) => slab.append(value) };

function add(block: RecordBlock, one: OutRecord): void {
  const { key, value, timestamp, headers } = one;
  const isText = key !== null && Buffer.from(String(key)).equals(key);
  if (!isText || value === null || headers !== undefined) block.add(one);
  else block.addEncoded(String(key), timestamp, asItIs, value);
}

const comparable = ({ headers, ...plain }: OutRecord) => ({ ...plain, headers: Object.entries(headers ?? {}) });

test('what was added is there, in order, and what was undone is not', () => {
  fc.assert(fc.property(fc.array(fc.record({ records: fc.array(record, { maxLength: 6 }), isUndone: fc.boolean() })), (steps) => {
    const block = new RecordBlock();
    const kept: OutRecord[] = [];
    for (const { records, isUndone } of steps) {
      block.mark();
      for (const one of records) add(block, one);
      if (isUndone) block.undo();
      else kept.push(...records);
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
