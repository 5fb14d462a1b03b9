import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FencedError } from '../../pipeline/engine/log.ts';
import { LogClosedError } from '../../pipeline/kafka/broker-error.ts';
import type { Producer } from '../../pipeline/kafka/record-batch.ts';
import { breakConnections } from './break-connections.ts';
import { leaveTransactionOpen, logOfVersion, newTopic, openLog, readAll, record, unique, values } from './kafka-fixture.ts';
import { noteRequests, sendAgain } from './sent-requests.ts';

const API = { produce: 0, initProducerId: 22, addPartitionsToTxn: 24, addOffsetsToTxn: 25, endTxn: 26, txnOffsetCommit: 28 };
const REQUESTS = {
  1: ['addPartitionsToTxn', 'addOffsetsToTxn', 'produce', 'txnOffsetCommit', 'endTxn'],
  2: ['produce', 'txnOffsetCommit', 'endTxn'],
} as const;
const nothingRead = { group: 'test.nobody', offsets: [] };
const RACES = 150;
/** The broker keeps the last one, 2^15 - 1, for fencing. */
const EPOCHS = 2 ** 15 - 1;

for (const version of [1, 2] as const) describe(`by version ${version} of the protocol`, () => {
  const log = logOfVersion(version);
  after(() => log.close());

  test('records of several topics and the offsets they came from are committed together', async () => {
    const [first, second] = [await newTopic(2), await newTopic(2)];
    const group = unique('group');
    const writer = await log.claim(unique('writer'));
    await writer.commit({
      batches: [
        { topic: first, partition: 1, records: [record('a'), record('b')] },
        { topic: second, partition: 1, records: [record('c')] },
        { topic: second, partition: 0, records: [] },
      ],
      group,
      offsets: [
        { topic: first, partition: 1, offset: 7, metadata: 'how far' },
        { topic: second, partition: 1, offset: 9 },
      ],
    });
    assert.deepEqual(values(await readAll(log, { topic: first, partition: 1 })), ['a', 'b']);
    assert.deepEqual(values(await readAll(log, { topic: second, partition: 1 })), ['c']);
    const inputs = [{ topic: first, partition: 1 }, { topic: second, partition: 1 }, { topic: first, partition: 0 }];
    assert.deepEqual(await log.groupOffsets(group, inputs), [
      { topic: first, partition: 1, offset: 7, metadata: 'how far' },
      { topic: second, partition: 1, offset: 9, metadata: '' },
      { topic: first, partition: 0, offset: null, metadata: '' },
    ]);
    await writer.close();
  });

  test('a log that is closed fences nobody any more', async () => {
    const closed = logOfVersion(version);
    const id = unique('writer');
    const at = { topic: await newTopic(), partition: 0 };
    await (await closed.claim(id)).close();
    await closed.close();
    const writer = await log.claim(id);
    await assert.rejects(closed.claim(id), LogClosedError);
    await writer.commit({ batches: [{ ...at, records: [record('a')] }], ...nothingRead });
    await writer.close();
  });

  test('of two claims of one id the first is fenced, writes nothing and is of no more use', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const id = unique('writer');
    const former = await log.claim(id);
    await former.commit({ batches: [{ ...at, records: [record('before')] }], ...nothingRead });
    const present = await log.claim(id);
    await assert.rejects(
      former.commit({ batches: [{ ...at, records: [record('zombie')] }], ...nothingRead }),
      FencedError,
    );
    await assert.rejects(former.commit({ batches: [{ ...at, records: [record('zombie')] }], ...nothingRead }), /dead/);
    await present.commit({ batches: [{ ...at, records: [record('after')] }], ...nothingRead });
    assert.deepEqual(values(await readAll(log, at)), ['before', 'after']);
    await Promise.all([former.close(), present.close()]);
  });

  test('a commit that races with claims of its id stands whole or is fenced, whatever the broker was about to do', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const id = unique('writer');
    const stood: string[] = [];
    for (let round = 0; round < RACES; round += 1) {
      const writer = await log.claim(id);
      const commit = writer.commit({ batches: [{ ...at, records: [record(`${round}`)] }], ...nothingRead });
      // Later and later in the commit, so that the claim meets each of its steps.
      const claim = sleep(round / 10).then(() => log.claim(id));
      const [outcome, successor] = await Promise.all([commit.then(() => null, (error: unknown) => error), claim]);
      if (outcome === null) stood.push(`${round}`);
      else assert.ok(outcome instanceof FencedError, String(outcome));
      await Promise.all([writer.close(), successor.close()]);
    }
    assert.deepEqual(values(await readAll(log, at)), stood);
  });

  test('a claim settles what a killed owner left open', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const id = unique('writer');
    await leaveTransactionOpen(id, at, [record('never')]);
    const writer = await log.claim(id);
    await writer.commit({ batches: [{ ...at, records: [record('alive')] }], ...nothingRead });
    assert.deepEqual(values(await readAll(log, at)), ['alive']);
    await writer.close();
  });

  test('group offsets are not told while a transaction that moves them is open', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const [id, group] = [unique('writer'), unique('group')];
    const writer = await log.claim(id);
    await writer.commit({ batches: [{ ...at, records: [record('a')] }], group, offsets: [{ ...at, offset: 1 }] });
    await leaveTransactionOpen(id, at, [record('b')], { group, offsets: [{ ...at, offset: 2 }] });
    let isTold = false;
    const told = log.groupOffsets(group, [at]).then((offsets) => {
      isTold = true;
      return offsets;
    });
    // Another question, answered after several of those that are refused.
    for (let asked = 0; asked < 20; asked += 1) await log.bounds(at);
    assert.equal(isTold, false);
    const next = await log.claim(id);
    assert.equal((await told)[0]!.offset, 1);
    await Promise.all([writer.close(), next.close()]);
  });

  test('transactions follow each other at once, several writers at the same time', async () => {
    const topic = await newTopic(3);
    const group = unique('group');
    await Promise.all([0, 1, 2].map(async (partition) => {
      const writer = await log.claim(unique('writer'));
      for (let n = 0; n < 20; n += 1) {
        const records = [record(`${n}`)];
        await writer.commit({
          batches: [{ topic, partition, records }],
          group,
          offsets: [{ topic, partition, offset: n }],
        });
      }
      await writer.close();
      assert.deepEqual(values(await readAll(log, { topic, partition })), Array.from({ length: 20 }, (_, n) => `${n}`));
    }));
  });

  test('offsets alone are committed too, and a transaction of nothing does nothing', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const group = unique('group');
    const writer = await log.claim(unique('writer'));
    await writer.commit({ batches: [], group, offsets: [] });
    for (const offset of [1, 2, 3]) await writer.commit({ batches: [], group, offsets: [{ ...at, offset }] });
    assert.equal((await log.groupOffsets(group, [at]))[0]!.offset, 3);
    await writer.close();
  });

  test('more than a broker takes in one batch is cut into several, in order', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const writer = await log.claim(unique('writer'));
    const records = Array.from({ length: 30 }, (_, n) => record(String(n).padStart(150_000, '0')));
    await writer.commit({ batches: [{ ...at, records }], ...nothingRead });
    assert.deepEqual((await readAll(log, at)).map(({ value }) => Number(value)), Array.from({ length: 30 }, (_, n) => n));
    await writer.close();
  });

  test('a record that no broker takes fails its transaction; nothing of it is seen', async () => {
    const [good, bad] = [{ topic: await newTopic(), partition: 0 }, { topic: await newTopic(), partition: 0 }];
    const id = unique('writer');
    const writer = await log.claim(id);
    const tooLarge = record('x'.repeat(2 * 1024 * 1024));
    const batches = [{ ...good, records: [record('never')] }, { ...bad, records: [tooLarge] }];
    await assert.rejects(writer.commit({ batches, ...nothingRead }), /MESSAGE_TOO_LARGE/);
    await writer.close();
    await (await log.claim(id)).close();
    assert.deepEqual(await readAll(log, good), []);
  });

  test('a transaction takes these requests and no others', async () => {
    const at = { topic: await newTopic(), partition: 0 };
    const writer = await log.claim(unique('writer'));
    const transaction = (value: string) => ({
      batches: [{ ...at, records: [record(value)] }], group: 'test.nobody', offsets: [{ ...at, offset: 1 }],
    });
    await writer.commit(transaction('asks where leaders and coordinators are'));
    const sent = noteRequests();
    await writer.commit(transaction('knows'));
    // One may be asked for again while the markers of the transaction before are still being written.
    assert.deepEqual(new Set(sent().map(({ apiKey }) => apiKey)), new Set(REQUESTS[version].map((name) => API[name])));
    await writer.close();
  });

  for (const name of REQUESTS[version]) {
    test(`a connection that breaks after ${name} was sent changes nothing: the transaction is committed once`, async () => {
      const at = { topic: await newTopic(), partition: 0 };
      const group = unique('group');
      const writer = await log.claim(unique('writer'));
      await writer.commit({ batches: [{ ...at, records: [record('a')] }], group, offsets: [{ ...at, offset: 1 }] });
      const cut = breakConnections((sent, broken) => broken === 0 && sent === API[name]);
      await writer.commit({ batches: [{ ...at, records: [record('b')] }], group, offsets: [{ ...at, offset: 2 }] });
      assert.equal(cut(), 1);
      await writer.commit({ batches: [{ ...at, records: [record('c')] }], group, offsets: [{ ...at, offset: 3 }] });
      assert.deepEqual(values(await readAll(log, at)), ['a', 'b', 'c']);
      assert.equal((await log.groupOffsets(group, [at]))[0]!.offset, 3);
      await writer.close();
    });
  }
});

