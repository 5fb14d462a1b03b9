import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { EngineClock } from '../engine/clock.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import { unobserved } from '../engine/observer.ts';
import { runStage, type RunningStage } from '../engine/runner.ts';
import { inCluster, type Client } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { Random } from '../engine/simulation/random.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { BillingLine, Control, WebhookEndpoint } from '../records/records.ts';
import type { Bring } from './courier.ts';
import { deliveriesFor } from './deliveries.ts';
import { lineMessage, openMessages } from './message.ts';
import { webhooksStage } from './stage.ts';
import { readStreams } from './state.ts';
import { BACK_OFF_MS, type Answer } from './stream.ts';
import { openTails } from './tails.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const billingCodec = openCodec('BillingRecord', ids);
const controlCodec = openCodec('Control', ids);
const COUNT = partitionCounts.account;
const NAMES = {
  [topics.billing.name]: COUNT, [topics.charges.name]: COUNT, [topics.documents.name]: COUNT,
  [topics.webhooksControl.name]: COUNT, [topics.webhooksState.name]: COUNT, [DEAD_LETTER_TOPIC]: 1,
};
const TAKEN: Answer = { kind: 'taken' };
const AWAY: Answer = { kind: 'failed', problem: 'no_connection', answered: false, retryAfterMs: 0 };
const REFUSED: Answer = { kind: 'failed', problem: 'http_500', answered: true, retryAfterMs: 0 };
const HOUR = 3_600_000;

function endpoint(endpointId: string, operatorId = 'op'): WebhookEndpoint {
  return {
    endpointId, operatorId, url: 'https://example.org/', topics: ['billing'],
    secrets: [], deliverFrom: 0, createdAt: 0, removedAt: null,
  };
}

/** Lines of accounts 0 to 3, numbered by their revision. */
function line(number: number, operatorId = 'op'): BillingLine {
  return {
    lineId: `line-${number}`, revision: 1, status: 'live', operatorId,
    accountId: `account-${number % 4}`, visitId: `v-${number}`, garageId: 'g',
    visitDay: '2026-09-01', grossMinor: 100 * number, vatMinor: 20 * number,
    currency: 'NOK', tariffVersion: 't', accountVersion: 1,
    merchant: 'default', ownerRef: '',
  };
}

function write({ log }: Client, lines: readonly BillingLine[], timestamp = 1): Promise<void> {
  const byPartition = Map.groupBy(lines, ({ accountId }) => partitionOf(accountId, COUNT));
  return log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.billing.name, partition,
    records: list.map((each) => ({
      key: Buffer.from(each.accountId),
      value: billingCodec.encode({ 'parking.BillingLine': each }),
      timestamp,
    })),
  })));
}

function tell({ log }: Client, type: Control['type'], subject: string, to: number | null = null): Promise<void> {
  const value = controlCodec.encode({
    controlId: 'c', type, subject, to, version: null, issuedAt: 0, issuedBy: 'test', reason: '',
  });
  return log.append(Array.from({ length: COUNT }, (_, partition) =>
    ({ topic: topics.webhooksControl.name, partition, records: [{ key: null, value, timestamp: 0 }] })));
}

/** @param ahead how far the wall clock is put forward, ms: days of back-off pass without a step of the simulation */
function start(
  client: Client, endpoints: readonly WebhookEndpoint[], bring: Bring, ahead?: { ms: number },
): Promise<RunningStage> {
  return startOn(client, new Map(endpoints.map((each) => [each.endpointId, each])), bring, ahead);
}

/** The same over a table that may change. */
function startOn(
  { log, clock: own }: Client, table: Map<string, WebhookEndpoint>, bring: Bring, ahead: { ms: number } = { ms: 0 },
): Promise<RunningStage> {
  const clock: EngineClock = { ...own, wallMs: () => own.wallMs() + ahead.ms };
  const newDeliveries = deliveriesFor({
    log, clock, logger: quietLogger, messages: openMessages(ids),
    tails: openTails(log, clock), bring, observer: { attempted() {} },
    stopping: new AbortController().signal,
  });
  return runStage({
    stage: webhooksStage({ ids, endpoints: table, newDeliveries, told() {} }),
    log,
    clock,
    observer: unobserved,
    logger: quietLogger,
  });
}

