import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kafkaPart } from '../../local/parts/kafka.ts';
import type { Part } from '../../local/parts/part.ts';
import { until } from '../../local/until.ts';
import type { LogRecord, TopicPartition, TransactionalWriter } from '../../pipeline/engine/log.ts';
import { LogUnavailableError } from '../../pipeline/kafka/broker-error.ts';
import { openKafkaLog, type KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { openTopicAdmin } from '../../pipeline/kafka/topic-admin.ts';
import { localPort } from '../../pipeline/service/config.ts';
import { record, unique, values } from './kafka-fixture.ts';

/** A broker of this test's own, for it is killed: beside the ports of the stack that the other tests share. */
const PORTS_BESIDE = 5;
const START_MS = 60_000;
const dir = mkdtempSync(join(tmpdir(), 'bomfri-broker-'));
let part: Part;
let broker: ChildProcess | null = null;
let log: KafkaLog;
const options = { brokers: [] as string[], clientId: 'bomfri-test', logger: { debug() {}, warn() {} } };

before(async () => {
  process.env.BOMFRI_PORT_BASE = String(localPort('kafka') - localPort('kafka', 0) + PORTS_BESIDE);
  part = kafkaPart({ data: dir, logs: dir, run: dir });
  options.brokers.push(`127.0.0.1:${localPort('kafka')}`);
  await startBroker();
  log = openKafkaLog(options);
});
after(async () => {
  await log.close();
  await killBroker();
  rmSync(dir, { recursive: true, force: true });
});

test('a broker that is killed and comes back loses nothing, doubles nothing and is found again by everyone', async () => {
  const topic = await newTopic(2);
  const [plain, transactional] = [{ topic, partition: 0 }, { topic, partition: 1 }];
  const told: string[] = [];
  const membership = await log.join(unique('group'), [topic], {
    assigned: (tasks) => told.push(`assigned ${tasks}`),
    lost: () => told.push('lost'),
    failed: (error) => told.push(`failed: ${error.message}`),
  });
  assert.ok(await until(() => told.length === 1, START_MS));
  const id = unique('writer');
  const writer = await log.claim(id);
  await commitOne(writer, transactional, 'first');
  // A broker that dies between a commit's answer and its markers may forget the markers when it comes back alone.
  assert.ok(await until(async () => (await committed(transactional)).length === 1, START_MS));
  await log.append([{ ...plain, records: [record('a')] }]);
  const waiting = log.fetch([{ ...plain, from: 1 }], 60_000);

  await killBroker();
  const during = commitOne(writer, transactional, 'second').then(() => 'committed', () => 'unknown');
  await assert.rejects(log.append([{ ...plain, records: [record('while away')] }]), LogUnavailableError);
  await startBroker();

  await appendWhenBack([{ ...plain, records: [record('b')] }]);
  assert.deepEqual(values((await waiting)[0]!.records), ['b']);
  const outcome = await during;
  const present = await log.claim(id);
  const soFar = values(await committed(transactional));
  if (outcome === 'committed') assert.deepEqual(soFar, ['first', 'second']);
  else if (soFar.length === 1) await commitOne(present, transactional, 'second');
  await commitOne(present, transactional, 'third');
  await log.claim(id);
  assert.deepEqual(values(await committed(transactional)), ['first', 'second', 'third']);
  assert.ok(await until(async () => membership.heartbeat().then(() => true), START_MS));
  assert.equal(told.at(-1), 'assigned 0,1');
  await membership.leave();
});

/** The first call after an absence may still fail. */
async function appendWhenBack(batches: Parameters<KafkaLog['append']>[0]): Promise<void> {
  assert.ok(await until(async () => log.append(batches).then(() => true), START_MS));
}

async function commitOne(writer: TransactionalWriter, at: TopicPartition, value: string): Promise<void> {
  await writer.commit({ batches: [{ ...at, records: [record(value)] }], group: 'test.nobody', offsets: [] });
}

/** After a claim: it has settled all that was open, so committed data ends where it is said to. */
async function committed(at: TopicPartition): Promise<LogRecord[]> {
  const { stable } = await log.bounds(at);
  const records: LogRecord[] = [];
  for (let from = 0; from < stable; ) {
    const [batch] = await log.fetch([{ ...at, from }], 500);
    records.push(...batch!.records);
    from = batch!.next;
  }
  return records;
}

async function newTopic(partitions: number): Promise<string> {
  const name = unique('topic');
  const admin = openTopicAdmin(options);
  await admin.create([{ name, partitions, replication: 1, settings: {} }]);
  await admin.close();
  return name;
}

async function startBroker(): Promise<void> {
  const { command, args, env } = await part.prepare(() => {});
  broker = spawn(command, [...args], { stdio: 'ignore', env: { ...process.env, ...env } });
  assert.ok(await until(() => part.isReady(), START_MS), 'the broker did not start');
}

async function killBroker(): Promise<void> {
  if (broker === null) return;
  const gone = once(broker, 'exit');
  broker.kill('SIGKILL');
  await gone;
  broker = null;
}
