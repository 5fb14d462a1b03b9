import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { dependenciesOf, fetched } from '../local/download.ts';
import { projectRoot } from '../local/paths.ts';
import { BRIEF_JAVA, requireJava } from '../local/programs.ts';
import { until } from '../local/until.ts';
import { parseAccounts } from '../pipeline/accounts/accounts-file.ts';
import { applyAccounts } from '../pipeline/accounts/apply.ts';
import { closeDay, lastClosedDay } from '../pipeline/charges/day-close.ts';
import { waitUntilConsumed } from '../pipeline/engine/consumed.ts';
import { applyGarages } from '../pipeline/garages/apply.ts';
import { parseGarages } from '../pipeline/garages/garages-file.ts';
import { addDays } from '../pipeline/pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { Visit } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { remove } from '../pipeline/webhook/commands-main.ts';
import { addEndpoint } from '../pipeline/webhook/endpoints.ts';
import { newSecret, openSecretBox } from '../pipeline/webhook/secrets.ts';
import { webhookKeyOrNew } from '../pipeline/webhook/webhook-key.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { openLog } from './kafka/kafka-fixture.ts';
import { startServices, type RunningServices } from './running-services.ts';

const WITHIN_MS = 60_000;
const HOUR = 3_600_000;
const PRICE = 1_000;
const FIRST_DAY = '2026-06-01';
const example = join(projectRoot, 'docs', 'billing-consumers');
const libraries = dependenciesOf('Libraries of the billing consumer', 'billing-consumer-1', join(example, 'pom.xml'));
const run = randomUUID().slice(0, 8);
/** Two companies with a garage each; every account parks at both. */
const OPERATORS = [`oslo-${run}`, `bergen-${run}`] as const;
const garageOf = (operatorId: string): string => `garage-${operatorId}`;
const CARS = Array.from({ length: 6 }, (_, n) => ({
  country: 'NO',
  plate: `${run.toUpperCase()}${n}`,
  accountId: `account-${run}-${n >> 1}`,
}));

const log = openLog();
const runFile = promisify(execFile);
let ids: SchemaIds;
let folder: string;
let services: RunningServices;
let receiver: ChildProcess;

before(async () => {
  ids = await openRegistry(readConfig().registryUrl);
  folder = await mkdtemp(join(tmpdir(), 'bomfri-billing-consumers-'));
  // The receiver is on this machine.
  process.env.BOMFRI_WEBHOOK_LOOPBACK = 'allowed';
  services = await startServices(['pricing', 'charges', 'documents', 'webhooks']);
});

after(async () => {
  receiver?.kill('SIGKILL');
  await services?.stop();
  await log.close();
  await rm(folder, { recursive: true });
});

interface Worth {
  readonly count: number;
  readonly grossMinor: number;
}

/** A stay of so many hours; the same id with a higher revision corrects it. */
function visitOf(number: number, hours: number, changes: Partial<Visit> = {}): Visit {
  const operatorId = OPERATORS[number % 2]!;
  const { country, plate } = CARS[number % CARS.length]!;
  const enteredAt = Date.parse(`${FIRST_DAY}T06:00:00Z`) + number * 60_000;
  return {
    visitId: `visit-${run}-${number}`, revision: 1, status: 'closed',
    operatorId, garageId: garageOf(operatorId), plate, country, plateRead: true,
    entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: enteredAt, enteredAt,
    exitedAt: enteredAt + hours * HOUR, matchConfidence: 1, flags: [], rulesVersion: 1, ...changes,
  };
}

/** What an operator's visits come to, worked out from the visits alone. */
function truth(visits: readonly Visit[], operatorId: string): Worth {
  const newest = [...new Map(visits.map((visit) => [visit.visitId, visit])).values()];
  const live = newest.filter((visit) => visit.operatorId === operatorId && visit.status === 'closed');
  return {
    count: live.length,
    grossMinor: live.reduce((sum, { enteredAt, exitedAt }) => sum + ((exitedAt! - enteredAt!) / HOUR) * PRICE, 0),
  };
}

async function write(visits: readonly Visit[]): Promise<void> {
  const codec = openCodec('Visit', ids);
  const byPartition = Map.groupBy(visits, ({ garageId }) => partitionOf(garageId, partitionCounts.garage));
  await log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.visits.name, partition,
    records: list.map((visit) => ({
      key: Buffer.from(visit.garageId),
      value: codec.encode(visit),
      timestamp: Date.now(),
    })),
  })));
  await waitUntilConsumed(log, 'bomfri-pricing', [topics.visits.name], { timeoutMs: WITHIN_MS });
}

/** The next day that is not closed yet: what is on no charge joins it. */
async function close(): Promise<void> {
  const last = await lastClosedDay(log, ids);
  const next = last === null || last < FIRST_DAY ? FIRST_DAY : addDays(last, 1);
  assert.equal(await closeDay({ log, ids, billingDay: next, closedAt: Date.now() }), true);
  await waitUntilConsumed(log, 'bomfri-charges', [topics.billing.name], { timeoutMs: WITHIN_MS });
  await waitUntilConsumed(log, 'bomfri-documents', [topics.sales.name], { timeoutMs: WITHIN_MS });
}