/** Takes what `answer` lets it, and notes in which order. */
function receiver({ clock }: Client, answer: (endpointId: string, lineNumber: number) => Answer = () => TAKEN) {
  const taken = new Map<string, number[]>();
  let attempts = 0;
  const bring: Bring = async ({ endpointId }, { body }) => {
    attempts += 1;
    await clock.sleep(20);
    const number = JSON.parse(body).data.grossMinor / 100;
    const answered = answer(endpointId, number);
    if (answered.kind === 'taken') taken.set(endpointId, [...(taken.get(endpointId) ?? []), number]);
    return answered;
  };
  return {
    bring,
    get attempts() {
      return attempts;
    },
    of: (endpointId: string): number[] => taken.get(endpointId) ?? [],
  };
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/** Of each account the lines came in the order of the log; repetitions aside. */
function assertOrdered(numbers: readonly number[]): void {
  for (let account = 0; account < 4; account++) {
    const own = [...new Set(numbers.filter((number) => number % 4 === account))];
    assert.deepEqual(own, own.toSorted((one, other) => one - other), `account ${account}`);
  }
}

test('an endpoint gets the lines of its operator, each account in order, and nobody else\'s', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    await write(client, [...upTo(12).map((number) => line(number)), line(100, 'another')]);
    const got = receiver(client);
    const running = await start(client, [endpoint('mine'), endpoint('theirs', 'another')], got.bring);
    await world.until(() => got.of('mine').length === 12 && got.of('theirs').length === 1);
    await write(client, upTo(20).slice(12).map((number) => line(number)));
    await world.until(() => got.of('mine').length === 20);
    assert.deepEqual(sorted(got.of('mine')), upTo(20));
    assert.deepEqual(got.of('theirs'), [100]);
    assertOrdered(got.of('mine'));
    await running.stop();
  });
});

test('an endpoint that is away for a day holds up only itself, and gets everything when it is back', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    const ahead = { ms: 0 };
    const got = receiver(client, (id) => (id === 'away' && ahead.ms < 24 * HOUR ? AWAY : TAKEN));
    await write(client, upTo(12).map((number) => line(number)));
    const running = await start(client, [endpoint('well'), endpoint('away')], got.bring, ahead);
    await world.until(() => got.of('well').length === 12);
    assert.deepEqual(got.of('away'), []);
    for (; got.of('away').length < 12; ahead.ms += HOUR) await client.clock.sleep(1_000);
    await write(client, upTo(16).slice(12).map((number) => line(number)));
    await world.until(() => got.of('away').length === 16);
    assertOrdered(got.of('away'));
    await running.stop();
  });
});

test('an endpoint that stays away is disabled, and enabled it goes on from where it stopped', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    let isAway = false;
    const got = receiver(client, () => (isAway ? AWAY : TAKEN));
    const ahead = { ms: 0 };
    const running = await start(client, [endpoint('e')], got.bring, ahead);
    await write(client, upTo(4).map((number) => line(number)));
    await world.until(() => got.of('e').length === 4);
    isAway = true;
    await write(client, upTo(8).slice(4).map((number) => line(number)));
    const partitions = new Set(upTo(4).map((number) => partitionOf(`account-${number}`, COUNT))).size;
    for (;;) {
      const streams = await readStreams(client.log);
      if (streams.filter(({ disabledAt }) => disabledAt !== null).length === partitions) break;
      await client.clock.sleep(1_000);
      ahead.ms += 24 * HOUR;
    }
    const attempts = got.attempts;
    assert.equal(attempts, 4 + partitions * (BACK_OFF_MS.length + 1));
    isAway = false;
    ahead.ms += 30 * 24 * HOUR;
    await client.clock.sleep(2_000);
    assert.equal(got.attempts, attempts, 'nothing is sent while it is disabled');
    await tell(client, 'webhook_enable', 'e');
    await world.until(() => got.of('e').length === 8);
    assert.deepEqual(sorted(got.of('e')), upTo(8));
    assertOrdered(got.of('e'));
    await running.stop();
  });
});

test('one record that an endpoint can not take holds up its account alone, and comes first when it can', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    let isMended = false;
    const got = receiver(client, (_id, number) => (number === 5 && !isMended ? REFUSED : TAKEN));
    const running = await start(client, [endpoint('e')], got.bring);
    await write(client, upTo(16).map((number) => line(number)));
    const others = upTo(16).filter((number) => number % 4 !== 1 || number < 5);
    await world.until(() => others.every((number) => got.of('e').includes(number)));
    assert.deepEqual(sorted(got.of('e')), others);
    isMended = true;
    await world.until(() => got.of('e').length === 16);
    assertOrdered(got.of('e'));
    await running.stop();
  });
});

