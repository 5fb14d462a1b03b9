import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { DEAD_LETTER_TOPIC, deadLetter } from '../engine/dead-letters.ts';
import type { Log, LogRecord } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { inCluster } from '../engine/simulation/in-cluster.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { CameraRead } from '../records/records.ts';
import { letterOf } from './letter.ts';
import { lettersIn, redrive } from './redrive.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const codec = openCodec('CameraRead', ids);
const TOPICS = {
  [DEAD_LETTER_TOPIC]: 1,
  [topics.reads.name]: partitionCounts.garage,
  [topics.pricingControl.name]: partitionCounts.garage,
};
const ALL = { again: false };
const NOW = Date.parse('2026-05-17T12:00:00Z');

const read = (number: number): CameraRead => ({
  readId: `r-${number}`, garageId: `g-${number}`, cameraId: 'c',
  laneId: 'l', direction: 'IN', plate: 'EK12345', country: 'NO',
  confidence: 1, candidates: [], capturedAt: NOW, receivedAt: NOW, source: 'elsewhere', timing: '',
});

function found(value: Buffer | null, changes: Partial<LogRecord> = {}): LogRecord {
  return {
    offset: 0,
    key: null,
    value,
    timestamp: NOW - 1_000,
    headers: { origin: Buffer.from('elsewhere') },
    ...changes,
  };
}

const wrongPartition = { stage: 'visits', reason: 'wrong_partition', message: '' };

async function setAside(
  log: Log, topic: string, partition: number, record: LogRecord, why = wrongPartition,
): Promise<void> {
  await log.append([{ topic: DEAD_LETTER_TOPIC, partition: 0, records: [deadLetter(topic, partition, record, why)] }]);
}

async function all(log: Log, topic: string, partitions: number): Promise<(LogRecord & { partition: number })[]> {
  const records = [];
  // A commit is answered before all of its partitions show it; a new claim waits for that.
  await (await log.claim('bomfri-redrive')).close();
  for (let partition = 0; partition < partitions; partition++) {
    const { start, stable } = await log.bounds({ topic, partition });
    for await (const some of recordsBetween(log, { topic, partition }, start, stable)) {
      records.push(...some.map((record) => ({ ...record, partition })));
    }
  }
  return records;
}

test('reads on wrong partitions go to those of their garages, keyed, with their own time and headers', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    for (let n = 0; n < 12; n++) {
      await setAside(log, topics.reads.name, 0, found(codec.encode(read(n)), { key: Buffer.from('another') }));
    }
    assert.equal((await redrive(log, ids, ALL, NOW)).length, 12);
    const reads = await all(log, topics.reads.name, partitionCounts.garage);
    assert.equal(reads.length, 12);
    for (const { key, value, partition, timestamp, headers } of reads) {
      const { garageId } = codec.decode(value!);
      assert.equal(String(key), garageId);
      assert.equal(partition, partitionOf(garageId, partitionCounts.garage));
      assert.equal(timestamp, NOW - 1_000);
      assert.deepEqual(Object.keys(headers!).sort(), ['bomfri.redriven', 'origin']);
    }
  });
});

test('a letter is sent back once, whoever asks how often', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    for (let n = 0; n < 1_200; n++) await setAside(log, topics.reads.name, 0, found(codec.encode(read(n))));
    assert.equal((await redrive(log, ids, ALL, NOW)).length, 1_200);
    assert.equal((await redrive(log, ids, ALL, NOW)).length, 0);
    assert.equal((await all(log, topics.reads.name, partitionCounts.garage)).length, 1_200);
  });
});

