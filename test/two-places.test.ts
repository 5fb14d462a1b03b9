import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { renamedLog } from '../loadtest/bench/renamed-log.ts';
import { waitUntilConsumed } from '../pipeline/engine/consumed.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { unobserved } from '../pipeline/engine/observer.ts';
import { runStage } from '../pipeline/engine/runner.ts';
import { openKafkaLog, type KafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openTopicAdmin } from '../pipeline/kafka/topic-admin.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { Irregularity, Visit } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { sightingsStage } from '../pipeline/sightings/sightings-stage.ts';
import { hour, visitOf } from '../pipeline/sightings/test-sightings.ts';
import { twoPlacesStage } from '../pipeline/sightings/two-places-stage.ts';
import { planOf } from '../topics/settings.ts';
import { allTopics, partitionCounts, topics } from '../topics/topics.ts';
import { readAll } from './kafka/kafka-fixture.ts';

const config = readConfig();
const logger = openLogger('two-places-test', 'error');
const PLATES = 40;
const prefix = `test-${randomUUID().slice(0, 8)}.`;

let ids: SchemaIds;
let kafka: KafkaLog;
let log: Log;

before(async () => {
  ids = await openRegistry(config.registryUrl);
  kafka = openKafkaLog({ brokers: config.brokers, clientId: 'two-places-test', logger });
  log = renamedLog(kafka, prefix, new Map());
  const admin = openTopicAdmin({ brokers: config.brokers, clientId: 'two-places-test', logger });
  const own = allTopics.filter(({ group }) => group === 'garage' || group === 'vehicle' || group === 'dead-letter');
  await admin.create(own.map((topic) => ({ ...planOf(topic, 1), name: prefix + topic.name })));
  await admin.close();
});

after(() => kafka.close());

test('plates in two garages at once are told once each, on the partition of the garage, over owners that come and go', async () => {
  const stays = Array.from({ length: PLATES }, (_, n) => {
    const plate = `AB${10_000 + n}`;
    const here = visitOf({
      plate,
      visitId: `here-${n}`,
      garageId: `garage-${n % 7}`,
      enteredAt: 8 * hour,
      exitedAt: 16 * hour,
    });
    const there = visitOf({
      plate,
      visitId: `there-${n}`,
      garageId: `garage-${(n + 1) % 7}`,
      enteredAt: 10 * hour,
      exitedAt: 11 * hour,
    });
    // Every other drove there only when it had left here.
    return n % 2 === 0 ? [here, there] : [here, { ...there, enteredAt: 17 * hour, exitedAt: 18 * hour }];
  });
  const opened = stays.flat().map((visit): Visit => ({ ...visit, revision: 1, status: 'open', exitedAt: null }));
  // Two owners after one another: what the first knew of open stays the second needs.
  await owned(() => write(opened));
  await owned(() => write(stays.flat()));
  const told = await committedIrregularities();
  assert.deepEqual(told.map(({ visitIds }) => visitIds.join(' ')).sort(),
    stays.filter((_, n) => n % 2 === 0).map((pair) => pair.map(({ visitId }) => visitId).join(' ')).sort());
  for (const { revision, status, type } of told) assert.deepEqual([revision, status, type], [1, 'open', 'two_places']);

  // Some were misread: their visits have another plate after all.
  const corrected = stays.flat().filter(({ visitId }) => visitId.startsWith('there-')).slice(0, 6)
    .map((visit): Visit => ({ ...visit, revision: 3, plate: `X${visit.plate}` }));
  await owned(() => write(corrected));
  const withdrawn = (await committedIrregularities()).filter(({ status }) => status === 'withdrawn');
  assert.deepEqual(withdrawn.map(({ visitIds, revision }) => `${visitIds[1]} ${revision}`).sort(),
    ['there-0 2', 'there-2 2', 'there-4 2']);
});

/** Runs both stages while something is written, until they have read it all. */
async function owned(writing: () => Promise<void>): Promise<void> {
  const running = await Promise.all([sightingsStage({ ids }), twoPlacesStage({ ids })].map((stage) =>
    runStage({ stage, log, observer: unobserved, logger })));
  try {
    await writing();
    await waitUntilConsumed(log, 'bomfri-sightings', [topics.visits.name], { timeoutMs: 60_000 });
    await waitUntilConsumed(log, 'bomfri-two-places', [topics.sightings.name], { timeoutMs: 60_000 });
  } finally {
    await Promise.all(running.map((stage) => stage.stop()));
  }
}

async function write(visits: readonly Visit[]): Promise<void> {
  const codec = openCodec('Visit', ids);
  const timestamp = Date.now();
  const byPartition = Map.groupBy(visits, ({ garageId }) => partitionOf(garageId, partitionCounts.garage));
  await log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.visits.name, partition,
    records: list.map((visit) => ({ key: Buffer.from(visit.garageId), value: codec.encode(visit), timestamp })),
  })));
}

/** Each stands on the partition of its garage. */
async function committedIrregularities(): Promise<Irregularity[]> {
  const codec = openCodec('Irregularity', ids);
  const found: Irregularity[] = [];
  for (let partition = 0; partition < partitionCounts.garage; partition++) {
    for (const { value } of await readAll(kafka, { topic: prefix + topics.irregularities.name, partition })) {
      const irregularity = codec.decode(value!);
      assert.equal(partitionOf(irregularity.garageId, partitionCounts.garage), partition);
      found.push(irregularity);
    }
  }
  return found;
}
