import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import type { EngineClock } from '../engine/clock.ts';
import type { LogRecord } from '../engine/log.ts';
import { unobserved } from '../engine/observer.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { runStage, type RunningStage } from '../engine/runner.ts';
import { inCluster, type Client, type InCluster } from '../engine/simulation/in-cluster.ts';
import { Random } from '../engine/simulation/random.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { SimulatedProcess } from '../engine/simulation/schedule.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { PaymentOutcome, PaymentRequest, PaymentResult } from '../records/records.ts';
import { callsFor } from './calls.ts';
import {
  UnknownOutcomeError, type Authorisation, type Capture, type Gateway, type LookedUp, type OperationAnswer,
} from './gateway.ts';
import { REFERENCE } from './references.ts';
import { paymentsStage } from './stage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const requestCodec = openCodec('PaymentRequest', ids);
const resultCodec = openCodec('PaymentResult', ids);
const NAMES = {
  [topics.paymentRequests.name]: partitionCounts.account,
  [topics.paymentsState.name]: partitionCounts.account,
  [topics.paymentResults.name]: partitionCounts.account,
  [DEAD_LETTER_TOPIC]: 1,
};
const PARTITIONS = Array.from({ length: partitionCounts.account }, (_, partition) => partition);

/** How a call goes wrong: it never arrives, its answer is lost, or it arrives long after everybody has given up. */
type Fault = 'none' | 'lost request' | 'lost answer' | 'straggler';

/** A gateway in memory that takes each reference once, as the real one does, and notes every attempt. */
class FakeGateway implements Partial<Gateway> {
  readonly done = new Map<string, OperationAnswer>();
  readonly captured = new Map<string, number>();
  readonly reversed = new Map<string, number>();
  calls = 0;
  private readonly clock: EngineClock;
  private readonly fault: (call: number) => Fault;

  constructor(clock: EngineClock, fault: (call: number) => Fault) {
    this.clock = clock;
    this.fault = fault;
  }

  authorise({ reference, cardToken }: Authorisation): Promise<OperationAnswer> {
    return this.take(reference, () => {
      if (cardToken === 'empty') return { kind: 'declined', mayRetry: true, code: '51' };
      if (cardToken === 'stolen') return { kind: 'declined', mayRetry: false, code: '43' };
      if (cardToken === 'unknown') return { kind: 'refused', code: 'inputerror' };
      return { kind: 'done', orderId: `order of ${reference}` };
    });
  }

  capture({ reference, orderId, grossMinor }: Capture): Promise<OperationAnswer> {
    return this.take(reference, () => {
      this.captured.set(reference, (this.captured.get(reference) ?? 0) + grossMinor);
      return { kind: 'done', orderId };
    });
  }

  reverse({ reference, orderId, grossMinor }: Capture): Promise<OperationAnswer> {
    return this.take(reference, () => {
      this.reversed.set(reference, (this.reversed.get(reference) ?? 0) + grossMinor);
      return { kind: 'done', orderId };
    });
  }

  lookUpReversal(reference: string): Promise<LookedUp> {
    return this.lookUp(reference);
  }

  lookUpAuthorisation(reference: string): Promise<LookedUp> {
    return this.lookUp(reference);
  }

  lookUpCapture(reference: string): Promise<LookedUp> {
    return this.lookUp(reference);
  }

  private async take(reference: string, decide: () => OperationAnswer): Promise<OperationAnswer> {
    const fault = this.fault(this.calls++);
    const decideOnce = (): OperationAnswer => {
      if (this.done.has(reference)) throw new UnknownOutcomeError('the reference was used before');
      const answer = decide();
      this.done.set(reference, answer);
      return answer;
    };
    await this.clock.sleep(200);
    if (fault === 'lost request') throw new UnknownOutcomeError('no answer');
    if (fault === 'straggler') {
      void this.clock.sleep(5_000).then(decideOnce).catch(() => {});
      throw new UnknownOutcomeError('no answer');
    }
    const answer = decideOnce();
    if (fault === 'lost answer') throw new UnknownOutcomeError('no answer');
    return answer;
  }

  private async lookUp(reference: string): Promise<LookedUp> {
    const fault = this.fault(this.calls++);
    await this.clock.sleep(100);
    if (fault !== 'none') throw new UnknownOutcomeError('no answer');
    return this.done.get(reference) ?? { kind: 'none' };
  }
}

function request(number: number, cardToken = 'good'): PaymentRequest {
  return {
    requestId: `charge-${number}.1`, chargeId: `charge-${number}`,
    attempt: 1, accountId: `account-${number}`, merchant: 'm',
    grossMinor: 1_000 + number, vatMinor: 200, currency: 'NOK', cardToken,
    description: 'Parking', requestedAt: 0, operation: 'payment', orderId: '',
  };
}

