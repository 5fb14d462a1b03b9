import assert from 'node:assert/strict';
import { test } from 'node:test';
import { murmur2, partitionOf } from './partition.ts';

// The vectors of Apache Kafka's own UtilsTest.testMurmur2.
const vectors: readonly [string, number][] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
];

test('a key hashes as in the Java client', () => {
  for (const [key, hash] of vectors) assert.equal(murmur2(Buffer.from(key)), hash, key);
});

test('a negative hash is made positive before the modulo', () => {
  for (const [key, hash] of vectors) assert.equal(partitionOf(key, 4), (hash & 0x7fffffff) % 4, key);
});

test('a key of several bytes a letter and an empty key have a partition too', () => {
  for (const key of ['', 'garasje-å', '駐車場']) {
    const partition = partitionOf(key, 7);
    assert.ok(Number.isInteger(partition) && partition >= 0 && partition < 7, key);
  }
});
