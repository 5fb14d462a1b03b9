import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { unobserved } from '../pipeline/engine/observer.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openEntries } from '../pipeline/live/entries-of-range.ts';
import { chargeEntry, irregularityEntry, occupancyEntry, visitEntry } from '../pipeline/live/entry.ts';
import { EPOCH_KEY, beginEpoch, presentEpoch } from '../pipeline/live/epoch.ts';
import { runProjection } from '../pipeline/live/projection.ts';
import { openRedis, untilThere } from '../pipeline/service/redis.ts';
import { openStatus } from '../pipeline/live/status.ts';
import type { GarageStatus, LiveStatus } from '../pipeline/live/status.ts';
import { EpochEndedError, LISTED_IRREGULARITIES, openTakeIn } from '../pipeline/live/take-in.ts';
import type { TakeIn } from '../pipeline/live/take-in.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import type { SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { Charge, Irregularity, Visit, VisitStatus } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { partitionCounts, topics } from '../topics/topics.ts';

const logger = openLogger('live-test', 'error');
const ENTERED = Date.parse('2026-06-01T08:00:00Z');
const HOUR_MS = 3_600_000;

let redis: Redis;
let takeIn: TakeIn;
let status: LiveStatus;
let log: Log;
let ids: SchemaIds;

before(async () => {
  const config = readConfig();
  redis = openRedis(config.redisUrl, logger);
  await untilThere(redis, AbortSignal.timeout(10_000));
  takeIn = openTakeIn(redis);
  status = openStatus(redis, new Map());
  ids = await openRegistry(config.registryUrl);
  log = openKafkaLog({ brokers: config.brokers, clientId: 'live-test', logger });
});

after(async () => {
  await log.close();
  redis.disconnect();
});

function visit(visitId: string, revision: number, state: VisitStatus, exitedAt: number, garageId = 'g'): Visit {
  return {
    visitId, revision, status: state, operatorId: 'o', garageId, plate: 'SECRET1', country: 'NO', plateRead: true,
    entryReadId: 'r1', exitReadId: null, firstSeenAt: ENTERED, enteredAt: ENTERED,
    exitedAt: state === 'closed' ? exitedAt : null, matchConfidence: 1, flags: [], rulesVersion: 1,
  };
}

const countsOf = ({ inside, closed, unclosed, review, closedOnDay, day }: GarageStatus): object =>
  ({ inside, closed, unclosed, review, closedOnDay, day });

test('whatever is repeated of the revisions of visits, the counts are those of the newest ones', async () => {
  const state = fc.constantFrom<VisitStatus>('open', 'closed', 'unclosed', 'review', 'withdrawn');
  const revision = fc.record({ visitId: fc.constantFrom('a', 'b', 'c', 'd'), state, hours: fc.nat(47) });
  const repeats = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(revision, { minLength: 1, maxLength: 20 }), repeats, async (changes, ranges) => {
      const revisions = new Map<string, number>();
      const visits = changes.map(({ visitId, state, hours }) => {
        revisions.set(visitId, (revisions.get(visitId) ?? 0) + 1);
        return visit(visitId, revisions.get(visitId)!, state, ENTERED + hours * HOUR_MS);
      });
      const epoch = await beginEpoch(redis);
      await takeIn(epoch, visits.map((each) => visitEntry(each, 'UTC')));
      // A sink hands a range over again after a crash: any range that has been handed over before.
      for (const [from, count] of ranges) {
        const again = visits.slice(from % visits.length).slice(0, 1 + (count % visits.length));
        await takeIn(epoch, again.map((each) => visitEntry(each, 'UTC')));
      }
      const newest = [...new Map(visits.map((each) => [each.visitId, each])).values()];
      const number = (of: VisitStatus): number => newest.filter((each) => each.status === of).length;
      const dayOf = ({ exitedAt, firstSeenAt }: Visit): string =>
        new Date(exitedAt ?? firstSeenAt).toISOString().slice(0, 10);
      const day = visits.map(dayOf).sort().at(-1)!;
      const [garage] = await status.garages();
      assert.deepEqual(countsOf(garage!), {
        inside: number('open'), closed: number('closed'), unclosed: number('unclosed'), review: number('review'), day,
        closedOnDay: newest.filter((each) => each.status === 'closed' && dayOf(each) === day).length,
      });
    }),
    { numRuns: 60 },
  );
});