test('a letter that comes again is sent no second time unless that is asked for', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    await setAside(log, topics.reads.name, 3, found(codec.encode(read(1))));
    await redrive(log, ids, ALL, NOW);
    const [back] = await all(log, topics.reads.name, partitionCounts.garage);
    await setAside(log, topics.reads.name, back!.partition, back!);
    assert.deepEqual(await lettersIn(log, ALL), []);
    const [again] = await lettersIn(log, { again: true });
    assert.equal(again!.attempts, 1);
    await redrive(log, ids, { again: true }, NOW);
    const sent = await all(log, topics.reads.name, partitionCounts.garage);
    assert.deepEqual(sent.map(({ headers }) => String(headers!['bomfri.redriven'])), ['1', '2']);
  });
});

test('a letter whose writer gave it the header of a mark is a letter, and hides no other', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    await setAside(log, topics.reads.name, 0, found(codec.encode(read(1))));
    for (const value of ['[0]', 'torn']) {
      const headers = { 'bomfri.mark': Buffer.from('redriven') };
      await setAside(log, topics.reads.name, 0, found(Buffer.from(value), { headers }));
    }
    assert.deepEqual((await lettersIn(log, ALL)).map(({ offset }) => offset), [0, 1, 2]);
  });
});

test('a record that was too large for a letter is told of, and nothing is sent in its place', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    await setAside(log, topics.reads.name, 0, found(Buffer.alloc(1024 * 1024)));
    assert.deepEqual((await lettersIn(log, ALL)).map(({ isWhole }) => isWhole), [false]);
    assert.deepEqual(await redrive(log, ids, ALL, NOW), []);
    assert.deepEqual(await all(log, topics.reads.name, partitionCounts.garage), []);
  });
});

test('a filter picks by stage, reason, topic and offset; the others stay', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    await setAside(log, topics.reads.name, 0, found(codec.encode(read(1))));
    await setAside(log, topics.reads.name, 0, found(codec.encode(read(2))), {
      ...wrongPartition,
      reason: 'rule_error',
    });
    await setAside(log, topics.pricingControl.name, 2, found(Buffer.from('torn')), {
      ...wrongPartition,
      stage: 'pricing',
    });
    const offsets = async (filter: object): Promise<number[]> =>
      (await lettersIn(log, { ...ALL, ...filter })).map(({ offset }) => offset);
    assert.deepEqual(await offsets({}), [0, 1, 2]);
    assert.deepEqual(await offsets({ reason: 'wrong_partition' }), [0, 2]);
    assert.deepEqual(await offsets({ stage: 'pricing' }), [2]);
    assert.deepEqual(await offsets({ topic: topics.reads.name }), [0, 1]);
    assert.deepEqual(await offsets({ offset: 1, stage: 'visits' }), [1]);
    await redrive(log, ids, { ...ALL, stage: 'pricing' }, NOW);
    assert.equal((await all(log, topics.pricingControl.name, partitionCounts.garage)).length, 1);
    assert.deepEqual(await offsets({}), [0, 1]);
  });
});

test('a record that can\'t be read goes where its key says, and without one where it was', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const { log } = openClient('cli');
    await setAside(log, topics.reads.name, 0, found(Buffer.from('torn'), { key: Buffer.from('g-7') }));
    await setAside(log, topics.reads.name, 2, found(null));
    await setAside(log, topics.pricingControl.name, 3, found(Buffer.from('torn'), { key: Buffer.from('g-7') }));
    await redrive(log, ids, ALL, NOW);
    const [keyed, unkeyed] = (await all(log, topics.reads.name, partitionCounts.garage)).sort((a) =>
      (a.key === null ? 1 : -1));
    assert.equal(keyed!.partition, partitionOf('g-7', partitionCounts.garage));
    assert.equal(unkeyed!.partition, 2);
    assert.deepEqual(
      (await all(log, topics.pricingControl.name, partitionCounts.garage)).map(({ partition }) => partition),
      [3],
    );
  });
});

test('what stands among the dead letters and is none is passed over', () => {
  assert.equal(letterOf(found(Buffer.from('x'), { headers: null })), null);
  assert.equal(letterOf(found(Buffer.from('x'), { headers: { 'bomfri.topic': Buffer.from('t') } })), null);
});
