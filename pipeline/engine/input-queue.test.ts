import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputQueue } from './input-queue.ts';
import type { FetchedBatch, LogRecord } from './log.ts';

const record = (offset: number): LogRecord => ({ offset, key: null, value: null, timestamp: offset * 1000, headers: null });

function batch(from: number, offsets: number[], next: number, stable = next): FetchedBatch {
  return { topic: 'in', partition: 0, from, records: offsets.map(record), next, start: 0, stable };
}

function takeAll(queue: InputQueue): number[] {
  const offsets = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    offsets.push(next.offset);
    queue.take();
  }
  return offsets;
}

test('a batch that does not continue where the queue waits is dropped', () => {
  const queue = new InputQueue('in', 0, 10);
  assert.equal(queue.deliver(batch(0, [0, 1], 2)), false);
  assert.equal(queue.deliver(batch(10, [10, 11], 12)), true);
  assert.equal(queue.deliver(batch(10, [10, 11], 12)), false, 'the same answer a second time');
  assert.deepEqual(takeAll(queue), [10, 11]);
});

test('the position to commit passes what was filtered out behind the last record', () => {
  const queue = new InputQueue('in', 0, 0);
  queue.deliver(batch(0, [0, 1], 4));
  assert.equal(queue.position, 0);
  queue.take();
  assert.equal(queue.position, 1);
  queue.take();
  assert.equal(queue.position, 4);
});

test('a batch without records moves the position only when nothing before it waits', () => {
  const queue = new InputQueue('in', 0, 0);
  queue.deliver(batch(0, [0], 1, 3));
  queue.deliver(batch(1, [], 3));
  assert.equal(queue.position, 0);
  assert.equal(queue.isAtEnd, false);
  queue.take();
  assert.equal(queue.position, 3);
  assert.equal(queue.isAtEnd, true);
});

test('a position is at the end only when the log said so of this very position', () => {
  const queue = new InputQueue('in', 0, 5);
  assert.equal(queue.isAtEnd, false);
  queue.deliver(batch(4, [], 4));
  assert.equal(queue.isAtEnd, false, 'an answer about another position says nothing');
  queue.deliver(batch(5, [], 5));
  assert.equal(queue.isAtEnd, true);
});

test('lag is the age of the oldest waiting record, and zero at the end', () => {
  const queue = new InputQueue('in', 0, 0);
  queue.deliver(batch(0, [0, 2], 3));
  queue.take();
  assert.equal(queue.lagSeconds(12_000), 10);
  queue.take();
  assert.equal(queue.lagSeconds(12_000), 0);
});

test('of large records few are fetched ahead, and more when they are taken', () => {
  const queue = new InputQueue('in', 0, 0);
  const large = (offset: number): LogRecord => ({ ...record(offset), value: Buffer.alloc(1024 * 1024) });
  let next = 0;
  for (; queue.wantsMore && next < 100; next += 2) {
    queue.deliver({ ...batch(next, [], next + 2), records: [large(next), large(next + 1)] });
  }
  assert.equal(next, 8);
  queue.take();
  queue.take();
  assert.equal(queue.wantsMore, true);
});
