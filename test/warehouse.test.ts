import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { startClickHouseFront } from '../local/clickhouse/front.ts';
import type { ClickHouseFront } from '../local/clickhouse/front.ts';
import { bomfri } from '../local/bomfri-command.ts';
import { unobserved } from '../pipeline/engine/observer.ts';
import type { Log, OutRecord } from '../pipeline/engine/log.ts';
import { runSink } from '../pipeline/engine/sink.ts';
import type { SinkRange } from '../pipeline/engine/sink.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import type { SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { Visit } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { openClickHouse } from '../pipeline/warehouse/clickhouse.ts';
import { sinkName } from '../pipeline/warehouse/epoch.ts';
import { migrate } from '../pipeline/warehouse/migrate.ts';
import { tableOfTopic } from '../pipeline/warehouse/tables.ts';
import { rangeWriter } from '../pipeline/warehouse/write-range.ts';
import { partitionCounts, topics } from '../topics/topics.ts';

const config = readConfig();
// The failures that these tests provoke are no news.
const logger = openLogger('warehouse-test', 'fatal');
let log: Log;
let ids: SchemaIds;

before(async () => {
  ids = await openRegistry(config.registryUrl);
  log = openKafkaLog({ brokers: config.brokers, clientId: 'warehouse-test', logger });
});
after(() => log.close());

const MINUTE = 60_000;
const SEEN = Date.UTC(2026, 8, 1, 12);

test('after crashes between insert and commit each revision stands once and totals count each visit once', async () => {
  const client = openClickHouse(config.clickhouseUrl);
  await migrate(client);
  // What ClickHouse merges by itself must not hide a row that came twice.
  await client.command({ query: 'SYSTEM STOP MERGES visits' });
  const garages = Array.from({ length: 8 }, () => `crash-${randomUUID()}`);
  const stays = garages.flatMap((garageId) => Array.from({ length: 50 }, (_, i) => stay(garageId, i)));
  const epoch = `test-${randomUUID()}`;

  const inserted: string[] = [];
  const repeated: string[] = [];
  const write = rangeWriter({ client, epoch, ids, log, observer: unobserved });
  /** A sink that ends as a process killed between insert and commit does: its range is in, its offset is not. */
  const crashAfterInsert = async (): Promise<void> => {
    const crashed = Promise.withResolvers<void>();
    let isDown = false;
    const sink = await startSink(epoch, async (range) => {
      if (!isDown) {
        await write(range);
        if (inserted.includes(nameOf(range))) repeated.push(nameOf(range));
        inserted.push(nameOf(range));
        isDown = true;
        crashed.resolve();
      }
      throw new Error('this process is down');
    });
    await crashed.promise;
    await sink.stop();
  };

  await append(stays.map((revisions) => revisions[0]!));
  await crashAfterInsert();
  await append(stays.map((revisions) => revisions[1]!));
  await crashAfterInsert();
  await append(stays.map((revisions) => revisions[2]!));
  const sink = await startSink(epoch, async (range) => {
    await write(range);
    if (inserted.includes(nameOf(range))) repeated.push(nameOf(range));
  });
  const expected = stays.flat().length;
  await until('all revisions are in ClickHouse', async () => (await count(client, garages)).rows >= expected);
  await sink.stop();

  assert.ok(repeated.length >= 1, 'a range was inserted again after a crash, with the very same bounds');
  assert.deepEqual(await count(client, garages), {
    rows: expected,
    visits: stays.length,
    minutes: stays.reduce((sum, revisions) => sum + minutesOf(revisions[2]!), 0),
  });
  await client.command({ query: 'SYSTEM START MERGES visits' });
  await client.close();
});

test('the process outlasts a ClickHouse that goes away, and says so by its readiness', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bomfri-warehouse-'));
  let front = await startClickHouseFront({ port: 0, dataDir });
  const client = openClickHouse(front.url);
  const garages = [`away-${randomUUID()}`];
  const warehouse = startProcess(front);
  try {
    await append(stay(garages[0]!, 0));
    await until('the first visit is in ClickHouse', async () => (await minutesOrNothing(client, garages)) === 30);
    assert.equal(await readiness(), 200);

    await front.close();
    await append(stay(garages[0]!, 1));
    await until('readiness falls', async () => (await readiness()) === 503);

    front = await startClickHouseFront({ port: Number(new URL(front.url).port), dataDir });
    await until('the second visit is in ClickHouse', async () => (await minutesOrNothing(client, garages)) === 30 + 31);
    await until('readiness rises', async () => (await readiness()) === 200);
    assert.equal((await count(client, garages)).visits, 2);
  } finally {
    warehouse.kill('SIGTERM');
    const [code] = await exitOf(warehouse);
    await client.close();
    await front.close();
    rmSync(dataDir, { recursive: true });
    assert.equal(code, 0);
  }
});

