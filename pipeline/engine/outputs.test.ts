import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outputs } from './outputs.ts';

const record = (key: string) => ({ key: Buffer.from(key), value: null, timestamp: 0 });

test('what a failing rule added is dropped, in whatever topic it stands', () => {
  const out = new Outputs();
  out.add('a', 0, record('kept'));
  const { count, sizeBytes } = out;
  out.add('b', 1, record('dropped'));
  out.add('a', 0, record('dropped too'));
  out.truncate(count);
  assert.deepEqual(out.batches(), [{ topic: 'a', partition: 0, records: [record('kept')] }]);
  assert.equal(out.sizeBytes, sizeBytes);
});

test('records of one partition keep their order', () => {
  const out = new Outputs();
  for (const key of ['1', '2', '3']) out.add('a', Number(key) % 2, record(key));
  assert.deepEqual(out.batches().map(({ partition, records }) => [partition, records.map(({ key }) => String(key))]), [
    [0, ['2']],
    [1, ['1', '3']],
  ]);
});
