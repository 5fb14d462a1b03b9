import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Redis } from 'ioredis';
import { until } from '../local/until.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { applyGarages } from '../pipeline/garages/apply.ts';
import { waitUntilConsumed } from '../pipeline/engine/consumed.ts';
import { parseGarages } from '../pipeline/garages/garages-file.ts';
import { openKafkaLog, type KafkaLog } from '../pipeline/kafka/kafka-log.ts';
import {
  appliedEntry, controlEntry, irregularityEntry, refusedEntry, visitEntry, type Entry,
} from '../pipeline/live/entry.ts';
import { beginEpoch } from '../pipeline/live/epoch.ts';
import { openReviewQueue, type QueuePlace } from '../pipeline/live/review-queue.ts';
import { openTakeIn } from '../pipeline/live/take-in.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { AccessLogEntry, CameraRead } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { openRedis, untilThere } from '../pipeline/service/redis.ts';
import { explainVisit } from '../pipeline/visits/explain/explanation.ts';
import { reviewListOf } from '../pipeline/visits/review/review-list.ts';
import { writeControl } from '../pipeline/visits/review/tell-visits.ts';
import { controlOf, garageOf, hour, minute, readOf, start, TestGarage } from '../pipeline/visits/test-garage.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { readAll } from './kafka/kafka-fixture.ts';
import { startServices, type RunningServices } from './running-services.ts';

const WITHIN_MS = 30_000;
const logger = openLogger('review-test', 'error');

let log: KafkaLog;
let ids: SchemaIds;
let redis: Redis;
let services: RunningServices | null = null;

before(async () => {
  const config = readConfig();
  ids = await openRegistry(config.registryUrl);
  log = openKafkaLog({ brokers: config.brokers, clientId: 'review-test', logger });
  redis = openRedis(config.redisUrl, logger);
  await untilThere(redis, AbortSignal.timeout(WITHIN_MS));
});

after(async () => {
  await services?.stop();
  await log?.close();
  redis?.disconnect();
});

/** Two of a fleet came in, and one of them left misread. */
function similar(garageId: string) {
  return [
    readOf('in', 0, { garageId, plate: 'EK12345', direction: 'IN' }),
    readOf('in', minute, { garageId, plate: 'EK12346', direction: 'IN' }),
    readOf('out', hour, { garageId, plate: 'EK1234', direction: 'OUT' }),
  ];
}

test('Redis has what waits once a visit, page by page, until it is settled or older than the horizon', async () => {
  const garage = new TestGarage()
    .see(...similar('g1'), readOf('out', 2 * hour, { plate: 'ZX98701' }))
    .advance(3 * hour);
  const entries = garage.told.all.map((told) =>
    ('visitId' in told ? visitEntry(told, 'UTC') : irregularityEntry(told)));
  const epoch = await beginEpoch(redis);
  const takeIn = openTakeIn(redis);
  const queue = openReviewQueue(redis, new Map([['g1', garageOf()]]));
  await takeIn(epoch, [...entries, ...entries]);

  const all = [];
  for (let after: QueuePlace | null = null, first = true; first || after !== null; first = false) {
    const page: Awaited<ReturnType<typeof queue.waiting>> = await queue.waiting('g1', 1, after);
    all.push(...page.items);
    after = page.next;
  }
  assert.deepEqual(all.map(({ at, types }) => [at - start, types]), [
    [hour, ['exit_without_entry', 'similar_inside']], [2 * hour, ['exit_without_entry']],
  ]);
  assert.deepEqual(await queue.item('g1', all[0]!.visitId), all[0]);
  assert.equal(await queue.item('g1', 'v0'), null);
  assert.doesNotMatch(JSON.stringify(all), /EK1234/);

  const [, stray] = garage.told.irregularities.filter(({ type }) => type === 'exit_without_entry');
  await takeIn(epoch, [irregularityEntry({ ...stray!, revision: 2, status: 'resolved' })]);
  assert.deepEqual((await queue.waiting('g1', 10, null)).items, [all[0]]);
  const later = visitEntry(
    { ...garage.told.visits[0]!, visitId: 'later', revision: 1, firstSeenAt: start + 60 * hour, exitedAt: null },
    'UTC',
  );
  await takeIn(epoch, [later]);
  assert.deepEqual((await queue.waiting('g1', 10, null)).items, []);
});

