import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OffsetOutOfRangeError } from '../../pipeline/engine/log.ts';
import { Cluster } from '../../pipeline/kafka/cluster.ts';
import { kafkajsRequest } from '../../pipeline/kafka/kafkajs.ts';
import type { KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import {
  abortedInDisorder, kafkaOptions, leaveTransactionOpen, newTopic, openLog, readAll, record, unique, values,
} from './kafka-fixture.ts';

let log: KafkaLog;
before(() => {
  log = openLog();
});
after(() => log.close());

test('records of transactions that were left open and claimed in another order are never read', async () => {
  const at = await abortedInDisorder(log);
  assert.deepEqual(values(await readAll(log, at)), ['alive', 'alive too']);
  for (const from of [1, 3, 5, 6]) {
    assert.deepEqual(values(await readAll(log, at, from)), ['alive', 'alive too'], `from ${from}`);
  }
});

test('what is not committed is not read, and not waited for longer than asked', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  await log.append([{ ...at, records: [record('before')] }]);
  const id = unique('writer');
  await leaveTransactionOpen(id, at, [record('pending')]);
  assert.deepEqual(await log.bounds(at), { start: 0, stable: 1 });
  const [batch] = await log.fetch([{ ...at, from: 0 }], 100);
  assert.deepEqual([values(batch!.records), batch!.next, batch!.stable], [['before'], 1, 1]);
  const nothingMore = { ...at, from: 1, records: [], next: 1, start: 0, stable: 1 };
  assert.deepEqual(await log.fetch([{ ...at, from: 1 }], 100), [nothingMore]);
  await (await log.claim(id)).close();
});

test('a position moves past markers and aborted records though there is nothing to read', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  const id = unique('writer');
  await leaveTransactionOpen(id, at, [record('dead')]);
  await (await log.claim(id)).close();
  const [batch] = await log.fetch([{ ...at, from: 0 }], 500);
  assert.deepEqual([batch!.records, batch!.next, batch!.stable], [[], 2, 2]);
});

test('a fetch that waits answers when a record comes, and holds up no other fetch', async () => {
  const topic = await newTopic(2);
  const waiting = log.fetch([{ topic, partition: 0, from: 0 }], 60_000);
  await log.append([{ topic, partition: 1, records: [record('there')] }]);
  const [there] = await log.fetch([{ topic, partition: 1, from: 0 }], 60_000);
  assert.deepEqual(values(there!.records), ['there']);
  await log.append([{ topic, partition: 0, records: [record('came')] }]);
  assert.deepEqual(values((await waiting)[0]!.records), ['came']);
});

test('several positions are read in one go, and those that are read to their end are told of', async () => {
  const [first, second] = [await newTopic(2), await newTopic(2)];
  await log.append([
    { topic: first, partition: 0, records: [record('a'), record('b')] },
    { topic: second, partition: 1, records: [record('c')] },
  ]);
  const all = [first, second].flatMap((topic) => [0, 1].map((partition) => ({ topic, partition, from: 0 })));
  const batches = await log.fetch([{ topic: first, partition: 0, from: 1 }, ...all.slice(1)], 500);
  const found = batches.map(({ topic, partition, from, records }) => {
    return [topic === first ? 1 : 2, partition, from, ...values(records)];
  });
  assert.deepEqual(found.toSorted(), [[1, 0, 1, 'b'], [1, 1, 0], [2, 0, 0], [2, 1, 0, 'c']]);
});

test('a position after the end is an error with the true bounds', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  await log.append([{ ...at, records: [record('a'), record('b')] }]);
  await assert.rejects(log.fetch([{ ...at, from: 3 }], 100), (error) =>
    error instanceof OffsetOutOfRangeError && /position 3 .* 0 to 2/.test(error.message));
});

test('a position before what the log still has is an error: nothing is skipped in silence', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  for (const value of ['a', 'b', 'c']) await log.append([{ ...at, records: [record(value)] }]);
  await deleteBefore(at, 2);
  assert.deepEqual(await log.bounds(at), { start: 2, stable: 3 });
  await assert.rejects(log.fetch([{ ...at, from: 0 }], 100), (error) =>
    error instanceof OffsetOutOfRangeError && /position 0 .* 2 to 3/.test(error.message));
  assert.deepEqual(values(await readAll(log, at, 2)), ['c']);
});

test('partition counts are told, and a topic that does not exist is named', async () => {
  const topic = await newTopic(3);
  assert.deepEqual(await log.partitionCounts([topic]), new Map([[topic, 3]]));
  const sentence = /test\.not-there does not exist: run `npx bomfri topics apply`/;
  await assert.rejects(log.partitionCounts([topic, 'test.not-there']), sentence);
});

async function deleteBefore(at: { topic: string; partition: number }, offset: number): Promise<void> {
  const cluster = new Cluster(kafkaOptions);
  try {
    await cluster.questions.send(await cluster.leaderOf(at), kafkajsRequest('DeleteRecords', 1, {
      topics: [{ topic: at.topic, partitions: [{ partition: at.partition, offset: String(offset) }] }], timeout: 5_000,
    }));
  } finally {
    await cluster.close();
  }
}
