import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import type { TopicPartition } from '../../pipeline/engine/log.ts';
import { restoringBeforeFencing, withoutOffsets } from '../../pipeline/engine/simulation/mutations.ts';
import { checkCommitted } from '../../pipeline/engine/simulation/verdict.ts';
import { abortedInDisorder, kafkaOptions, openLog, readAll, unique, values } from './kafka-fixture.ts';
import { subject, takeOver } from './takeover.ts';

/**
 * The mistakes that the simulation must find are put in on the real broker too, each at the moment that shows it;
 * without them the same steps give exactly what the rules say.
 */
test('a task that changes hands while its former owner works on loses nothing and doubles nothing', async () => {
  await checkCommitted(subject, await takeOver((log) => log), false);
});

test('transactions without offsets are found: group and changelog differ', async () => {
  const committed = await takeOver(withoutOffsets);
  await assert.rejects(checkCommitted(subject, committed, false), /group and changelog stand at the same offset/);
});

test('a restore before fencing is found: what the former owner took meanwhile is taken twice', async () => {
  const committed = await takeOver(restoringBeforeFencing);
  await assert.rejects(checkCommitted(subject, committed, false), /each input once/);
});

test('the aborted-records filter that comes with kafkajs delivers dead records, ours none', { timeout: 60_000 }, async () => {
  const log = openLog();
  try {
    const at = await abortedInDisorder(log);
    assert.deepEqual(values(await readAll(log, at)), ['alive', 'alive too']);
    const delivered = await readByKafkajs(at, 'alive too');
    assert.ok(delivered.includes('dead'), `delivered: ${delivered}`);
  } finally {
    await log.close();
  }
});

/** What kafkajs's own consumer delivers, read committed as is its default, up to this value. */
async function readByKafkajs({ topic }: TopicPartition, last: string): Promise<string[]> {
  const { brokers, clientId } = kafkaOptions;
  const consumer = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING })
    .consumer({ groupId: unique('group') });
  const delivered: string[] = [];
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      async eachMessage({ message }) {
        delivered.push(message.value!.toString());
        if (delivered.at(-1) === last) end();
      },
    });
    await isOver;
  } finally {
    await consumer.disconnect();
  }
  return delivered;
}
