import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { newTestKeys, uncounted } from '../pipeline/access/test-keys.ts';
import type { Log, TopicPartition } from '../pipeline/engine/log.ts';
import { noCameras } from '../pipeline/ingest/cameras/test-cameras.ts';
import { newLogWriter } from '../pipeline/ingest/log-writer.ts';
import { newIngestServer } from '../pipeline/ingest/server.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import type { Codec } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { CameraRead } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { listen } from '../pipeline/service/admin-server.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { partitionCounts, topics } from '../topics/topics.ts';

const PARTITIONS = partitionCounts.garage;
const prefix = randomUUID();
const keys = newTestKeys();
const KEY = keys.issue();

let log: Log;
let codec: Codec<CameraRead>;
let app: FastifyInstance;
let url: string;

before(async () => {
  const config = readConfig();
  const logger = openLogger('ingest-test', 'error');
  codec = openCodec('CameraRead', await openRegistry(config.registryUrl));
  log = openKafkaLog({ brokers: config.brokers, clientId: 'ingest-test', logger });
  app = newIngestServer({
    writer: newLogWriter(log, codec, PARTITIONS), cameras: noCameras, keyRing: keys.keyRing, requestCounts: uncounted,
    readiness: { ready: true }, metrics: new Registry(), logger,
  });
  await listen(app, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/v1/reads`;
});

after(async () => {
  await app.close();
  await log.close();
});

test('what is answered with 202 stands in Kafka once, on the partition of its garage and in the order of sending', async () => {
  const starts = await Promise.all(partitions().map((at) => log.bounds(at)));
  let accepted = 0;
  for (let batch = 0; batch < 20; batch++) {
    const answers = await Promise.all(['a', 'b', 'c'].map((camera) => post(batchOf(camera, batch))));
    for (const answer of answers) {
      assert.equal(answer.status, 202);
      accepted += ((await answer.json()) as { accepted: number }).accepted;
    }
  }
  const stored: string[] = [];
  for (const [partition, { stable }] of starts.entries()) {
    for (const { key, timestamp, read } of await readFrom(partition, stable)) {
      assert.equal(String(key), read.garageId);
      assert.equal(partitionOf(read.garageId, PARTITIONS), partition);
      assert.ok(timestamp >= read.receivedAt && timestamp <= Date.now());
      stored.push(read.readId);
    }
  }
  assert.equal(accepted, 3 * 20 * 49);
  assert.equal(new Set(stored).size, accepted);
  assert.equal(stored.length, accepted);
  for (const camera of ['a', 'b', 'c']) {
    for (let garage = 0; garage < GARAGES; garage++) {
      const numbers = stored.filter((id) => id.startsWith(`${camera}-${garage}-`)).map((id) =>
        Number(id.split('-')[2]));
      assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
    }
  }
});

const GARAGES = 7;

/** 50 items of one camera's garages, one of them bad. */
function batchOf(camera: string, batch: number): object[] {
  return Array.from({ length: 50 }, (_, i) => {
    const number = batch * 50 + i;
    const garage = number % GARAGES;
    return {
      readId: `${camera}-${garage}-${number}`, garageId: `${prefix}-${garage}`,
      cameraId: camera, laneId: 'l', direction: 'in',
      plate: 'ek 12345', country: 'NO', confidence: i === 13 ? 2 : 0.9,
      candidates: [], capturedAt: '2026-05-17T08:30:00Z',
    };
  });
}

function post(reads: object[]): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY },
    body: JSON.stringify(reads),
  });
}

function partitions(): TopicPartition[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: topics.reads.name, partition }));
}

async function readFrom(
  partition: number, from: number,
): Promise<{ key: Buffer | null; timestamp: number; read: CameraRead }[]> {
  const at = { topic: topics.reads.name, partition };
  const { stable } = await log.bounds(at);
  const found = [];
  for (let next = from; next < stable;) {
    for (const batch of await log.fetch([{ ...at, from: next }], 1_000)) {
      for (const { key, value, timestamp } of batch.records) found.push({ key, timestamp, read: codec.decode(value!) });
      next = batch.next;
    }
  }
  return found;
}
