import { pino } from 'pino';
import { runQuietly } from '../../local/bomfri-command.ts';
import { startStack, stopStack } from '../../local/stack.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { openTopicAdmin } from '../../pipeline/kafka/topic-admin.ts';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { drain, type Drained } from './drain.ts';
import { drainInProcess } from './in-process.ts';
import { measureLatency } from './latency.ts';
import { measurePairing } from './pairing.ts';
import { preload } from './preload.ts';
import { renamedLog } from './renamed-log.ts';
import { measureRestore } from './restore.ts';

export interface BenchOptions {
  readonly reads: string;
  readonly latency?: boolean;
  readonly restore?: boolean;
  readonly pairing?: boolean;
  readonly inProcess?: boolean;
  readonly processes: string;
  readonly rate: string;
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** `bomfri bench`: one JSON line on standard output; progress goes to standard error. */
export async function main({ latency, restore, pairing, inProcess, ...options }: BenchOptions): Promise<void> {
  // Before a stack is started and a topic filled.
  const reads = wholeNumber('--reads', options.reads);
  const rate = wholeNumber('--rate', options.rate);
  const processes = wholeNumber('--processes', options.processes);
  if (pairing) return measurePairing((line) => console.log(JSON.stringify(line)));
  if (inProcess) return console.log(JSON.stringify(drainInProcess(reads)));
  await onStack(async () => {
    if (latency) {
      console.log(JSON.stringify(await measureLatency(rate)));
      return;
    }
    if (restore) {
      console.log(JSON.stringify(await restoreOnTopicsOfItsOwn(reads)));
      return;
    }
    const topic = await preloadTopic(reads);
    console.log(JSON.stringify(await drainTopic(topic, reads, processes)));
  });
}

/** Runs the work with the local stack up, and leaves the stack as it was. */
export async function onStack(work: () => Promise<void>): Promise<void> {
  const { started, ready } = await startStack(tell);
  try {
    await Promise.all(Object.values(ready));
    await Promise.all([runQuietly('schemas', 'apply'), runQuietly('topics', 'apply')]);
    await runQuietly('keys', 'local');
    await work();
  } finally {
    await stopStack(tell, started);
  }
}

/** A topic of its own with the benchmark's first `count` reads; answers its name. */
export async function preloadTopic(count: number): Promise<string> {
  const config = readConfig();
  const topic = `bench.${Date.now().toString(36)}.reads`;
  await makeTopics([topic]);
  const ids = await openRegistry(config.registryUrl);
  const log = openBenchLog();
  try {
    await preload(log, ids, topic, partitionCounts.garage, count);
  } finally {
    await log.close();
  }
  return topic;
}

/** One drain of the topic by a fresh visits stage of so many processes. */
export async function drainTopic(topic: string, reads: number, processes: number): Promise<Drained> {
  const prefix = `bench.${Date.now().toString(36)}.`;
  const { visitsControl, visitsState, visitsClock, visits, irregularities, occupancy, deadLetters } = topics;
  const own = [visitsControl, visitsState, visitsClock, visits, irregularities, occupancy, deadLetters];
  await makeTopics(own.map(({ name }) => prefix + name));
  const log = openBenchLog();
  try {
    return await drain(log, await openRegistry(readConfig().registryUrl), topic, prefix, reads, processes);
  } finally {
    await log.close();
  }
}

async function restoreOnTopicsOfItsOwn(stays: number) {
  const prefix = `bench.${Date.now().toString(36)}.`;
  const { reads, visitsControl, visitsState } = topics;
  await makeTopics([reads, visitsControl, visitsState].map(({ name }) => prefix + name));
  const log = openBenchLog();
  try {
    const ids = await openRegistry(readConfig().registryUrl);
    return await measureRestore(renamedLog(log, prefix, new Map()), ids, stays, pino(pino.destination(2)));
  } finally {
    await log.close();
  }
}

function openBenchLog(): Log {
  const logger = pino({ level: 'warn' }, pino.destination(2));
  return openKafkaLog({ brokers: readConfig().brokers, clientId: 'bomfri-bench', logger });
}

/** Their times are the fleet's, long past: nothing may be deleted by age. */
async function makeTopics(names: readonly string[]): Promise<void> {
  const { brokers } = readConfig();
  const admin = openTopicAdmin({ brokers, clientId: 'bomfri-bench', logger: pino({ level: 'warn' }, pino.destination(2)) });
  const partitions = (name: string): number => (name.endsWith(topics.deadLetters.name) ? 1 : partitionCounts.garage);
  try {
    await admin.create(
      names.map((name) => ({ name, partitions: partitions(name), replication: 1, settings: { 'retention.ms': '-1' } })),
    );
  } finally {
    await admin.close();
  }
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} is '${text}', but must be a whole number from 1`);
  return value;
}