test('what arrives once more when its transaction is over is not taken into the next one', async () => {
  const log = openLog();
  const at = { topic: await newTopic(), partition: 0 };
  const group = unique('group');
  const writer = await log.claim(unique('writer'));
  const sent = noteRequests();
  await writer.commit({ batches: [{ ...at, records: [record('a')] }], group, offsets: [{ ...at, offset: 1 }] });
  const late = sent().filter(({ apiKey }) => REQUESTS[2].some((name) => API[name] === apiKey));
  await readAll(log, at);
  const { stable } = await log.bounds(at);

  const inside = writer as unknown as { end(deadline: number): Promise<void> };
  const end = inside.end.bind(writer);
  inside.end = async (deadline) => {
    for (const request of late) await sendAgain(request);
    assert.equal((await log.bounds(at)).stable, stable, 'the transaction is still open');
    await end(deadline);
  };
  await writer.commit({ batches: [{ ...at, records: [record('b')] }], group, offsets: [{ ...at, offset: 2 }] });
  assert.deepEqual(values(await readAll(log, at)), ['a', 'b']);
  assert.equal((await log.groupOffsets(group, [at]))[0]!.offset, 2);
  await log.close();
});

test('when the epochs of a producer id are used up, transactions go on by another', { timeout: 120_000 }, async () => {
  const log = openLog();
  const id = unique('writer');
  await useEpochsUp(id);
  const at = { topic: await newTopic(), partition: 0 };
  const writer = await log.claim(id);
  const present = () => (writer as unknown as { readonly producer: Producer }).producer;
  const { producerId } = present();
  const written = ['by the id that was claimed', 'by its last epoch', 'by another id', 'once more'];
  for (const value of written) await writer.commit({ batches: [{ ...at, records: [record(value)] }], ...nothingRead });
  assert.notEqual(present().producerId, producerId);
  const next = await log.claim(id);
  await assert.rejects(writer.commit({ batches: [{ ...at, records: [record('zombie')] }], ...nothingRead }), FencedError);
  await next.commit({ batches: [{ ...at, records: [record('after')] }], ...nothingRead });
  assert.deepEqual(values(await readAll(log, at)), [...written, 'after']);
  await log.close();
});

/** All but a few: each claim takes one. */
async function useEpochsUp(transactionalId: string): Promise<void> {
  const log = openLog();
  const sent = noteRequests();
  await log.claim(transactionalId);
  const claim = sent().findLast(({ apiKey }) => apiKey === API.initProducerId)!;
  await sendAgain(claim, EPOCHS - 4);
  await log.close();
}