test('what became of an action is the last that was told of it, in whatever order the topics are read', async () => {
  const queue = openReviewQueue(redis, new Map());
  const takeIn = openTakeIn(redis);
  const control = controlOf('review_split', { controlId: 'c9', visitId: 'v1' });
  const move = { garageId: 'g1', from: 1, to: 1, cause: 'review_split' as const, readsOffset: 3, controlId: 'c9' };
  const told: [Entry, string][] = [
    [controlEntry(control), 'pending'],
    [refusedEntry(control, 'not_paired', 'it lacks its exit'), 'refused'], [appliedEntry(move), 'applied'],
  ];
  for (const order of [[0, 1, 2], [2, 1, 0], [1, 0], [0], [2, 0]]) {
    const epoch = await beginEpoch(redis);
    for (const i of order) await takeIn(epoch, [told[i]![0]]);
    assert.equal((await queue.outcome('g1', 'c9'))!.status, told[Math.max(...order)]![1]);
    assert.equal(await queue.outcome('g2', 'c9'), null, "another garage's key learns nothing");
  }
});

describe('over HTTP', () => {
  before(async () => {
    services = await startServices(['visits', 'sightings', 'live']);
  });

  test('an action that a person takes over HTTP changes the visit, once, and explain tells of it', { timeout: 180_000 }, async () => {
    const garageId = `review-${randomUUID()}`;
    await configure(garageId);
    await write(similar(garageId));
    await writeControl(
      log,
      ids,
      controlOf('clock_advance', {
        controlId: randomUUID(), subject: garageId, to: start + 2 * hour, issuedAt: start + 2 * hour,
      }),
    );

    assert.ok(await until(async () => (await get(`/v1/garages/${garageId}/review`)).items?.length === 1, WITHIN_MS));
    const [item] = (await get(`/v1/garages/${garageId}/review`)).items;
    const evidence = await get(item.evidence);
    assert.deepEqual(evidence.candidates.map(({ plate }: { plate: string }) => plate).sort(), ['EK12345', 'EK12346']);
    assert.deepEqual((await reviewListOf(log, ids, garageId)).items.map(({ visitId }) => visitId), [item.visitId]);

    const [look, ...others] = (await accessLog()).filter((each) => each.garageId === garageId);
    const { view, actor, subjects } = look!;
    assert.deepEqual(
      [view, actor.slice(0, 4), subjects.length, others.length],
      ['review_evidence', 'key:', 3, 0],
      'and that was logged',
    );

    const { effect: _, ...merge } = evidence.actions.find(({ action }: { action: string }) => action === 'merge');
    const first = await act(garageId, merge, 'one');
    assert.equal((await act(garageId, merge, 'one')).controlId, first.controlId);
    assert.equal((await settled(first.outcome)).status, 'applied');
    const refused = await settled((await act(garageId, { action: 'confirm', visitId: item.visitId }, 'two')).outcome);
    assert.deepEqual([refused.status, refused.reason], ['refused', 'unknown_visit']);
    assert.ok(await until(async () => (await get(`/v1/garages/${garageId}/review`)).items?.length === 0, WITHIN_MS));

    const { visit, actions, rebuild } = await explainVisit(log, ids, garageId, merge.otherVisitId);
    assert.deepEqual([visit.status, visit.matchConfidence, rebuild.isSame], ['closed', 1, true]);
    const taken = actions.map(({ control: { value }, outcome }) => `${value.type} ${outcome.status}`);
    assert.deepEqual(taken, ['review_merge applied'], 'it was sent twice, and is one action');
    assert.match(actions[0]!.control.value.issuedBy, /^kari \(key /);
  });

  test('two garages with one plate are resolved by a word of a person, once, and explain tells whose', { timeout: 180_000 }, async () => {
    const [centre, station] = [`centre-${randomUUID()}`, `station-${randomUUID()}`] as const;
    for (const garageId of [centre, station]) await configure(garageId);
    // A plate's stays are known for days only.
    const at = (hours: number): number => Date.now() - start + (hours - 10) * hour;
    const stay = (garageId: string, from: number, to: number) => [
      readOf('in', at(from), { garageId, plate: 'EK20001', direction: 'IN' }),
      readOf('out', at(to), { garageId, plate: 'EK20001', direction: 'OUT' }),
    ];
    await write([...stay(station, 2, 3), ...stay(centre, 0, 8)]);

    const twoPlaces = async (): Promise<any> =>
      (await get('/v1/irregularities')).irregularities?.find(({ type, garageId }: any) =>
        type === 'two_places' && garageId === station);
    assert.ok(await until(async () => (await twoPlaces())?.status === 'open', WITHIN_MS));
    const { irregularityId, visitIds } = await twoPlaces();
    const foreign = await settled((await act(centre, { action: 'dismiss', irregularityId }, 'foreign')).outcome);
    assert.deepEqual(
      [foreign.status, foreign.reason],
      ['refused', 'unknown_irregularity'],
      'it stands with the other garage',
    );

    for (const name of ['one', 'one', 'two']) {
      await settled((await act(station, { action: 'dismiss', irregularityId }, name)).outcome);
    }
    assert.ok(await until(async () => (await twoPlaces())?.status === 'resolved', WITHIN_MS));
    const { irregularities, actions } = await explainVisit(log, ids, station, visitIds[1]);
    const told =
      irregularities.filter(({ value }) => value.irregularityId === irregularityId).map(({ value }) => value);
    assert.deepEqual(told.map(({ revision, status }) => [revision, status]), [[2, 'resolved']]);
    assert.match(told[0]!.action, /^dismissed by kari \(key /);
    const taken = actions.map(({ control: { value }, outcome }) => `${value.type} ${outcome.status}`);
    assert.deepEqual(taken, ['review_dismiss applied', 'review_dismiss applied']);
  });
});

async function accessLog(): Promise<AccessLogEntry[]> {
  const entries = openCodec('AccessLogEntry', ids);
  const partitions = Array.from({ length: partitionCounts.account }, (_, partition) => ({
    topic: topics.accessLog.name,
    partition,
  }));
  return (await Promise.all(partitions.map((at) => readAll(log, at)))).flat().map(({ value }) =>
    entries.decode(value!));
}

async function configure(garageId: string): Promise<void> {
  const garages = parseGarages([{
    garageId, timezone: 'Europe/Oslo', lanes: [
      { laneId: 'in', direction: 'in', cameras: ['in-camera'] },
      { laneId: 'out', direction: 'out', cameras: ['out-camera'] },
    ],
  }]);
  await applyGarages({ log, ids, garages, now: Date.now(), issuedBy: 'test' });
  await takenIn();
}

async function write(reads: readonly CameraRead[]): Promise<void> {
  const codec = openCodec('CameraRead', ids);
  for (const [garageId, list] of Map.groupBy(reads, (read) => read.garageId)) {
    await log.append([{
      topic: topics.reads.name, partition: partitionOf(garageId, partitionCounts.garage),
      records: list.map((read) => ({
        key: Buffer.from(garageId),
        value: codec.encode(read),
        timestamp: read.receivedAt,
      })),
    }]);
  }
  await takenIn();
}

/** Reads and control records are of two topics: which of them is read first is said by waiting. */
function takenIn(): Promise<void> {
  return waitUntilConsumed(
    log,
    'bomfri-visits',
    [topics.reads.name, topics.visitsControl.name],
    { timeoutMs: WITHIN_MS },
  );
}

const headers = (): Record<string, string> => ({
  authorization: `Bearer ${ownKey(readConfig())}`,
  'content-type': 'application/json',
});
const page = `http://127.0.0.1:${localPort('page')}`;

async function get(path: string): Promise<any> {
  return (await fetch(page + path, { headers: headers() })).json();
}

async function act(garageId: string, body: object, name: string): Promise<any> {
  const answer = await fetch(`${page}/v1/garages/${garageId}/review/actions`, {
    method: 'POST', headers: { ...headers(), 'idempotency-key': name },
    body: JSON.stringify({ by: 'kari', reason: 'seen on video', ...body }),
  });
  assert.equal(answer.status, 202);
  return answer.json();
}

async function settled(path: string): Promise<any> {
  assert.ok(await until(async () => ['applied', 'refused'].includes((await get(path)).status), WITHIN_MS));
  return get(path);
}
