import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runningPid } from '../local/background.ts';
import { answersOk } from '../local/parts/ask.ts';
import { stackPaths } from '../local/paths.ts';
import { until } from '../local/until.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { endsOf } from '../pipeline/engine/consumed.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { recordsBetween } from '../pipeline/engine/read-between.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { topics } from '../topics/topics.ts';
import { startServices, type RunningServices } from './running-services.ts';

const SENDERS = 8;
const READS_A_REQUEST = 10;
const ENOUGH = 200;
const PATIENCE_MS = 60_000;
const INGEST = `http://127.0.0.1:${localPort('ingest')}`;
const run = randomUUID();

let services: RunningServices;
let log: Log;

before(async () => {
  services = await startServices(['ingest']);
  log = openKafkaLog({
    brokers: readConfig().brokers,
    clientId: 'kafka-away-test',
    logger: openLogger('test', 'error'),
  });
});

after(async () => {
  await log?.close();
  await services?.stop();
});

/** What the senders were told of each read: how often it was sent before it was accepted. */
interface Told {
  readonly accepted: Map<string, number>;
  readonly refusals: { readonly status: number; readonly retryAfter: string | null }[];
}

test('while the broker stands still nothing is acknowledged that is not stored, and all goes on', { timeout: 180_000 }, async () => {
  const begin = await endsOf(log, [topics.reads.name]);
  const told: Told = { accepted: new Map(), refusals: [] };
  const stopping = new AbortController();
  const senders = Array.from({ length: SENDERS }, (_, sender) => keepSending(sender, told, stopping.signal));
  const acceptedMore = async (than: number): Promise<void> =>
    assert.ok(await until(async () => told.accepted.size >= than + ENOUGH, PATIENCE_MS), 'reads are accepted');
  try {
    await acceptedMore(0);
    const broker = runningPid(stackPaths().run, 'kafka')!;
    process.kill(broker, 'SIGSTOP');
    try {
      assert.ok(await until(async () => told.refusals.length > 0, PATIENCE_MS), 'senders are told to come again');
      assert.ok(await until(async () => !(await isReady()), PATIENCE_MS), 'readiness falls');
    } finally {
      process.kill(broker, 'SIGCONT');
    }
    await acceptedMore(told.accepted.size);
    assert.ok(await until(isReady, PATIENCE_MS), 'readiness comes back');
  } finally {
    stopping.abort();
    await Promise.all(senders);
  }
  for (const { status, retryAfter } of told.refusals) {
    assert.ok(status === 503 || status === 429, `HTTP ${status}`);
    assert.ok(Number(retryAfter) > 0);
  }
  assert.ok(told.refusals.some(({ status }) => status === 503));

  const stored = await storedReads(begin);
  for (const [readId, attempts] of told.accepted) {
    const times = stored.get(readId) ?? 0;
    assert.ok(times >= 1, `${readId} was accepted and is not stored`);
    // An attempt that was refused may have been stored all the same: its read counts once by its id.
    assert.ok(times <= attempts, `${readId} was sent ${attempts} times and stands ${times} times`);
  }
  for (const readId of stored.keys()) assert.ok(told.accepted.has(readId), `${readId} was never accepted`);
});

/** One request after the other; one that is refused again, until it is accepted. */
async function keepSending(sender: number, told: Told, stopping: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${ownKey(readConfig())}` };
  for (let n = 0; !stopping.aborted; n++) {
    const ids = Array.from({ length: READS_A_REQUEST }, (_, i) => `${run}-${sender}-${n}-${i}`);
    const body = JSON.stringify(ids.map((readId) => ({
      readId, garageId: `${run}-${sender}`, cameraId: 'c', laneId: 'l',
      direction: 'in', plate: '', country: 'NO', confidence: 1,
      capturedAt: new Date().toISOString(),
    })));
    for (let attempts = 1; ; attempts++) {
      const answer = await fetch(`${INGEST}/v1/reads`, { method: 'POST', headers, body });
      await answer.text();
      if (answer.status === 202) {
        for (const readId of ids) told.accepted.set(readId, attempts);
        break;
      }
      told.refusals.push({ status: answer.status, retryAfter: answer.headers.get('retry-after') });
      await pause(1_000 * Number(answer.headers.get('retry-after') ?? 1));
    }
  }
}

function isReady(): Promise<boolean> {
  return answersOk(`${INGEST}/health/ready`).catch(() => false);
}

/** How often each read of this run stands on `parking.reads`. */
async function storedReads(begin: Awaited<ReturnType<typeof endsOf>>): Promise<Map<string, number>> {
  const codec = openCodec('CameraRead', await openRegistry(readConfig().registryUrl));
  const stored = new Map<string, number>();
  for (const { topic, partition, end } of await endsOf(log, [topics.reads.name])) {
    const from = begin.find((at) => at.partition === partition)!.end;
    for await (const records of recordsBetween(log, { topic, partition }, from, end)) {
      for (const { key, value } of records) {
        if (!key?.toString().startsWith(run)) continue;
        const { readId } = codec.decode(value!);
        stored.set(readId, (stored.get(readId) ?? 0) + 1);
      }
    }
  }
  return stored;
}
