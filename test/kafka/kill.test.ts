import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntilConsumed } from '../../pipeline/engine/consumed.ts';
import type { Log, LogRecord, OutBatch, OutRecord } from '../../pipeline/engine/log.ts';
import { Outputs } from '../../pipeline/engine/outputs.ts';
import { TaskState } from '../../pipeline/engine/state.ts';
import { openTopicAdmin } from '../../pipeline/kafka/topic-admin.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { partitionOf } from '../../pipeline/records/partition.ts';
import type { Visit } from '../../pipeline/records/records.ts';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';
import { benchReads } from '../../loadtest/bench/bench-reads.ts';
import { profiles } from '../../loadtest/fleet/faults.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { kafkaOptions, openLog, unique } from './kafka-fixture.ts';
import type { Phase, Said } from './kill/visits-process.ts';
import { readBySecondClient } from '../second-client.ts';

const KILLS = 10;
const OPEN_TRANSACTIONS_MIN = 7;
const ATTEMPTS_MAX = 40;
const READS = 40_000;
/** Fed to a task after each of its commits, so that there is always a next transaction. */
const FED_READS = 50;
const PARTITIONS = partitionCounts.garage;
const TIMEOUT_MS = 480_000;

test('the visits stage, killed ten times in transactions and restores, loses and doubles nothing', { timeout: TIMEOUT_MS }, async (t) => {
  const log = openLog();
  t.after(() => log.close());
  const ids = await openRegistry(readConfig().registryUrl);
  const prefix = `${unique('kill')}.`;
  await makeTopics(prefix);
  const input = encodedReads(ids);
  await log.append(holds(ids, prefix, input));

  const feed = feeder(log, prefix + topics.reads.name, input);
  const counted: Aimed[] = [];
  let open = 0;
  for (let attempt = 0; counted.length < KILLS; attempt++) {
    assert.ok(attempt < ATTEMPTS_MAX, `only ${counted.length} of ${attempt} kills have counted`);
    // At transactions until enough were open, then at restores.
    const aim: Aimed = open < OPEN_TRANSACTIONS_MIN ? 'transaction' : 'restoring';
    const hit = await runAndKill(prefix, aim, feed);
    t.diagnostic(`kill ${attempt + 1} aimed at ${aim}: ${hit ?? 'nothing was under way'}`);
    if (hit !== null) counted.push(hit);
    if (hit === 'transaction') open++;
  }
  t.diagnostic(`${KILLS} kills counted, ${open} of them with an open transaction`);
  assert.ok(open >= OPEN_TRANSACTIONS_MIN, `${open} kills had an open transaction`);

  await feed.rest();
  await finish(t, prefix, log);
  await assertExactlyOnce(t, log, ids, prefix, input);
});

type Aimed = 'transaction' | 'restoring';

async function makeTopics(prefix: string): Promise<void> {
  const admin = openTopicAdmin(kafkaOptions);
  const { reads, visitsControl, visitsState, visitsClock, visits, irregularities, occupancy } = topics;
  try {
    await admin.create(
      [reads, visitsControl, visitsState, visitsClock, visits, irregularities, occupancy, topics.deadLetters].map(({ name, group }) => ({
        name: prefix + name, partitions: partitionCounts[group], replication: 1, settings: { 'retention.ms': '-1' },
      })),
    );
  } finally {
    await admin.close();
  }
}

/** The reads of each partition in the order of their delivery: some wrong, some late, some twice, some missing. */
function encodedReads(ids: SchemaIds): OutRecord[][] {
  const codec = openCodec('CameraRead', ids);
  const perPartition: OutRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const read of benchReads(READS, profiles.demo)) {
    const key = Buffer.from(read.garageId);
    perPartition[partitionOf(read.garageId, PARTITIONS)]!.push({
      key,
      value: codec.encode(read),
      timestamp: read.receivedAt,
    });
  }
  return perPartition;
}

/** Holds every garage's clock against the quiet, so that reads alone move it and the outcome can be recomputed. */
function holds(ids: SchemaIds, prefix: string, input: readonly OutRecord[][]): OutBatch[] {
  const codec = openCodec('Control', ids);
  return input.map((reads, partition) => {
    const garageIds = new Set(reads.map(({ key }) => key!.toString()));
    const records = Array.from(garageIds, (garageId) => ({
      key: Buffer.from(garageId),
      value: codec.encode({
        controlId: `hold-${garageId}`, type: 'hold', subject: garageId, to: null, version: null,
        issuedAt: 0, issuedBy: 'test', reason: '',
      }),
      timestamp: Date.now(),
    }));
    return { topic: prefix + topics.visitsControl.name, partition, records };
  });
}

