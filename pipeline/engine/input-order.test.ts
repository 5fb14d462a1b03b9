import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEAD_LETTER_TOPIC } from './dead-letters.ts';
import { unobserved } from './observer.ts';
import { runStage, type RunningStage } from './runner.ts';
import { CHANGELOG, CONTROL, countingStage, INPUT, OUTPUT, type Emitted } from './simulation/counting-stage.ts';
import { inCluster, type Client, type InCluster } from './simulation/in-cluster.ts';
import { quietLogger } from './simulation/quiet-logger.ts';

const ORDER = 'counting.order';
const TOPICS = {
  [INPUT]: 1, [CONTROL]: 1, [CHANGELOG]: 1, [OUTPUT]: 1, [ORDER]: 1, [DEAD_LETTER_TOPIC]: 1, 'again.state': 1,
};
const at = (topic: string) => ({ topic, partition: 0 });

/** @param again as an application that knows nothing of the first */
function start({ log, clock }: Client, again = false): Promise<RunningStage> {
  const stage = { ...countingStage(1), outputs: [OUTPUT, ORDER], order: ORDER };
  return runStage({
    stage: again ? { ...stage, name: 'again', changelog: 'again.state' } : stage, log, clock, observer: unobserved, logger: quietLogger,
  });
}

/** What was taken, in its order, with the sum that it came to: the control records decide how much an input counts. */
function taken({ cluster }: InCluster): string[] {
  return cluster.partition(at(OUTPUT)).committed().map(({ value }) => JSON.parse(value!.toString()) as Emitted)
    .filter(({ took }) => took !== 'tick').map(({ took, sum }) => `${took} ${sum}`);
}

async function write(world: InCluster, topic: string, count: number): Promise<void> {
  const before = taken(world).length;
  // By a transaction, whose marker is an offset without a record.
  const writer = await world.openClient(`writer of ${before}`).log.claim('writer');
  const records = Array.from({ length: count }, (_, n) => ({ key: Buffer.from('k'), value: Buffer.from(String(n + before)), timestamp: 0 }));
  await writer.commit({ batches: [{ ...at(topic), records }], group: 'writer', offsets: [] });
  await writer.close();
  await world.until(() => taken(world).length === before + count);
}

async function interleaved(world: InCluster): Promise<string[]> {
  let stage = await start(world.openClient('first'));
  for (const [round, topic] of [INPUT, CONTROL, INPUT, INPUT, CONTROL, INPUT, CONTROL].entries()) {
    await write(world, topic, 1 + (round % 3));
    if (round % 2 === 0) continue;
    await stage.stop();
    stage = await start(world.openClient(`owner ${round}`));
  }
  await stage.stop();
  return taken(world);
}

test('what was read in an order of its own is read again in the same order, by a stage that knows nothing of it', async () => {
  await inCluster(TOPICS, async (world) => {
    const first = await interleaved(world);
    const again = await start(world.openClient('again'), true);
    await world.until(() => taken(world).length === 2 * first.length);
    await again.stop();
    assert.deepEqual(taken(world).slice(first.length), first);
  });
});

test('who reads again is stopped and goes on in the same order; what is new after it is read as it comes', async () => {
  await inCluster(TOPICS, async (world) => {
    const first = await interleaved(world);
    const turns = world.cluster.partition(at(ORDER)).committed().length;
    let again = await start(world.openClient('again'), true);
    await world.until(() => taken(world).length >= first.length + 3);
    await again.stop();
    again = await start(world.openClient('again, once more'), true);
    await world.until(() => taken(world).length === 2 * first.length);
    await write(world, INPUT, 2);
    await again.stop();
    assert.deepEqual(taken(world).slice(first.length, 2 * first.length), first);
    assert.equal(world.cluster.partition(at(ORDER)).committed().length, turns + 1, 'only a new turn is written');
  });
});

test('without a turn nothing is written', async () => {
  await inCluster(TOPICS, async (world) => {
    const stage = await start(world.openClient('first'));
    await write(world, INPUT, 3);
    await write(world, INPUT, 2);
    await stage.stop();
    assert.deepEqual(world.cluster.partition(at(ORDER)).committed(), []);
  });
});
