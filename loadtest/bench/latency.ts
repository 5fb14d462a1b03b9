import { spawn } from 'node:child_process';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { bomfri } from '../../local/bomfri-command.ts';
import { answersOk } from '../../local/parts/ask.ts';
import { until } from '../../local/until.ts';
import { ownKey } from '../../pipeline/access/own-key.ts';
import { FLEET_SIZE, plateOf } from '../fleet/plates.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../../pipeline/records/codec.ts';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { localPort, readConfig, type LocalPart } from '../../pipeline/service/config.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';

const SECONDS = 30;
/** The JVM of the broker and our own code warm up first. */
const WARM_UP_SECONDS = 5;
/**
 * So that a lane sees a car every few seconds, as lanes do. A prime number: plates of cars a round number apart are
 * near-identical, and with 2,000 each garage got such pairs after ten seconds, of which each exit had to be weighed.
 */
const GARAGES = 1_999;
const READY_WITHIN_MS = 30_000;
/** A visit that is held back comes after the allowed lateness, far later than this. */
const AFTER_LAST_MS = 5_000;

export interface Latency {
  readonly reads_per_s: number;
  readonly requests: number;
  readonly failed_requests: number;
  readonly visits: number;
  /** Visits emitted at once, of all whose exit was sent. */
  readonly share_at_once: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
}

/**
 * Sends single reads over HTTP at a fixed rate, an entry and half the time later its exit, and takes the time from
 * the begin of the exit's request to the moment when another reader has the committed, closed visit.
 */
export async function measureLatency(readsPerSecond: number): Promise<Latency> {
  await using services = new AsyncDisposableStack();
  for (const [name, port] of [['ingest', 'ingest'], ['visits', 'visitsAdmin']] as const) {
    const stop = await startUnlessRunning(name, port);
    if (stop !== null) services.defer(stop);
  }
  const config = readConfig();
  const key = ownKey(config);
  const sent = new Map<string, number>();
  const reader = await followVisits(config.brokers, config.registryUrl, sent);
  const total = readsPerSecond * SECONDS;
  const run = Date.now().toString(36);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const answers: Promise<boolean>[] = [];
  const startedMs = performance.now();
  for (let n = 0; n < total; n++) {
    const dueMs = startedMs + (n * 1000) / readsPerSecond;
    const restMs = dueMs - performance.now();
    if (restMs > 1) await pause(restMs);
    const exits = n >= total / 2;
    const car = exits ? n - total / 2 : n;
    const read = readOf(run, car, exits);
    if (exits && n >= total / 2 + WARM_UP_SECONDS * readsPerSecond) sent.set(read.readId, performance.now());
    answers.push(post(`${config.ingestUrl}/v1/reads`, key, JSON.stringify(read), agent));
  }
  const accepted = (await Promise.all(answers)).filter(Boolean).length;
  await until(async () => reader.latenciesMs.length === sent.size, AFTER_LAST_MS);
  await reader.close();
  agent.destroy();

  const latencies = reader.latenciesMs.toSorted((one, other) => one - other);
  const percentile = (share: number): number => Math.round(latencies[Math.ceil(share * latencies.length) - 1]! * 10) / 10;
  return {
    reads_per_s: readsPerSecond,
    requests: total,
    failed_requests: total - accepted,
    visits: latencies.length,
    share_at_once: Math.round((latencies.length / sent.size) * 10_000) / 10_000,
    p50_ms: percentile(0.5),
    p95_ms: percentile(0.95),
    p99_ms: percentile(0.99),
  };
}

/** Answers how to stop the service, or null when it ran before. */
async function startUnlessRunning(name: string, port: LocalPart): Promise<(() => Promise<void>) | null> {
  const isReady = (): Promise<boolean> => answersOk(`http://127.0.0.1:${localPort(port)}/health/ready`);
  if (await isReady().catch(() => false)) return null;
  const { command, args } = bomfri(name);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (!(await until(isReady, READY_WITHIN_MS))) throw new Error(`the service ${name} does not get ready`);
  return async () => {
    child.kill('SIGTERM');
    await exited;
  };
}

/** Reads committed visits as they come, and notes how long those took whose exit is in `sent`. */
async function followVisits(brokers: readonly string[], registryUrl: string, sent: ReadonlyMap<string, number>) {
  const log = openKafkaLog({ brokers, clientId: 'bomfri-bench', logger: pino({ level: 'warn' }, pino.destination(2)) });
  const codec = openCodec('Visit', await openRegistry(registryUrl));
  const topic = topics.visits.name;
  const positions = await Promise.all(Array.from({ length: partitionCounts.garage }, async (_, partition) => {
    const { stable } = await log.bounds({ topic, partition });
    return { topic, partition, from: stable };
  }));
  const latenciesMs: number[] = [];
  let closing = false;
  const following = (async () => {
    while (!closing) {
      for (const batch of await log.fetch(positions, 100)) {
        positions[batch.partition] = { topic, partition: batch.partition, from: batch.next };
        for (const { value } of batch.records) {
          const { status, exitReadId } = codec.decode(value!);
          const sentMs = status === 'closed' && exitReadId !== null ? sent.get(exitReadId) : undefined;
          if (sentMs !== undefined) latenciesMs.push(performance.now() - sentMs);
        }
      }
    }
  })();
  return {
    latenciesMs,
    async close() {
      closing = true;
      await following;
      await log.close();
    },
  };
}

/** What a camera sends of the nth car, its entry or its exit. @param run names the garages of one measurement */
export function readOf(run: string, car: number, exits: boolean) {
  const garageId = `latency-${run}-${car % GARAGES}`;
  const side = exits ? 'out' : 'in';
  return {
    readId: `${side}-${car}`,
    garageId,
    cameraId: `${garageId}-${side}`,
    laneId: `${garageId}-${side}`,
    direction: side,
    // One of each fleet: neighbours so close behind each other would have to be weighed.
    ...plateOf(FLEET_SIZE * car),
    confidence: 0.97,
    candidates: [],
    capturedAt: new Date().toISOString(),
  };
}

/** True when ingest took the read. */
function post(url: string, key: string, body: string, agent: http.Agent): Promise<boolean> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  return new Promise((resolve) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 202));
    });
    request.once('error', () => resolve(false));
    request.end(body);
  });
}