test('a rebuild reads the topics from their start and counts nothing twice', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bomfri-warehouse-'));
  const front = await startClickHouseFront({ port: 0, dataDir });
  const client = openClickHouse(front.url);
  const garages = [`rebuilt-${randomUUID()}`];
  await append(stay(garages[0]!, 7));

  let warehouse = startProcess(front);
  await until('the visit is in ClickHouse', async () => (await minutesOrNothing(client, garages)) === 37);
  warehouse.kill('SIGTERM');
  await exitOf(warehouse);

  await client.command({ query: 'DROP TABLE visits' });
  const { command, args } = bomfri('warehouse', 'rebuild');
  const rebuild = spawn(command, args, { env: environment(front), stdio: 'ignore' });
  assert.deepEqual(await exitOf(rebuild), [0, null]);
  warehouse = startProcess(front);
  await until('the visit is back', async () => (await minutesOrNothing(client, garages)) === 37);
  assert.equal((await count(client, garages)).visits, 1);
  warehouse.kill('SIGTERM');
  assert.deepEqual(await exitOf(warehouse), [0, null]);
  await client.close();
  await front.close();
  rmSync(dataDir, { recursive: true });
});

/** A stay that is told of three times: open, closed too late, corrected to half an hour and `i` minutes. */
function stay(garageId: string, i: number): [Visit, Visit, Visit] {
  const open: Visit = {
    visitId: `${garageId}-${i}`, revision: 1, status: 'open', operatorId: 'o', garageId, plate: 'SECRET1',
    country: 'NO', plateRead: true, entryReadId: 'r1', exitReadId: null, firstSeenAt: SEEN, enteredAt: SEEN,
    exitedAt: null, matchConfidence: 1, flags: [], rulesVersion: 1,
  };
  const closed: Visit = { ...open, revision: 2, status: 'closed', exitReadId: 'r2', exitedAt: SEEN + 600 * MINUTE };
  return [open, closed, { ...closed, revision: 3, exitedAt: SEEN + (30 + i) * MINUTE }];
}

function minutesOf({ enteredAt, exitedAt }: Visit): number {
  return (exitedAt! - enteredAt!) / MINUTE;
}

async function append(visits: readonly Visit[]): Promise<void> {
  const codec = openCodec('Visit', ids);
  const perPartition = new Map<number, OutRecord[]>();
  for (const visit of visits) {
    const partition = partitionOf(visit.garageId, partitionCounts.garage);
    const records = perPartition.get(partition) ?? [];
    perPartition.set(partition, records);
    records.push({ key: Buffer.from(visit.garageId), value: codec.encode(visit), timestamp: Date.now() });
  }
  const topic = topics.visits.name;
  await log.append(Array.from(perPartition, ([partition, records]) => ({ topic, partition, records })));
}

function startSink(epoch: string, write: (range: SinkRange) => Promise<void>): ReturnType<typeof runSink> {
  return runSink({ name: sinkName(epoch), topics: [...tableOfTopic.keys()], log, observer: unobserved, logger, write });
}

function nameOf({ topic, partition, from, to }: SinkRange): string {
  return `${topic}[${partition}] ${from}-${to}`;
}

interface Counted {
  readonly rows: number;
  readonly visits: number;
  readonly minutes: number;
}

async function count(client: ClickHouseClient, garages: readonly string[]): Promise<Counted> {
  const result = await client.query({
    query: `
      SELECT
          (SELECT count() FROM visits WHERE garageId IN {garages:Array(String)}) AS rows,
          count() AS visits,
          ifNull(sum(minutesParked), 0) AS minutes
      FROM visits_current WHERE garageId IN {garages:Array(String)}`,
    query_params: { garages },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return (await result.json<Counted>())[0]!;
}

/** Before the process has made its tables, and while ClickHouse is away, nothing is there. */
async function minutesOrNothing(client: ClickHouseClient, garages: readonly string[]): Promise<number> {
  return count(client, garages).then(({ minutes }) => minutes, () => 0);
}

function environment(front: ClickHouseFront): NodeJS.ProcessEnv {
  return { ...process.env, BOMFRI_CLICKHOUSE_URL: front.url };
}

function startProcess(front: ClickHouseFront): ChildProcess {
  const { command, args } = bomfri('warehouse');
  return spawn(command, args, { env: environment(front), stdio: ['ignore', 'ignore', 'inherit'] });
}

async function exitOf(child: ChildProcess): Promise<[number | null, string | null]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  return (await once(child, 'exit')) as [number | null, string | null];
}

async function readiness(): Promise<number> {
  const url = `http://127.0.0.1:${localPort('warehouseAdmin')}/health/ready`;
  return fetch(url).then(({ status }) => status, () => 0);
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await isSo()); await delay(100)) {
    assert.ok(Date.now() < deadline, `not within a minute: ${what}`);
  }
}
