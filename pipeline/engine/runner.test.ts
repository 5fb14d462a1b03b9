import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineClock } from './clock.ts';
import { DEAD_LETTER_TOPIC } from './dead-letters.ts';
import type { Log, OutRecord } from './log.ts';
import { unobserved } from './observer.ts';
import { runStage, type RunningStage } from './runner.ts';
import { CHANGELOG, CONTROL, countingStage, INPUT, OUTPUT, type Emitted } from './simulation/counting-stage.ts';
import { inCluster, type Client, type InCluster } from './simulation/in-cluster.ts';
import { SESSION_TIMEOUT_MS } from './simulation/memory-group.ts';
import { quietLogger } from './simulation/quiet-logger.ts';
import type { Stage } from './stage.ts';

const TOPICS = { [INPUT]: 1, [CONTROL]: 1, [CHANGELOG]: 1, [OUTPUT]: 1, [DEAD_LETTER_TOPIC]: 1 };
const IN = { topic: INPUT, partition: 0 };
const OUT = { topic: OUTPUT, partition: 0 };
const GROUP = 'bomfri-counting';

test('a group that stands elsewhere than the changelog stops the stage, and both are named', async () => {
  await inCluster(TOPICS, async (world) => {
    world.cluster.append(IN, numbers(5));
    const first = await start(world.openClient('first'));
    await world.until(() => taken(world) === 5);
    await first.stop();
    world.cluster.commitOffset(GROUP, { ...IN, offset: 2 });

    const second = await start(world.openClient('second'));
    const error = await second.failed;
    assert.match(error.message, /^counting\.in\[0\]: group bomfri-counting stands at offset 2, the changelog .* at 5/);
    await second.stop();
    assert.equal(taken(world), 5);
  });
});

test('a position that the log no longer has stops the stage, and both are named', async () => {
  await inCluster(TOPICS, async (world) => {
    world.cluster.append(IN, numbers(5));
    const first = await start(world.openClient('first'));
    await world.until(() => taken(world) === 5);
    await first.stop();
    for (const count of [5, 5]) world.cluster.append(IN, numbers(count));
    world.cluster.partition(IN).deleteBefore(10);

    const second = await start(world.openClient('second'));
    const { message } = await second.failed;
    assert.equal(message, 'counting.in[0]: position 5 is outside the log, which has offsets 10 to 15');
    await second.stop();
  });
});

test('a changelog that has lost its first records stops the stage, which would go on without what they held', async () => {
  await inCluster(TOPICS, async (world) => {
    world.cluster.append(IN, numbers(5));
    const first = await start(world.openClient('first'));
    await world.until(() => taken(world) === 5);
    await first.stop();
    world.cluster.partition({ topic: CHANGELOG, partition: 0 }).deleteBefore(1);

    const second = await start(world.openClient('second'));
    const { message } = await second.failed;
    assert.match(message, /^counting\.state\[0\]: the changelog begins at offset 1, not 0/);
    await second.stop();
  });
});