test('a replay sends what came since that time once more, under the same ids', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    const sent: string[] = [];
    const running = await start(client, [endpoint('e')], async (_endpoint, { webhookId }) => {
      sent.push(webhookId);
      return TAKEN;
    });
    await write(client, [line(1)], 1_000);
    await write(client, [line(2), line(3)], 2_000);
    await world.until(() => sent.length === 3);
    await client.clock.sleep(2_000);
    await tell(client, 'webhook_replay', 'e', 2_000);
    await world.until(() => sent.length === 5);
    const again = [line(2), line(3)].map((each) => lineMessage(each, 'op', 0)!.webhookId);
    assert.deepEqual(sent.slice(3).sort(), again.sort());
    assert.equal(new Set(sent).size, 3);
    await running.stop();
  });
});

for (let seed = 1; seed <= 5; seed += 1) {
  test(`a replay in the middle of deliveries is not undone by what was under way: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const client = world.openClient('webhooks');
      const got = receiver(client);
      const running = await start(client, [endpoint('e')], got.bring);
      await write(client, upTo(200).map((number) => line(number)));
      await world.until(() => got.of('e').length >= 40);
      const before = got.of('e').slice(0, 40);
      await tell(client, 'webhook_replay', 'e', 0);
      const times = (number: number): number => got.of('e').filter((each) => each === number).length;
      await world.until(() => before.every((number) => times(number) > 1) && sorted(got.of('e')).length === 200);
      await running.stop();
    }, seed);
  });
}

test('an endpoint that is added gets what came from its time on, also while nobody delivered', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    await write(client, [line(1)], 999);
    await write(client, [line(2)], 1_000);
    const got = receiver(client);
    const running = await start(client, [{ ...endpoint('e'), deliverFrom: 1_000 }], got.bring);
    await world.until(() => got.of('e').length === 1);
    assert.deepEqual(got.of('e'), [2]);
    await running.stop();
  });
});

test('an endpoint that is removed gets nothing more, and nothing of it is kept', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    const endpoints = [endpoint('e'), endpoint('stays')];
    const table = new Map(endpoints.map((each) => [each.endpointId, each]));
    const got = receiver(client);
    const running = await startOn(client, table, got.bring);
    await write(client, upTo(8).map((number) => line(number)));
    await world.until(() => got.of('e').length === 8 && got.of('stays').length === 8);
    table.set('e', { ...endpoints[0]!, removedAt: 1 });
    while ((await readStreams(client.log)).some(({ endpointId }) => endpointId === 'e')) await client.clock.sleep(200);
    await write(client, upTo(16).slice(8).map((number) => line(number)));
    await world.until(() => got.of('stays').length === 16);
    await client.clock.sleep(2_000);
    assert.equal(got.of('e').length, 8);
    await running.stop();
  });
});

test('a control that webhooks do not know is a dead letter', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('webhooks');
    const running = await start(client, [endpoint('e')], receiver(client).bring);
    while ((await readStreams(client.log)).length < COUNT) await client.clock.sleep(500);
    await tell(client, 'hold', 'e');
    while ((await client.log.bounds({ topic: DEAD_LETTER_TOPIC, partition: 0 })).stable < COUNT) {
      await client.clock.sleep(500);
    }
    await running.stop();
  });
});

for (let seed = 1; seed <= 10; seed += 1) {
  test(`processes that are killed again and again over an endpoint that fails now and then lose nothing and keep the order: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const random = new Random(seed);
      const writer = world.openClient('writer');
      let isTroubled = true;
      const answers = [TAKEN, TAKEN, TAKEN, AWAY, REFUSED];
      const got = receiver(writer, () => (isTroubled ? answers[random.below(answers.length)]! : TAKEN));
      await write(writer, upTo(32).map((number) => line(number)));
      for (let kill = 0; kill < 3; kill += 1) {
        const process = world.openClient(`process ${kill}`);
        await start(process, [endpoint('e')], got.bring);
        const attempts = got.attempts + 1 + random.below(8);
        const deadlineMs = writer.clock.monotonicMs() + 60_000;
        while (got.attempts < attempts && writer.clock.monotonicMs() < deadlineMs) await writer.clock.sleep(50);
        world.schedule.kill(process.process);
      }
      isTroubled = false;
      const last = world.openClient('last');
      const running = await start(last, [endpoint('e')], got.bring);
      await world.until(() => sorted(got.of('e')).length === 32);
      assertOrdered(got.of('e'));
      await running.stop();
    }, seed);
  });
}
