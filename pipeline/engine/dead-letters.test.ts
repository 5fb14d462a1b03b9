import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deadLetter } from './dead-letters.ts';
import type { LogRecord } from './log.ts';
import { BATCH_BYTES_MAX, RecordBlock } from './record-block.ts';

const why = { stage: 'visits', reason: 'undecodable', message: 'no Avro record in Confluent framing' };

function letterOf(record: Partial<LogRecord>) {
  return deadLetter('parking.reads', 3, { offset: 7, key: null, value: null, timestamp: 1, headers: null, ...record }, why);
}

/** What a record takes in the log. */
function batchBytes(...args: Parameters<RecordBlock['add']>): number {
  const block = new RecordBlock();
  block.add(...args);
  return block.sizeBytes;
}

test('a dead letter holds the record as it was', () => {
  const record = { key: Buffer.from('g'), value: Buffer.from('torn'), headers: { origin: Buffer.from('elsewhere') } };
  const { key, value, headers } = letterOf(record);
  assert.deepEqual([key, value, headers!.origin, headers!['bomfri.left_out']],
    [record.key, record.value, record.headers.origin, undefined]);
});

test('a record as large as any topic takes makes no letter that none takes, wherever its bytes are', () => {
  let isWhole = false;
  for (let bytes = BATCH_BYTES_MAX - 1_000; bytes <= BATCH_BYTES_MAX; bytes += 17) {
    const letter = letterOf({ value: Buffer.alloc(bytes) });
    assert.ok(batchBytes(letter) <= BATCH_BYTES_MAX, `a value of ${bytes} bytes`);
    isWhole ||= letter.value !== null;
  }
  assert.ok(isWhole, 'no more is left out than must be');
  const most = Buffer.alloc(BATCH_BYTES_MAX - 100);
  for (const record of [{ key: most }, { headers: { a: most } }]) {
    const letter = letterOf(record);
    assert.ok(batchBytes(letter) <= BATCH_BYTES_MAX);
    assert.deepEqual([letter.key, letter.value], [null, null]);
    assert.equal(String(letter.headers!['bomfri.offset']), '7', 'it says where the record stands');
    assert.ok(Number(letter.headers!['bomfri.left_out']) >= most.length);
  }
});