test('a changelog written by a newer release stops the stage, and its place is named', async () => {
  await inCluster(TOPICS, async (world) => {
    const key = Buffer.concat([Buffer.from([200]), Buffer.from('key')]);
    world.cluster.append({ topic: CHANGELOG, partition: 0 }, [{ key, value: Buffer.from([1]), timestamp: 0 }]);
    const stage = await start(world.openClient('process'));
    const { message } = await stage.failed;
    assert.match(message, /^counting\.state\[0\]: offset 0, of table 200, can't be read by this release/);
    await stage.stop();
  });
});

test('ten records an hour may make the rules throw, the eleventh stops the stage', async () => {
  await inCluster(TOPICS, async (world) => {
    world.cluster.append(IN, Array.from({ length: 10 }, () => record('throws')));
    const stage = await start(world.openClient('process'));
    await world.until(() => deadLetters(world) === 10);
    world.cluster.append(IN, [record('throws')]);
    assert.equal((await stage.failed).name, 'TooManyRuleErrors');
    await stage.stop();
    assert.equal(deadLetters(world), 10);
  });
});

test('a record that throws again with each failed transaction counts once', async () => {
  await inCluster(TOPICS, async (world) => {
    let failures = 0;
    world.cluster.faults = (call, fault) => call === 'end transaction' && fault === 'request lost' && failures++ < 20;
    world.cluster.append(IN, [record('throws'), record('1')]);
    const stage = await start(world.openClient('process'));
    await world.until(() => taken(world) === 1);
    await stage.stop();
    assert.ok(failures > 20);
    assert.equal(deadLetters(world), 1);
  });
});

test('of several inputs that wait, what was written first is applied first', async () => {
  await inCluster(TOPICS, async (world) => {
    const at = (timestamp: number, value: string): OutRecord => ({ ...record(value), timestamp });
    const stage = await start(world.openClient('process'));
    world.cluster.append(IN, [at(0, '5')]);
    await world.until(() => taken(world) === 1);
    // What comes now is gathered, so all of it is at hand.
    world.cluster.append(IN, [at(1, '10'), at(3, '10'), at(5, '10')]);
    world.cluster.append({ topic: CONTROL, partition: 0 }, [at(2, '2'), at(4, '3')]);
    await world.until(() => taken(world) === 4);
    await stage.stop();
    // The control record is the factor of the numbers behind it; a third number of one key is its last.
    assert.deepEqual(sums(world), [5, 15, 2, 35, 3, 30]);
  });
});

test('records that each take long leave the group its heartbeats', async () => {
  await inCluster(TOPICS, async (world) => {
    const client = world.openClient('process');
    let workedMs = 0;
    let breathedMs = 0;
    let longest = 0;
    const clock: EngineClock = {
      ...client.clock,
      monotonicMs: () => client.clock.monotonicMs() + workedMs,
      breathe() {
        breathedMs = workedMs;
        return client.clock.breathe();
      },
    };
    const stage = countingStage(1);
    const slow: Stage = {
      ...stage,
      openTask(task, state) {
        const rules = stage.openTask(task, state);
        return { ...rules, apply: (input, out) => {
          workedMs += 500;
          longest = Math.max(longest, workedMs - breathedMs);
          rules.apply(input, out);
        } };
      },
    };
    world.cluster.append(IN, numbers(200));
    const running = await runStage({ stage: slow, log: client.log, clock, observer: unobserved, logger: quietLogger });
    await world.until(() => taken(world) === 200);
    await running.stop();
    assert.ok(longest <= 500, `${longest} ms without a breath`);
  });
});

test('a stopped stage hands its tasks over at once', async () => {
  await inCluster(TOPICS, async (world) => {
    const first = await start(world.openClient('first'));
    world.cluster.append(IN, numbers(5));
    await world.until(() => taken(world) === 5);
    const second = await start(world.openClient('second'));
    const stoppedMs = world.schedule.nowMs;
    await first.stop();
    world.cluster.append(IN, numbers(5));
    await world.until(() => taken(world) === 10);
    assert.ok(world.schedule.nowMs - stoppedMs < SESSION_TIMEOUT_MS);
    await second.stop();
  });
});

test('topics of unequal partition counts, or a missing one, are refused at the start', async () => {
  await inCluster({ ...TOPICS, [CONTROL]: 2 }, async (world) => {
    await assert.rejects(start(world.openClient('process')), /must have equal partition counts.*in 1.*control 2/);
  });
  const { [DEAD_LETTER_TOPIC]: _, ...withoutDeadLetters } = TOPICS;
  await inCluster(withoutDeadLetters, async (world) => {
    await assert.rejects(start(world.openClient('process')), /parking\.dead-letters does not exist/);
  });
});

for (const [what, gatherMs] of [['gathers what comes for 100 ms', undefined], ['may gather for longer', 500]] as const) {
  test(`while little comes in a stage ${what}, and asks the brokers every 25 ms`, async () => {
    await inCluster(TOPICS, async (world) => {
      const client = world.openClient('process');
      const asked = countFetches(client.log);
      let transactions = 0;
      const running = await runStage({
        stage: { ...countingStage(1), ...(gatherMs === undefined ? {} : { gatherMs }) }, log: asked.log, clock: client.clock,
        observer: { ...unobserved, committed: (_task, records) => void (transactions += Math.min(1, records)) }, logger: quietLogger,
      });
      world.cluster.append(IN, numbers(1));
      await world.until(() => taken(world) === 1);
      const before = { transactions, fetches: asked.count(), ms: world.schedule.nowMs };
      for (let n = 0; n < 200; n++) {
        world.cluster.append(IN, numbers(1));
        await client.clock.sleep(10);
      }
      const ms = world.schedule.nowMs - before.ms;
      assertAtMost(asked.count() - before.fetches, ms / 25, 'fetches');
      assertAtMost(transactions - before.transactions, ms / (gatherMs ?? 100), 'transactions');
      await world.until(() => taken(world) === 201);
      await running.stop();
    });
  });
}

test('a stage that waits for something new asks the brokers four times a second, and takes what comes at once', async () => {
  await inCluster(TOPICS, async (world) => {
    const client = world.openClient('process');
    const asked = countFetches(client.log);
    const running = await start({ ...client, log: asked.log });
    world.cluster.append(IN, numbers(1));
    await world.until(() => taken(world) === 1);
    const before = { fetches: asked.count(), ms: world.schedule.nowMs };
    await client.clock.sleep(10_000);
    assertAtMost(asked.count() - before.fetches, (world.schedule.nowMs - before.ms) / 250, 'fetches');
    const appendedMs = world.schedule.nowMs;
    world.cluster.append(IN, numbers(1));
    await world.until(() => taken(world) === 2);
    assert.ok(world.schedule.nowMs - appendedMs < 50, `taken after ${world.schedule.nowMs - appendedMs} ms`);
    await running.stop();
  });
});

function assertAtMost(count: number, most: number, what: string): void {
  assert.ok(count <= most + 1, `${count} ${what} where ${most} are enough`);
}

/** The log, and how often it was asked for records. */
function countFetches(log: Log): { readonly log: Log; count(): number } {
  let count = 0;
  const counting = Object.create(log) as Log;
  counting.fetch = (positions, maxWaitMs) => {
    count++;
    return log.fetch(positions, maxWaitMs);
  };
  return { log: counting, count: () => count };
}

const start = ({ log, clock }: Client): Promise<RunningStage> => (
  runStage({ stage: countingStage(1), log, clock, observer: unobserved, logger: quietLogger })
);

const record = (value: string): OutRecord => ({ key: Buffer.from('k'), value: Buffer.from(value), timestamp: 0 });

const numbers = (count: number): OutRecord[] => Array.from({ length: count }, (_, i) => record(String(i)));

/** Records of the input that have taken effect. */
const taken = ({ cluster }: InCluster): number => (
  cluster.partition(OUT).committed()
    .filter(({ value }) => (JSON.parse(value!.toString()) as Emitted).took.startsWith(INPUT)).length
);

/** Of all that was taken, in order, ticks left out. */
const sums = ({ cluster }: InCluster): number[] => (
  cluster.partition(OUT).committed()
    .map(({ value }) => JSON.parse(value!.toString()) as Emitted)
    .flatMap(({ took, sum }) => took === 'tick' ? [] : sum)
);

const deadLetters = ({ cluster }: InCluster): number => (
  cluster.partition({ topic: DEAD_LETTER_TOPIC, partition: 0 }).committed().length
);
