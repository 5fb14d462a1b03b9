import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Consumer, type Message } from '@platformatic/kafka';
import type { OutRecord } from '../../pipeline/engine/log.ts';
import type { KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { kafkaOptions, leaveTransactionOpen, newTopic, openLog, readAll, record, unique } from './kafka-fixture.ts';

let log: KafkaLog;
before(() => {
  log = openLog();
});
after(() => log.close());

interface Seen {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** Ends what the other client is to read. */
const LAST = 'the last record';

test('another client reads what we write: nulls, empty and large values, headers, timestamps', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  const now = Date.now();
  const records: OutRecord[] = [
    { key: Buffer.from('key'), value: Buffer.from('value'), timestamp: now },
    { key: Buffer.from('tombstone'), value: null, timestamp: now - 60_000 },
    { key: null, value: Buffer.alloc(0), timestamp: now + 1 },
    { key: Buffer.alloc(0), value: Buffer.alloc(900_000, 'x'), timestamp: now },
    {
      key: null,
      value: Buffer.from('h'),
      timestamp: now,
      headers: { why: Buffer.from('late'), 'blåbær': Buffer.alloc(0) },
    },
  ];
  const writer = await log.claim(unique('writer'));
  await writer.commit({ batches: [{ ...at, records }], group: 'test.nobody', offsets: [] });
  await writer.close();
  await log.append([{ ...at, records: [record(LAST)] }]);
  const seen = await readWithOtherClient(at.topic);
  assert.deepEqual(
    seen.slice(0, records.length),
    records.map(({ key, value, timestamp, headers }, offset) => ({
      offset, timestamp,
      key: key?.toString() ?? null,
      value: value?.toString() ?? null,
      headers: Object.entries(headers ?? {}).map(([name, bytes]) => [name, bytes.toString()]),
    })),
  );
  const ours = (await readAll(log, at)).map(({ offset, value }) => [offset, value?.toString() ?? null]);
  assert.deepEqual(ours, seen.map(({ offset, value }) => [offset, value]));
});

test('two clients agree on what was committed, in whatever order transactions were aborted', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  const ids = [unique('writer'), unique('writer'), unique('writer')];
  for (const id of ids) await leaveTransactionOpen(id, at, [record('dead'), record('dead', Buffer.alloc(4))]);
  await log.append([{ ...at, records: [record('alive')] }]);
  for (const id of ids.toReversed()) {
    const writer = await log.claim(id);
    const records = [record(`alive of ${ids.indexOf(id)}`)];
    await writer.commit({ batches: [{ ...at, records }], group: 'test.nobody', offsets: [] });
    await writer.close();
  }
  await log.append([{ ...at, records: [record(LAST)] }]);
  const seen = await readWithOtherClient(at.topic);
  assert.deepEqual(seen.map(({ value }) => value), ['alive', 'alive of 2', 'alive of 1', 'alive of 0', LAST]);
  assert.deepEqual((await readAll(log, at)).map(({ offset }) => offset), seen.map(({ offset }) => offset));
});

async function readWithOtherClient(topic: string): Promise<Seen[]> {
  const consumer = new Consumer<Buffer, Buffer, Buffer, Buffer>({
    groupId: unique('group'), clientId: 'other', bootstrapBrokers: [...kafkaOptions.brokers],
  });
  const seen: Seen[] = [];
  try {
    const stream = await consumer.consume({
      topics: [topic], mode: 'earliest', isolationLevel: 1, autocommit: false, maxWaitTime: 200,
    });
    for await (const message of stream) {
      seen.push(seenOf(message));
      if (seen.at(-1)!.value === LAST) break;
    }
  } finally {
    await consumer.close(true);
  }
  return seen;
}

/** This client gives undefined for null. */
function seenOf(
  { offset, key, value, timestamp, headers }: Message<Buffer | undefined, Buffer | undefined, Buffer, Buffer>,
): Seen {
  return {
    offset: Number(offset),
    key: key?.toString() ?? null,
    value: value?.toString() ?? null,
    timestamp: Number(timestamp),
    headers: Array.from(headers, ([name, bytes]) => [name.toString(), bytes.toString()] as const),
  };
}