function write({ log }: Client, requests: readonly PaymentRequest[]): Promise<void> {
  const byPartition = Map.groupBy(requests, ({ accountId }) => partitionOf(accountId, partitionCounts.account));
  return log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.paymentRequests.name, partition,
    records: list.map((each) => ({ key: Buffer.from(each.accountId), value: requestCodec.encode(each), timestamp: 0 })),
  })));
}

function start({ log, clock }: Client, gateway: FakeGateway): Promise<RunningStage> {
  const newCalls = callsFor({
    gateway: gateway as unknown as Gateway,
    clock,
    logger: quietLogger,
    stopping: new AbortController().signal,
  });
  return runStage({
    stage: paymentsStage({ ids, newCalls, told() {} }),
    log,
    clock,
    observer: unobserved,
    logger: quietLogger,
  });
}

async function readAll({ log }: Client, topic: string, partitions = PARTITIONS): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (const partition of partitions) {
    const { start: from, stable } = await log.bounds({ topic, partition });
    for await (const fetched of recordsBetween(log, { topic, partition }, from, stable)) records.push(...fetched);
  }
  return records;
}

async function resultsOf(client: Client): Promise<PaymentResult[]> {
  return (await readAll(client, topics.paymentResults.name)).map(({ value }) => resultCodec.decode(value!));
}

/** Waits until each request has a known outcome. @returns the newest result of each, by request */
async function settled(client: Client, count: number): Promise<Map<string, PaymentResult>> {
  for (;;) {
    const newest = new Map((await resultsOf(client)).map((result) => [result.requestId, result]));
    if ([...newest.values()].filter(({ outcome }) => outcome !== 'unknown').length >= count) return newest;
    await client.clock.sleep(1_000);
  }
}

/** Not a part of any process: it outlives them all. */
function gatewayOf({ schedule }: InCluster, fault: (call: number) => Fault = () => 'none'): FakeGateway {
  return new FakeGateway(schedule.clockOf(new SimulatedProcess('gateway')), fault);
}

/** Every capture was made once, in full, for exactly the requests whose newest result says so. */
function assertTakenOnce(
  gateway: FakeGateway, requests: readonly PaymentRequest[], newest: ReadonlyMap<string, PaymentResult>,
): void {
  const captured = [...newest.values()].filter(({ outcome }) => outcome === 'captured');
  const gross = new Map(requests.map(({ requestId, grossMinor }) => [requestId, grossMinor]));
  assert.deepEqual(
    new Map([...gateway.captured].sort()),
    new Map(captured.map(({ captureReference, requestId }) => [captureReference, gross.get(requestId)!] as const)
      .sort()),
  );
}

test('each kind of answer becomes its outcome, with the references that were used', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const gateway = gatewayOf(world);
    const cards: [string, PaymentOutcome][] = [
      ['good', 'captured'], ['empty', 'declined_soft'], ['stolen', 'declined_hard'], ['unknown', 'technical'],
    ];
    const requests = cards.map(([card], number) => request(number, card));
    const running = await start(client, gateway);
    await write(client, requests);
    const newest = await settled(client, requests.length);
    assert.deepEqual(
      requests.map(({ requestId }) => newest.get(requestId)!.outcome),
      cards.map(([, outcome]) => outcome),
    );
    assertTakenOnce(gateway, requests, newest);
    const captured = newest.get('charge-0.1')!;
    for (const reference of [captured.authorisationReference, captured.captureReference]) {
      assert.match(reference, REFERENCE);
    }
    assert.equal(newest.get('charge-2.1')!.captureReference, '');
    await running.stop();
  });
});

test('what was captured is given back once, by the order that its result tells, though answers are lost', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const gateway = gatewayOf(world, (call) => (call > 1 && call < 5 ? 'lost answer' : 'none'));
    const running = await start(client, gateway);
    await write(client, [request(1)]);
    const { orderId } = (await settled(client, 1)).get('charge-1.1')!;
    const back: PaymentRequest = {
      ...request(1), requestId: 'credit-1.1', operation: 'reversal',
      orderId, grossMinor: 400, vatMinor: 80, cardToken: '',
    };
    await write(client, [back, back]);
    const { outcome, captureReference, grossMinor } = (await settled(client, 2)).get('credit-1.1')!;
    assert.deepEqual([outcome, grossMinor], ['reversed', 400]);
    assert.deepEqual(gateway.reversed, new Map([[captureReference, 400]]));
    await running.stop();
  });
});

test('a request that is written again is paid once', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const gateway = gatewayOf(world);
    const running = await start(client, gateway);
    await write(client, [request(1), request(1)]);
    await settled(client, 1);
    await write(client, [request(1), request(2)]);
    const newest = await settled(client, 2);
    assertTakenOnce(gateway, [request(1), request(2)], newest);
    assert.equal((await resultsOf(client)).length, 2);
    await running.stop();
  });
});