test('inside are the open visits, and what the newest word says beyond them', async () => {
  const told = (at: number, inside: number, openVisits: number) =>
    occupancyEntry({ garageId: 'g', operatorId: 'o', at, inside, openVisits, countedAt: null });
  const epoch = await beginEpoch(redis);
  await takeIn(epoch, ['a', 'b', 'c'].map((visitId) => visitEntry(visit(visitId, 1, 'open', 0), 'UTC')));
  await takeIn(epoch, [told(ENTERED + 1, 4, 3), told(ENTERED + 2, 1.2, 3), told(ENTERED + 1, 4, 3)]);
  const insideNow = async () => (await status.garages()).map(({ inside, openVisits }) => [inside, openVisits])[0];
  assert.deepEqual(await insideNow(), [1, 3]);
  await takeIn(epoch, [visitEntry(visit('d', 1, 'open', 0), 'UTC')]);
  assert.deepEqual(await insideNow(), [2, 4]);
  await takeIn(
    epoch,
    ['a', 'b', 'c', 'd'].map((visitId) => visitEntry(visit(visitId, 2, 'closed', ENTERED + HOUR_MS), 'UTC')),
  );
  assert.deepEqual(await insideNow(), [0, 0]);
  await takeIn(epoch, [told(ENTERED + 3, 0, 0), told(ENTERED + 4, 2, 0)]);
  assert.deepEqual(await insideNow(), [2, 0], 'after a word that says nothing beyond them, too');
  const [first, count] = [told(ENTERED + 5, 3, 0), told(ENTERED + 5, 7, 0)];
  await takeIn(epoch, [first, count]);
  assert.deepEqual(await insideNow(), [7, 0], 'a recount at the instant of what was told before');
  await takeIn(epoch, [first, count, count]);
  assert.deepEqual(await insideNow(), [7, 0], 'which is handed over again');
});

test('irregularities count while open, the newest are listed, and only so many are kept', async () => {
  const irregularity: Irregularity = {
    irregularityId: 'i', revision: 1, status: 'open', type: 'missed_exit', operatorId: 'o', garageId: 'g', at: ENTERED,
    cameraId: null, readIds: [], visitIds: [], severity: 'warning', action: 'None.',
  };
  const epoch = await beginEpoch(redis);
  const many = Array.from({ length: LISTED_IRREGULARITIES + 10 }, (_, i) =>
    irregularityEntry({ ...irregularity, irregularityId: `i${i}`, at: ENTERED + i }));
  await takeIn(epoch, many);
  const withdrawn = irregularityEntry({
    ...irregularity,
    irregularityId: `i${many.length - 1}`,
    revision: 2,
    status: 'withdrawn',
  });
  await takeIn(epoch, [withdrawn, withdrawn]);
  const [garage] = await status.garages();
  assert.deepEqual(garage!.irregularities, { missed_exit: many.length - 1 });
  const listed = await status.irregularities(10_000);
  assert.equal(listed.length, LISTED_IRREGULARITIES - 1);
  assert.equal(listed[0]!.irregularityId, `i${many.length - 2}`);
});

test('a charge moves from pending to charged with its sum, however large', async () => {
  const charge: Charge = {
    chargeId: 'c', revision: 1, status: 'pending', accountId: 'a',
    billingDay: '2026-06-01', merchant: 'm', currency: 'NOK',
    grossMinor: 90_071_992_547, vatMinor: 0, lines: [], history: [], allocations: [], nextAttemptDay: '', attempts: 0,
  };
  const epoch = await beginEpoch(redis);
  await takeIn(
    epoch,
    [chargeEntry(charge), chargeEntry({ ...charge, revision: 2, status: 'charged' }), chargeEntry(charge)],
  );
  assert.deepEqual(await status.charges(), [
    { billingDay: '2026-06-01', status: 'charged', currency: 'NOK', count: 1, grossMinor: 90_071_992_547 },
  ]);
});