interface Feeder {
  next(partition: number): void;
  rest(): Promise<void>;
}

function feeder(log: Log, topic: string, input: readonly OutRecord[][]): Feeder {
  const fed = input.map(() => 0);
  let writing: Promise<unknown> = Promise.resolve();
  const write = (partition: number, count: number): void => {
    const records = input[partition]!.slice(fed[partition], fed[partition]! + count);
    fed[partition]! += records.length;
    writing = Promise.all([writing, log.append([{ topic, partition, records }])]);
  };
  return {
    next: (partition) => write(partition, FED_READS),
    async rest() {
      input.forEach((_, partition) => write(partition, Infinity));
      await writing;
    },
  };
}

/** Runs the stage, kills it at a random moment of what it is aimed at, and says what was under way by its last word. */
async function runAndKill(prefix: string, aim: Aimed, feed: Feeder): Promise<Aimed | null> {
  const child = start(prefix);
  const last = new Map<number, Phase>();
  const aimAfter = aim === 'restoring' ? 0 : 4 + Math.floor(Math.random() * 40);
  let passed = 0;
  let killing = false;
  child.on('message', ({ task, phase }: Said) => {
    last.set(task, phase);
    if (phase === 'claimed' || phase === 'committed') feed.next(task);
    if (killing || phase !== aim || passed++ < aimAfter) return;
    killing = true;
    void delay(Math.random() * 8).then(() => child.kill('SIGKILL'));
  });
  await once(child, 'exit');
  if (child.connected) await once(child, 'disconnect');
  assert.equal(child.signalCode, 'SIGKILL', 'the stage died by itself');
  const phases = [...last.values()];
  if (phases.includes('transaction')) return 'transaction';
  return phases.includes('restoring') ? 'restoring' : null;
}

function start(prefix: string): ChildProcess {
  return fork(
    new URL('./kill/visits-process.ts', import.meta.url),
    [prefix],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
}

/** Lets the stage do the rest in peace, and stops it as an operator would. */
async function finish(t: TestContext, prefix: string, log: Log): Promise<void> {
  const child = start(prefix);
  t.after(() => child.kill('SIGKILL'));
  await waitUntilConsumed(log, `${prefix}bomfri-visits`, [prefix + topics.reads.name], { timeoutMs: 60_000 });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0, 'SIGTERM stops the stage cleanly');
}

async function assertExactlyOnce(
  t: TestContext, log: Log, ids: SchemaIds, prefix: string, input: OutRecord[][],
): Promise<void> {
  const expected = expectedOutputs(ids, input);
  for (const name of [topics.visits.name, topics.irregularities.name]) {
    const committed: string[][] = input.map(() => []);
    for (const { partition, value } of await readBySecondClient(log, prefix + name)) {
      committed[partition]!.push(value.toString('base64'));
    }
    assert.deepEqual(committed.map(({ length }) => length), expected.get(name)!.map(({ length }) => length), name);
    assert.ok(
      committed.every((values, partition) => values.every((value, i) => value === expected.get(name)![partition]![i])),
      name,
    );
    t.diagnostic(`${name}: ${committed.flat().length} committed records, as the rules alone give them, in order`);
    if (name !== topics.visits.name) continue;
    const codec = openCodec('Visit', ids);
    const revisions = committed.flat().map((value) => codec.decode(Buffer.from(value, 'base64')) as Visit);
    const distinct = new Set(revisions.map(({ visitId, revision }) => `${visitId} ${revision}`));
    assert.equal(distinct.size, revisions.length, 'each (visitId, revision) stands once');
  }
  const setAside = await log.bounds({ topic: prefix + topics.deadLetters.name, partition: 0 });
  assert.equal(setAside.stable, 0, 'no dead letters');
}

/** What the rules alone make of the input, per topic and partition. */
function expectedOutputs(ids: SchemaIds, input: readonly OutRecord[][]): Map<string, string[][]> {
  const stage = visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } });
  const outputs = new Map<string, string[][]>(stage.outputs.map((topic) => [topic, input.map(() => [])]));
  input.forEach((records, task) => {
    const rules = stage.openTask(task, new TaskState());
    const out = new Outputs();
    records.forEach(({ key, value, timestamp }, offset) => {
      const record: LogRecord = { offset, key, value, timestamp, headers: null };
      rules.apply({ topic: topics.reads.name, record, monotonicMs: 0 }, out);
    });
    for (const { topic, partition, records: written } of out.batches()) {
      assert.equal(partition, task);
      outputs.get(topic)![task] = Array.from(written, ({ value }) => value!.toString('base64'));
    }
  });
  return outputs;
}
