import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { bomfri } from '../local/bomfri-command.ts';
import { answersOk } from '../local/parts/ask.ts';
import { until } from '../local/until.ts';
import { newestResults } from '../pipeline/payments/reconcile-main.ts';
import { reconcile } from '../pipeline/payments/reconcile.ts';
import { parseSettlement } from '../pipeline/payments/settlement-file.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { PaymentOutcome, PaymentRequest, PaymentResult } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { openLog } from './kafka/kafka-fixture.ts';

const REQUESTS = 84;
const READY_MS = 60_000;
const SETTLED_MS = 120_000;
const run = randomUUID().slice(0, 8);
const config = readConfig();
const log = openLog();

/** What becomes of a card's payments in the end, however its answers go astray. */
const CARDS: readonly (readonly [string, PaymentOutcome])[] = [
  ['good', 'captured'], ['empty', 'declined_soft'], ['stolen', 'declined_hard'], ['expired', 'declined_hard'],
  ['slow', 'captured'], ['twice', 'captured'], ['forgetful', 'captured'],
];

const children = new Map<string, ChildProcess>();

after(async () => {
  await Promise.all([...children.keys()].map((name) => killed(name)));
  await log.close();
});

async function started(name: 'gateway' | 'payments'): Promise<void> {
  const { command, args } = bomfri(name);
  children.set(name, spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, BOMFRI_LOG_LEVEL: 'fatal' },
  }));
  const port = localPort(name === 'gateway' ? 'gateway' : 'paymentsAdmin');
  assert.ok(await until(() => answersOk(`http://127.0.0.1:${port}/health/ready`), READY_MS), `${name} is ready`);
}

async function killed(name: string): Promise<void> {
  const child = children.get(name);
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('worker and gateway are killed, cards slow, forgetful and answered for twice: each payment is taken once', async () => {
  const ids = await openRegistry(config.registryUrl);
  const requests = Array.from({ length: REQUESTS }, (_, number): PaymentRequest => ({
    requestId: `${run}-${number}.1`, chargeId: `${run}-${number}`,
    attempt: 1, accountId: `${run}-${number}`, merchant: 'm',
    grossMinor: 1_000 + number, vatMinor: 200, currency: 'NOK', cardToken: `${CARDS[number % CARDS.length]![0]}-${run}`,
    description: 'Parking', requestedAt: Date.now(), operation: 'payment', orderId: '',
  }));
  const resultsOfRun = async (): Promise<PaymentResult[]> =>
    (await newestResults(log, ids)).filter(({ requestId }) => requestId.startsWith(run));
  const isKnown = ({ outcome }: PaymentResult): boolean => outcome !== 'unknown';

  await Promise.all([started('gateway'), started('payments')]);
  const codec = openCodec('PaymentRequest', ids);
  const partitionOfRequest = ({ accountId }: PaymentRequest): number =>
    partitionOf(accountId, partitionCounts.account);
  const write = (list: readonly PaymentRequest[]) => log.append([...Map.groupBy(list, partitionOfRequest)]
    .map(([partition, each]) => ({
      topic: topics.paymentRequests.name, partition,
      records: each.map((request) => ({
        key: Buffer.from(request.accountId),
        value: codec.encode(request),
        timestamp: Date.now(),
      })),
    })));
  await write(requests.slice(0, REQUESTS / 2));
  assert.ok(await until(async () => (await resultsOfRun()).some(isKnown), READY_MS), 'the first ones are paid');
  await killed('payments');
  await write(requests);
  await started('payments');
  assert.ok(
    await until(async () => (await resultsOfRun()).length > REQUESTS / 2, READY_MS),
    'the next ones are under way',
  );
  await killed('gateway');
  await pause(500);
  await killed('payments');
  await Promise.all([started('gateway'), started('payments')]);
  assert.ok(
    await until(async () => (await resultsOfRun()).filter(isKnown).length === REQUESTS, SETTLED_MS),
    'all outcomes are known',
  );

  const results = new Map((await resultsOfRun()).map((result) => [result.requestId, result]));
  for (const [number, { requestId }] of requests.entries()) {
    assert.equal(
      results.get(requestId)!.outcome,
      CARDS[number % CARDS.length]![1],
      `a ${CARDS[number % CARDS.length]![0]} card`,
    );
  }
  const today = new Date().toISOString().slice(0, 10);
  const days = [new Date(Date.now() - 86_400_000).toISOString().slice(0, 10), today];
  const lists = await Promise.all(days.map(async (day) =>
    (await fetch(`http://127.0.0.1:${localPort('gateway')}/settlements/${day}.csv`)).text()));
  const settled = lists.flatMap((list) => parseSettlement(list));
  assert.deepEqual(reconcile(today, settled, await newestResults(log, ids)), []);
  const captured = [...results.values()].filter(({ outcome }) => outcome === 'captured');
  const references = new Set(captured.map(({ captureReference }) => captureReference));
  const taken = settled.filter(({ reference }) => references.has(reference));
  assert.equal(taken.length, captured.length, 'each capture stands once');
  assert.equal(sum(taken.map(({ amountMinor }) => amountMinor)), sum(captured.map(({ grossMinor }) => grossMinor)));
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