/** Runs the program of the page. Answers how much it has read, and what it has for each of our operators. */
async function consumed(): Promise<{ read: number; worth: (
  what: string, operatorId: string,
) => Worth & { vatMinor: number } }> {
  const { brokers, registryUrl } = readConfig();
  const { stdout } = await runFile(await requireJava(() => {}), [
    ...BRIEF_JAVA, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', '-cp', join(await fetched(libraries, () => {}), '*'),
    join(example, 'BillingConsumer.java'), brokers.join(','), registryUrl, `jdbc:h2:file:${join(folder, 'billing')}`,
  ]);
  const [first, ...rows] = stdout.trim().split('\n');
  return {
    read: Number(first!.replace('read ', '')),
    worth(what, operatorId) {
      const row = rows.map((each) => each.split(',')).find((cells) =>
        cells[0] === what && cells[1] === operatorId && cells[2] === 'NOK');
      return { count: Number(row?.[3] ?? 0), grossMinor: Number(row?.[4] ?? 0), vatMinor: Number(row?.[5] ?? 0) };
    },
  };
}

interface Receiving {
  readonly port: number;
  /** What it has taken, of each id the newest revision. */
  worth(type: string): Promise<Worth>;
}

/** Starts the receiver of the page. @param port 0: any free one */
async function startReceiver(secret: string, port = 0): Promise<Receiving> {
  const file = join(folder, 'webhooks.ndjson');
  receiver = spawn(process.execPath, [join(example, 'webhook-receiver.mjs'), String(port), file], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, WEBHOOK_SECRETS: secret },
  });
  const [said] = await once(receiver.stdout!, 'data');
  return {
    port: Number(/\d+/.exec(String(said))![0]),
    async worth(type) {
      const told = (await readFile(file, 'utf8').catch(() => '')).split('\n')
        .filter(Boolean)
        .map((row) => JSON.parse(row))
        .filter((each) => each.type === type);
      const idOf = ({ lineId, chargeId, documentId }: Record<string, string>): string =>
        documentId ?? (type === 'charge' ? chargeId : lineId)!;
      const newest = new Map<string, { revision: number; status?: string; grossMinor: number }>();
      for (const { data } of told) {
        if ((newest.get(idOf(data))?.revision ?? 0) < data.revision) newest.set(idOf(data), data);
      }
      const live = [...newest.values()].filter(({ status }) => status !== 'withdrawn');
      return { count: live.length, grossMinor: live.reduce((sum, { grossMinor }) => sum + grossMinor, 0) };
    },
  };
}

test('a Java program and a webhook receiver, made after their page, come to what was parked, with corrections and restarts', async () => {
  const garages = parseGarages(OPERATORS.map((operatorId) => ({
    garageId: garageOf(operatorId), operatorId, timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }],
    tariffs: [{ tariffVersion: 't1', incrementMinutes: 60, incrementMinor: PRICE }],
  })));
  const accounts = parseAccounts([...Map.groupBy(CARS, ({ accountId }) => accountId)].map(([accountId, vehicles]) =>
    ({ accountId, vehicles: vehicles.map(({ country, plate }) => ({ country, plate })) })));
  await applyGarages({ log, ids, garages, issuedBy: 'test' });
  await applyAccounts({ log, ids, accounts, issuedBy: 'test' });
  const [mine] = OPERATORS;
  const box = openSecretBox(webhookKeyOrNew(readConfig()));
  // An endpoint has its secret only once it has an address: until then the receiver refuses everything.
  const { port } = await startReceiver(newSecret());
  const url = `http://127.0.0.1:${port}/`;
  const { endpointId, secret } = await addEndpoint({ log, ids, box, now: Date.now() }, {
    operatorId: mine,
    url,
    topics: ['billing', 'charges', 'documents'],
    deliverFrom: Date.now(),
  });
  receiver.kill('SIGKILL');
  await once(receiver, 'exit');
  const { worth } = await startReceiver(secret, port);

  const parked = Array.from({ length: 24 }, (_, number) => visitOf(number, 1 + (number % 5)));
  await write(parked);
  const corrected = [
    visitOf(0, 9, { revision: 2 }), visitOf(1, 1, { revision: 2, status: 'withdrawn' }), visitOf(3, 2, { revision: 2 }),
  ];
  await write(corrected);
  await close();
  const first = await consumed();
  assert.ok(first.read > 0);
  const all = [...parked, ...corrected];
  for (const operatorId of OPERATORS) {
    const { vatMinor, ...lines } = first.worth('lines', operatorId);
    assert.deepEqual(lines, truth(all, operatorId));
    assert.equal(vatMinor, lines.grossMinor / 5, 'a fifth of it is VAT');
    assert.equal(first.worth('charges', operatorId).grossMinor, lines.grossMinor, 'all of it is on charges');
  }
  // Before any charge of them: both are upserts of lines that are known.
  const late = [visitOf(100, 3), visitOf(100, 4, { revision: 2 })];
  await write(late);
  await close();
  const last = await consumed();
  assert.ok(last.read > 0 && last.read < first.read, 'it reads on from where it was');
  all.push(...late);
  const { vatMinor: _, ...lines } = last.worth('lines', mine);
  assert.deepEqual(lines, truth(all, mine));
  assert.equal(last.worth('charges', mine).grossMinor, lines.grossMinor);

  const isSame = async (): Promise<boolean> =>
    (await worth('billing.line')).grossMinor === lines.grossMinor &&
      (await worth('charge')).grossMinor === lines.grossMinor &&
    (await worth('document')).grossMinor === last.worth('documents', mine).grossMinor;
  const found = async () => [await worth('billing.line'), await worth('charge'), await worth('document'), lines];
  assert.ok(await until(isSame, WITHIN_MS), `the webhook has told the same: ${JSON.stringify(await found())}`);
  assert.deepEqual(await worth('billing.line'), lines);
  await remove(endpointId);
});