test('a new epoch has nothing of the former one, and takes nothing in its name', async () => {
  const former = await beginEpoch(redis);
  await takeIn(former, [visitEntry(visit('v', 1, 'open', 0), 'UTC')]);
  await redis.set(EPOCH_KEY, 'another');
  await assert.rejects(takeIn(former, [visitEntry(visit('w', 1, 'open', 0), 'UTC')]), EpochEndedError);
  await redis.set(EPOCH_KEY, former);
  await beginEpoch(redis);
  assert.deepEqual(await status.garages(), []);
  assert.deepEqual((await redis.keys('*bomfri:live*')).filter((key) => key.includes(former)), []);
});

function append(garageId: string, visits: readonly Visit[]): Promise<void> {
  const codec = openCodec('Visit', ids);
  return log.append([{
    topic: topics.visits.name,
    partition: partitionOf(garageId, partitionCounts.garage),
    records: visits.map((each) => ({ key: Buffer.from(garageId), value: codec.encode(each), timestamp: Date.now() })),
  }]);
}

test('the topics are counted, also after Redis was wiped and after a rebuild was asked for', { timeout: 120_000 }, async () => {
  const garageId = `live-${randomUUID()}`;
  const closed = (n: number): Visit => visit(`${garageId}-${n}`, 2, 'closed', ENTERED + HOUR_MS, garageId);
  const garage = async (): Promise<GarageStatus | undefined> =>
    (await status.garages()).find((each) => each.garageId === garageId);
  const readiness: boolean[] = [];

  const projection = runProjection({
    redis, log, logger, takeIn, observerOf: () => unobserved, setReady: (ready) => readiness.push(ready),
    entries: openEntries(ids, () => undefined, logger),
  });
  try {
    await append(garageId, Array.from({ length: 30 }, (_, n) => visit(`${garageId}-${n}`, 1, 'open', 0, garageId)));
    await append(garageId, Array.from({ length: 20 }, (_, n) => closed(n)));
    await until(async () => (await garage())?.closed === 20);
    assert.equal((await garage())!.inside, 10);
    assert.equal(readiness.at(-1), true);

    await redis.flushdb();
    await append(garageId, [closed(20)]);
    await until(async () => (await garage())?.closed === 21);
    assert.equal((await garage())!.inside, 9);

    const former = await presentEpoch(redis);
    await beginEpoch(redis);
    await until(async () => (await garage())?.closed === 21);
    assert.notEqual(await presentEpoch(redis), former);
    assert.equal((await garage())!.inside, 9);
  } finally {
    await projection.stop();
  }
});

test('a Redis that comes back with an older state is filled anew, though nothing more is told', { timeout: 120_000 }, async () => {
  const garageId = `live-${randomUUID()}`;
  const visits = (...numbers: number[]): Visit[] => numbers.map((n) => visit(`${garageId}-${n}`, 1, 'open', 0, garageId));
  const inside = async (): Promise<number | undefined> =>
    (await status.garages()).find((each) => each.garageId === garageId)?.inside;

  const projection = runProjection({
    redis, log, logger, takeIn, observerOf: () => unobserved, setReady() {},
    entries: openEntries(ids, () => undefined, logger),
  });
  try {
    await append(garageId, visits(1, 2));
    await until(async () => (await inside()) === 2);
    const keys = await redis.keys('*');
    const saved = await Promise.all(keys.map(async (key) => (await redis.dumpBuffer(key))!));
    await append(garageId, visits(3, 4, 5));
    await until(async () => (await inside()) === 5);

    const older = redis.multi().flushdb();
    keys.forEach((key, place) => older.restore(key, 0, saved[place]!));
    await older.exec();
    assert.equal(await inside(), 2);
    redis.disconnect(true);
    await until(async () => (await inside().catch(() => undefined)) === 5);
  } finally {
    await projection.stop();
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await condition())) {
    assert(performance.now() < deadline, 'waited 40 s in vain');
    await delay(100);
  }
}
