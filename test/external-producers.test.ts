import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dependenciesOf, fetched } from '../local/download.ts';
import { projectRoot } from '../local/paths.ts';
import { BRIEF_JAVA, requireJava } from '../local/programs.ts';
import { until } from '../local/until.ts';
import { openKafkaLog, type KafkaLog } from '../pipeline/kafka/kafka-log.ts';
import type { LogRecord } from '../pipeline/engine/log.ts';
import { openCodec, type Codec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { CameraRead } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { lettersIn, redrive } from '../pipeline/redrive/redrive.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { readAll, unique } from './kafka/kafka-fixture.ts';
import { startServices, type RunningServices } from './running-services.ts';

const WITHIN_MS = 30_000;
const example = join(projectRoot, 'docs', 'external-producers');
const libraries = dependenciesOf('Libraries of the external producer', 'external-producer-1', join(example, 'pom.xml'));

let services: RunningServices;
let log: KafkaLog;
let ids: SchemaIds;
let codec: Codec<CameraRead>;

before(async () => {
  const config = readConfig();
  ids = await openRegistry(config.registryUrl);
  codec = openCodec('CameraRead', ids);
  log = openKafkaLog({
    brokers: config.brokers,
    clientId: 'external-producers-test',
    logger: openLogger('test', 'error'),
  });
  services = await startServices(['visits']);
});

after(async () => {
  await log?.close();
  await services?.stop();
});

interface Found {
  readonly partition: number;
  readonly record: LogRecord;
  readonly read: CameraRead;
}

async function readsOf(garageIds: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (let partition = 0; partition < partitionCounts.garage; partition++) {
    for (const record of await readAll(log, { topic: topics.reads.name, partition })) {
      const read = codec.decode(record.value!);
      if (garageIds.includes(read.garageId)) found.push({ partition, record, read });
    }
  }
  return found;
}

test('a program in Java writes reads as its page says, and each stands where our own would have put it', async () => {
  const garages = Array.from({ length: 8 }, () => unique('garage'));
  const lines = garages.map((garageId, i) => `x-${i},${garageId},c,l,IN,EK1234${i},NO,0.93,2026-05-17T08:30:00Z`);
  const { brokers, registryUrl } = readConfig();
  const program = spawn(await requireJava(() => {}), [
    ...BRIEF_JAVA, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', join(await fetched(libraries, () => {}), '*'),
    join(example, 'ReadsProducer.java'), brokers.join(','), registryUrl,
  ], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  program.stdout.on('data', (text) => (said += text));
  program.stderr.on('data', (text) => (said += text));
  program.stdin.end(`${lines.join('\n')}\n`);
  assert.deepEqual(await once(program, 'exit'), [0, null], said);
  assert.equal(said.trim(), 'stored 8');
  const found = await readsOf(garages);
  assert.equal(found.length, 8);
  for (const { partition, record, read } of found) {
    assert.equal(String(record.key), read.garageId);
    assert.equal(partition, partitionOf(read.garageId, partitionCounts.garage));
    assert.equal(record.timestamp, read.receivedAt);
    assert.deepEqual([read.direction, read.country, read.timing, read.source], ['IN', 'NO', '', 'reads-producer']);
  }
});

test('a read on a wrong partition is set aside, and redriven comes to its own, once', async () => {
  const garageId = unique('garage');
  const right = partitionOf(garageId, partitionCounts.garage);
  const now = Date.now();
  const read: CameraRead = {
    readId: 'x-1', garageId, cameraId: 'c', laneId: 'l', direction: 'IN',
    plate: 'EK12345', country: 'NO', confidence: 1, candidates: [],
    capturedAt: now, receivedAt: now, source: 'test', timing: '',
  };
  const wrong = { topic: topics.reads.name, partition: (right + 1) % partitionCounts.garage };
  await log.append([{
    ...wrong,
    records: [{ key: Buffer.from('another'), value: codec.encode(read), timestamp: now }],
  }]);

  const own = async (again: boolean) => (await lettersIn(log, {
    reason: 'wrong_partition',
    again,
  })).filter(({ record }) =>
    codec.decode(record.value!).garageId === garageId);
  assert.ok(await until(async () => (await own(false)).length === 1, WITHIN_MS), 'it becomes a dead letter');
  const [letter] = await own(false);
  await redrive(log, ids, { offset: letter!.offset, again: false }, Date.now());
  await redrive(log, ids, { offset: letter!.offset, again: false }, Date.now());
  const atHome = (await readsOf([garageId])).filter(({ partition }) => partition === right);
  assert.deepEqual(atHome.map(({ record }) => String(record.key)), [garageId]);
  assert.deepEqual(await own(true), []);
});