test('a request of nothing, in no currency, without a card or without an order is a dead letter', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const running = await start(client, gatewayOf(world));
    await write(client, [
      { ...request(1), grossMinor: 0, vatMinor: 0 },
      { ...request(2), currency: 'kr' },
      { ...request(3), cardToken: '' },
      { ...request(4), vatMinor: -1 },
      { ...request(6), operation: 'reversal' },
      { ...request(7), vatMinor: 1_008 },
      request(5),
    ]);
    await settled(client, 1);
    while ((await readAll(client, DEAD_LETTER_TOPIC, [0])).length < 6) await client.clock.sleep(500);
    await running.stop();
  });
});

test('what the gateway answers at once is asked for once', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const gateway = gatewayOf(world);
    const running = await start(client, gateway);
    await write(client, [request(1), request(2, 'empty'), request(3, 'unknown')]);
    await settled(client, 3);
    await client.clock.sleep(60_000);
    assert.equal(gateway.calls, 4, 'three authorisations and a capture');
    await running.stop();
  });
});

test('while an outcome is unknown that is told once, and the known one after it', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const gateway = gatewayOf(world, (call) => (call < 4 ? 'lost answer' : 'none'));
    const running = await start(client, gateway);
    await write(client, [request(1)]);
    await settled(client, 1);
    assert.deepEqual(
      (await resultsOf(client)).map(({ revision, outcome }) => [revision, outcome]),
      [[1, 'unknown'], [2, 'captured']],
    );
    await running.stop();
  });
});

test('an authorisation that the gateway never takes in is given up as technical, and nothing is taken', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    const askedAt: number[] = [];
    // Every second call is the look-up after a lost request.
    const gateway = gatewayOf(world, () => (askedAt.push(client.clock.monotonicMs()) % 2 === 1 ? 'lost request' : 'none'));
    const running = await start(client, gateway);
    await write(client, [request(1)]);
    const newest = await settled(client, 1);
    assert.ok(askedAt.at(-1)! - askedAt.at(-2)! >= 60_000, 'the last one may still come for a minute');
    assert.deepEqual(
      [newest.get('charge-1.1')!.outcome, newest.get('charge-1.1')!.code],
      ['technical', 'never_taken_in'],
    );
    assert.equal(gateway.captured.size, 0);
    await client.clock.sleep(600_000);
    assert.equal(gateway.calls, 12, 'it was sent six times, looked up after each, and never after it was given up');
    assert.equal(gateway.done.size, 0);
    await running.stop();
  });
});

test('what was authorised is captured, however often the gateway does not take that in', async () => {
  await inCluster(NAMES, async (world) => {
    const client = world.openClient('payments');
    // The authorisation is answered, then every second call is a capture that never arrives.
    const gateway = gatewayOf(world, (call) => (call < 24 && call % 2 === 1 ? 'lost request' : 'none'));
    const running = await start(client, gateway);
    await write(client, [request(1)]);
    assertTakenOnce(gateway, [request(1)], await settled(client, 1));
    assert.equal(gateway.captured.size, 1);
    await running.stop();
  });
});

test('a worker that finds a payment under way looks it up before it sends anything', async () => {
  await inCluster(NAMES, async (world) => {
    const first = world.openClient('first');
    const gateway = gatewayOf(world);
    await start(first, gateway);
    await write(first, [request(1)]);
    await world.until(() => gateway.calls > 0);
    world.schedule.kill(first.process);

    const second = world.openClient('second');
    const running = await start(second, gateway);
    const newest = await settled(second, 1);
    assertTakenOnce(gateway, [request(1)], newest);
    assert.deepEqual((await resultsOf(second)).map(({ outcome }) => outcome), ['captured']);
    await running.stop();
  });
});

/** After so many the gateway is well again, so that every run comes to an end. */
const TROUBLED_CALLS = 80;

for (let seed = 1; seed <= 20; seed += 1) {
  test(`a slow, forgetful gateway and workers that are killed again and again take each payment once: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const random = new Random(seed);
      const faults: readonly Fault[] = ['none', 'none', 'none', 'lost request', 'lost answer', 'straggler'];
      const gateway = gatewayOf(world, (call) =>
        (call < TROUBLED_CALLS ? faults[random.below(faults.length)]! : 'none'));
      const cards = ['good', 'good', 'good', 'empty', 'stolen'];
      const requests = Array.from({ length: 12 }, (_, number) => request(number, cards[number % cards.length]));
      const writer = world.openClient('writer');
      await write(writer, requests);
      for (let kill = 0; kill < 3; kill += 1) {
        const worker = world.openClient(`worker ${kill}`);
        await start(worker, gateway);
        const calls = gateway.calls + 1 + random.below(10);
        const deadlineMs = writer.clock.monotonicMs() + 60_000;
        while (gateway.calls < calls && writer.clock.monotonicMs() < deadlineMs) await writer.clock.sleep(50);
        world.schedule.kill(worker.process);
      }
      const last = world.openClient('last');
      const running = await start(last, gateway);
      const newest = await settled(writer, requests.length);
      assertTakenOnce(gateway, requests, newest);
      assert.ok([...newest.values()].filter(({ outcome }) => outcome === 'captured').length >= 6);
      await running.stop();
    }, seed);
  });
}
