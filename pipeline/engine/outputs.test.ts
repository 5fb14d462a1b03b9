import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outputs } from './outputs.ts';

const writtenBy = (out: Outputs) => out.batches().map(({ topic, partition, records }) =>
  [topic, partition, Array.from(records, ({ key }) => String(key))]);

const record = (key: string) => ({ key: Buffer.from(key), value: null, timestamp: 0 });

test('what a failing rule added is dropped, in whatever topic it stands', () => {
  const out = new Outputs();
  out.add('a', 0, record('kept'));
  const { count, sizeBytes } = out;
  out.mark();
  out.add('b', 1, record('dropped'));
  out.add('a', 0, record('dropped too'));
  out.undo();
  assert.deepEqual(writtenBy(out), [['a', 0, ['kept']]]);
  assert.deepEqual([out.count, out.sizeBytes], [count, sizeBytes]);
});

test('records of one partition keep their order', () => {
  const out = new Outputs();
  for (const key of ['1', '2', '3']) out.add('a', Number(key) % 2, record(key));
  assert.deepEqual(writtenBy(out), [['a', 1, ['1', '3']], ['a', 0, ['2']]]);
});

test('the next transaction begins with nothing', () => {
  const out = new Outputs();
  out.add('a', 0, record('1'));
  out.clear();
  assert.deepEqual([writtenBy(out), out.count, out.sizeBytes], [[], 0, 0]);
  out.add('a', 0, record('2'));
  assert.deepEqual(writtenBy(out), [['a', 0, ['2']]]);
});
