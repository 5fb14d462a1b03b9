import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openBook } from '../local/gateway/book.ts';
import { newLocalGateway } from '../local/gateway/server.ts';
import { until } from '../local/until.ts';
import { renamedLog } from '../loadtest/bench/renamed-log.ts';
import { applyAccounts } from '../pipeline/accounts/apply.ts';
import { parseAccounts } from '../pipeline/accounts/accounts-file.ts';
import { closeDay, lastClosedDay } from '../pipeline/charges/day-close.ts';
import { chargesStage } from '../pipeline/charges/stage.ts';
import { systemClock } from '../pipeline/engine/clock.ts';
import { waitUntilConsumed } from '../pipeline/engine/consumed.ts';
import { openGlobalTable } from '../pipeline/engine/global-table.ts';
import { FencedError, type Log } from '../pipeline/engine/log.ts';
import { unobserved } from '../pipeline/engine/observer.ts';
import { runStage, type RunningStage } from '../pipeline/engine/runner.ts';
import type { Stage } from '../pipeline/engine/stage.ts';
import { addPayments } from '../pipeline/external-payments/main.ts';
import { applyGarages } from '../pipeline/garages/apply.ts';
import { parseGarages } from '../pipeline/garages/garages-file.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openTopicAdmin } from '../pipeline/kafka/topic-admin.ts';
import { callsFor } from '../pipeline/payments/calls.ts';
import { parseSettlement } from '../pipeline/payments/settlement-file.ts';
import { paymentsStage } from '../pipeline/payments/stage.ts';
import { openSwedbankGateway } from '../pipeline/payments/swedbank-gateway.ts';
import { addDays } from '../pipeline/pricing/calendar.ts';
import { pricingStage } from '../pipeline/pricing/stage.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { ExternalPayment, Visit } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { planOf } from '../topics/settings.ts';
import { allTopics, partitionCounts, topics } from '../topics/topics.ts';
import { readAll } from './kafka/kafka-fixture.ts';

const config = readConfig();
// Cut connections are what these tests are about: only their outcome counts.
const logger = openLogger('billing-test', 'fatal');
const HOUR = 3_600_000;
const FIRST_DAY = '2026-06-01';
const PRICE = 1_000;
const KILLS = 8;
/**
 * Two owners, cut off one after the other, leave the group only when their sessions of 10 s end, one after the other.
 */
const STANDS_STILL_MS = 60_000;
const GARAGES = Array.from({ length: 8 }, (_, n) => `g${n}`);
const CARS = Array.from({ length: 40 }, (_, n) => ({
  country: 'NO',
  plate: `AA${10_000 + n}`,
  account: `account-${n >> 1}`,
}));

let ids: SchemaIds;
let kafka: Log;

before(async () => {
  ids = await openRegistry(config.registryUrl);
  kafka = openKafkaLog({ brokers: config.brokers, clientId: 'billing-test', logger });
});

after(() => kafka.close());

/** All topics anew, under a prefix. */
async function makeTopics(): Promise<string> {
  const prefix = `test-${randomUUID().slice(0, 8)}.`;
  const admin = openTopicAdmin({ brokers: config.brokers, clientId: 'billing-test', logger });
  await admin.create(allTopics.map((topic) => ({ ...planOf(topic, 1), name: prefix + topic.name })));
  await admin.close();
  return prefix;
}

async function configure(log: Log): Promise<void> {
  const garages = parseGarages(GARAGES.map((garageId) => ({
    garageId, timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }],
    tariffs: [{ tariffVersion: 't1', incrementMinutes: 60, incrementMinor: PRICE }],
  })));
  const vehicles = Map.groupBy(CARS, ({ account }) => account);
  const accounts = parseAccounts([...vehicles].map(([accountId, cars], n) =>
    ({
      accountId,
      vehicles: cars.map(({ country, plate }) => ({ country, plate })),
      card: { token: `${n % 5 === 4 ? 'empty' : 'good'}-${accountId}`, expiryMonth: '2039-12' },
    })));
  assert.equal((await applyGarages({ log, ids, garages, issuedBy: 'test' })).changed.length, GARAGES.length);
  assert.equal((await applyAccounts({ log, ids, accounts, issuedBy: 'test' })).changed.length, vehicles.size);
}

/** The visits of one day: each open, then closed. One in ten is a stranger's. */
function visitsOf(day: number, count: number): Visit[] {
  return Array.from({ length: count }, (_, n) => {
    const car = n % 10 === 9 ? { country: 'NO', plate: `ZZ${day}${n}` } : CARS[n % CARS.length]!;
    const enteredAt = Date.parse(`${addDays(FIRST_DAY, day)}T06:00:00Z`) + (n % 60) * 60_000;
    const closed: Visit = {
      visitId: `visit-${day}-${n}`, revision: 2, status: 'closed',
      operatorId: 'op', garageId: GARAGES[n % GARAGES.length]!,
      plate: car.plate, country: car.country, plateRead: true,
      entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: enteredAt,
      enteredAt, exitedAt: enteredAt + (1 + (n % 7)) * HOUR, matchConfidence: 1, flags: [], rulesVersion: 1,
    };
    return [{ ...closed, revision: 1, status: 'open' as const, exitReadId: null, exitedAt: null }, closed];
  }).flat();
}

/** One in five of the visits withdrawn, made longer, or given to another account's car. */
function correctionsOf(visits: readonly Visit[]): Visit[] {
  return visits.filter(({ status }) => status === 'closed').flatMap((visit, n): Visit[] => {
    const revised = { ...visit, revision: 3 };
    if (n % 15 === 0) return [{ ...revised, status: 'withdrawn' }];
    if (n % 15 === 5) return [{ ...revised, exitedAt: visit.enteredAt! + 9 * HOUR }];
    if (n % 15 === 10) return [{ ...revised, plate: CARS[(n + 2) % CARS.length]!.plate }];
    return [];
  });
}

/** Every other stranger has paid elsewhere for the stay as it was first seen. */
function paymentsFor(visits: readonly Visit[]): ExternalPayment[] {
  const stays = visits.filter(({ status, plate }) => status === 'closed' && isStranger(plate));
  return stays.filter((_, n) => n % 2 === 0).map(({ visitId, garageId, country, plate, enteredAt, exitedAt }) => ({
    provider: 'machine', reference: visitId, garageId, country, plate, from: enteredAt!, to: exitedAt!,
    sumMinor: priceOf(enteredAt!, exitedAt!), currency: 'NOK',
  }));
}

const isStranger = (plate: string): boolean => plate.startsWith('ZZ');
const priceOf = (enteredAt: number, exitedAt: number): number => ((exitedAt - enteredAt) / HOUR) * PRICE;

/** Moves each garage's clock on, as the visits stage tells it. */
async function moveClocks(log: Log, to: number): Promise<void> {
  const codec = openCodec('ClockMove', ids);
  await log.append(GARAGES.map((garageId) => {
    const value = codec.encode({ garageId, from: 0, to, cause: 'tick', readsOffset: 0, controlId: null });
    const records = [{ key: Buffer.from(garageId), value, timestamp: Date.now() }];
    return { topic: topics.visitsClock.name, partition: partitionOf(garageId, partitionCounts.garage), records };
  }));
}

async function write(log: Log, visits: readonly Visit[]): Promise<void> {
  const codec = openCodec('Visit', ids);
  // Not of the visits' own days: those are past, and the broker would delete what is older than the topic keeps.
  const timestamp = Date.now();
  const byPartition = Map.groupBy(visits, ({ garageId }) => partitionOf(garageId, partitionCounts.garage));
  await log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.visits.name, partition,
    records: list.map((visit) => ({ key: Buffer.from(visit.garageId), value: codec.encode(visit), timestamp })),
  })));
}

interface Owner {
  /** Ends all connections at once, in the middle of whatever it does: nothing is finished, the group is not left. */
  cut(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves only when the stage has failed for good. */
  readonly failed: Promise<Error>;
}

interface StageWithTables {
  readonly stage: Stage;
  readonly tables: readonly { close(): Promise<void> }[];
}

/** A stage as a process of its own would run it. */
async function begin(
  prefix: string, shared: ReadonlyMap<string, string>, stageOn: (log: Log) => Promise<StageWithTables>,
): Promise<Owner> {
  const own = openKafkaLog({ brokers: config.brokers, clientId: 'billing-test-stage', logger });
  const log = renamedLog(own, prefix, shared);
  const { stage, tables } = await stageOn(log);
  const running: RunningStage = await runStage({ stage, log, observer: unobserved, logger });
  const closeTables = () => Promise.all(tables.map((table) => table.close()));
  return {
    async cut() {
      await own.close();
      await Promise.all([running.stop().catch(() => {}), closeTables()]);
    },
    async stop() {
      await running.stop();
      await closeTables();
      await own.close();
    },
    failed: running.failed,
  };
}

/** The local gateway, upon a book of its own, and the stage that has it collect. */
async function beginPayments(prefix: string): Promise<Owner & { readonly gatewayUrl: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-gateway-'));
  const server = newLocalGateway({
    book: openBook(join(folder, 'orders.ndjson')),
    url: 'http://gateway.example',
    slowMs: 0,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const stopping = new AbortController();
  const gateway = openSwedbankGateway({
    url,
    accessToken: 'secret',
    payeeId: 'p',
    payeeName: 'Bomfri',
    timeoutMs: 20_000,
  });
  const newCalls = callsFor({ gateway, clock: systemClock, logger, stopping: stopping.signal });
  const owner = await begin(prefix, NONE_SHARED, async () => ({
    stage: paymentsStage({ ids, newCalls, told() {} }),
    tables: [],
  }));
  return {
    ...owner,
    gatewayUrl: url,
    async stop() {
      stopping.abort();
      await owner.stop();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when each payment that is asked for has its outcome, and charges have read it. */
async function untilPaid(log: Log, prefix: string, charging: Owner): Promise<void> {
  const isPaid = async (): Promise<boolean> => {
    const asked = (await committed(prefix + topics.paymentRequests.name)).length;
    return asked > 0 && (await committed(prefix + topics.paymentResults.name)).length >= asked;
  };
  assert.ok(await until(isPaid, STANDS_STILL_MS), 'each payment has its outcome');
  await untilRead(log, charging, 'bomfri-charges', topics.paymentResults.name);
}

/** What the gateway has taken, less what it has given back. */
async function takenBy(gatewayUrl: string): Promise<number> {
  const days = [Date.now() - 86_400_000, Date.now()].map((at) => new Date(at).toISOString().slice(0, 10));
  const lists = await Promise.all(days.map(async (day) =>
    parseSettlement(await (await fetch(`${gatewayUrl}/settlements/${day}.csv`)).text())));
  return lists.flat().reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

const NONE_SHARED: ReadonlyMap<string, string> = new Map();
const beginCharges = (prefix: string, shared = NONE_SHARED): Promise<Owner> =>
  begin(prefix, shared, async () => ({ stage: chargesStage({ ids, serviceZone: 'Europe/Oslo' }), tables: [] }));
const beginPricing = (prefix: string): Promise<Owner> => begin(prefix, NONE_SHARED, async (log) => {
  const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
  const accounts = await openGlobalTable({
    log,
    topic: topics.accounts.name,
    codec: openCodec('Account', ids),
    logger,
  });
  const permits = await openGlobalTable({ log, topic: topics.permits.name, codec: openCodec('Permit', ids), logger });
  const owners = await openGlobalTable({
    log,
    topic: topics.owners.name,
    codec: openCodec('VehicleOwner', ids),
    logger,
  });
  const stage = pricingStage({ ids, garages, accounts, permits, owners, serviceZone: 'Europe/Oslo' });
  return { stage, tables: [garages, accounts, permits, owners] };
});

/** Resolves when the owner's group has read what stands in the topic. @throws what the owner has failed with */
async function untilRead(log: Log, { failed }: Owner, group: string, topic: string): Promise<void> {
  await Promise.race([
    waitUntilConsumed(log, group, [topic], { timeoutMs: STANDS_STILL_MS }),
    failed.then((error) => {
      throw error;
    }),
  ]);
}

interface Committed {
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer;
}

async function committed(topic: string): Promise<Committed[]> {
  const partitions =
    Array.from({ length: (await kafka.partitionCounts([topic])).get(topic)! }, (_, partition) => partition);
  const records = await Promise.all(partitions.map((partition) => readAll(kafka, { topic, partition })));
  return records.flatMap((list, partition) =>
    list.map(({ key, value }) => ({ partition, key: key?.toString() ?? null, value: value! })));
}

function newestClosed(visits: readonly Visit[]): Visit[] {
  return [...new Map(visits.map((visit) => [visit.visitId, visit])).values()]
    .filter(({ status }) => status === 'closed');
}

/** What becomes of each closed visit when the time to pay is over, with what is still owed. */
function dispositionsOf(visits: readonly Visit[], payments: readonly ExternalPayment[]): string[] {
  return newestClosed(visits).map(({ visitId, plate, enteredAt, exitedAt }) => {
    const price = priceOf(enteredAt!, exitedAt!);
    const paid = isStranger(plate) ? payments.find(({ reference }) => reference === visitId)?.sumMinor ?? 0 : 0;
    const kind = !isStranger(plate) ? 'account' : paid >= price ? 'paid_elsewhere' : 'invoice_due';
    return `${visitId} ${kind} ${Math.max(0, price - paid)}`;
  }).sort();
}

/** Gross by account, of each account's newest visits. */
function worth(visits: readonly Visit[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { plate, enteredAt, exitedAt } of newestClosed(visits)) {
    if (isStranger(plate)) continue;
    const { account } = CARS.find((car) => car.plate === plate)!;
    sums.set(account, (sums.get(account) ?? 0) + priceOf(enteredAt!, exitedAt!));
  }
  return sums;
}

/** Of records in the order in which they were written. */
function newestLive<T extends { readonly visitId: string; readonly status: string }>(records: readonly T[]): T[] {
  return [...new Map(records.map((told) => [told.visitId, told])).values()].filter(({ status }) => status === 'live');
}

function sumBy<T>(items: readonly T[], key: (item: T) => string, minor: (item: T) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(key(item), (sums.get(key(item)) ?? 0) + minor(item));
  return sums;
}

const sorted = (sums: Map<string, number>): [string, number][] => [...sums].filter(([, minor]) => minor !== 0).sort();

test('each visit is charged once and right and has one disposition, though owners are cut off at work; again byte for byte', async () => {
  const prefix = await makeTopics();
  const log = renamedLog(kafka, prefix, NONE_SHARED);
  await configure(log);
  const days = [visitsOf(0, 3_000), visitsOf(1, 3_000), visitsOf(2, 3_000)];
  const corrections = days.map(correctionsOf);
  const payments = days.flatMap(paymentsFor);

  let pricing = await beginPricing(prefix);
  let charging = await beginCharges(prefix);
  const paying = await beginPayments(prefix);
  for (const [day, visits] of days.entries()) {
    await write(log, visits.slice(0, visits.length / 2));
    if (day > 0) {
      await Promise.all([pricing.cut(), charging.cut()]);
      pricing = await beginPricing(prefix);
      charging = await beginCharges(prefix);
    }
    await write(log, visits.slice(visits.length / 2));
    // The second day is closed whenever: what comes later joins the next close. The first has something to collect.
    if (day !== 1) await untilRead(log, pricing, 'bomfri-pricing', topics.visits.name);
    assert.equal(await closeDay({ log, ids, billingDay: addDays(FIRST_DAY, day), closedAt: Date.now() }), true);
    // The first corrections come after the money was taken, the others whenever.
    if (day === 0) {
      await untilRead(log, charging, 'bomfri-charges', topics.billing.name);
      await untilPaid(log, prefix, charging);
    }
    await write(log, corrections[day]!);
    // Some come twice, and the last before what they are for.
    await addPayments(log, ids, payments.slice(payments.length / 2));
    await addPayments(log, ids, payments);
  }
  await moveClocks(log, Date.parse(`${addDays(FIRST_DAY, days.length + 2)}T00:00:00Z`));
  for (const { name } of [topics.visits, topics.externalPayments, topics.visitsClock]) {
    await untilRead(log, pricing, 'bomfri-pricing', name);
  }
  await closeDay({ log, ids, billingDay: addDays(FIRST_DAY, days.length), closedAt: Date.now() });
  // Before the wait for what is read of it: what is committed is there only when its markers are.
  const billed = await committed(prefix + topics.billing.name);
  await untilRead(log, charging, 'bomfri-charges', topics.billing.name);
  await untilPaid(log, prefix, charging);
  const taken = await takenBy(paying.gatewayUrl);
  await Promise.all([pricing.stop(), charging.stop(), paying.stop()]);

  // The same logs once more, by a stage that knows nothing of the first.
  const again = await makeTopics();
  const inputs = [
    topics.billing, topics.paymentResults, topics.chargesControl, topics.bankPayments, topics.chargesOrder,
  ];
  const shared = new Map<string, string>(inputs.map(({ name }) => [name, prefix + name]));
  const second = await beginCharges(again, shared);
  for (const { name } of inputs.slice(0, -1)) {
    await untilRead(renamedLog(kafka, again, shared), second, 'bomfri-charges', name);
  }
  await second.stop();

  const billing = openCodec('BillingRecord', ids);
  const lines = billed.map(({ value }) => billing.decode(value))
    .flatMap((record) => ('parking.BillingLine' in record ? [record['parking.BillingLine']] : []));
  assert.equal(
    new Set(lines.map(({ lineId, revision }) => `${lineId} ${revision}`)).size,
    lines.length,
    'each revision of a line stands once',
  );
  const newest = [...new Map(lines.toSorted((one, other) => one.revision - other.revision).map((line) => [line.lineId, line])).values()];
  const expected = sorted(worth([...days.flat(), ...corrections.flat()]));
  assert.deepEqual(sorted(sumBy(
    newest.filter(({ status }) => status === 'live'),
    ({ accountId }) => accountId,
    ({ grossMinor }) => grossMinor,
  )), expected);

  const dispositionCodec = openCodec('Disposition', ids);
  const dispositions = (await committed(prefix + topics.dispositions.name)).map(({ value }) =>
    dispositionCodec.decode(value));
  const revisions = new Set(dispositions.map(({ visitId, revision }) => `${visitId} ${revision}`));
  assert.equal(revisions.size, dispositions.length, 'each revision of a disposition stands once');
  const present = newestLive(dispositions);
  assert.deepEqual(
    present.map(({ visitId, disposition, grossMinor, paidMinor }) => `${visitId} ${disposition} ${grossMinor - paidMinor}`).sort(),
    dispositionsOf([...days.flat(), ...corrections.flat()], payments));
  const unpaidCodec = openCodec('UnpaidVisit', ids);
  const unpaid = (await committed(prefix + topics.unpaid.name)).map(({ value }) => unpaidCodec.decode(value));
  assert.deepEqual(
    newestLive(unpaid).map(({ visitId, grossMinor }) => `${visitId} ${grossMinor}`).sort(),
    present.filter(({ disposition }) => disposition === 'invoice_due')
      .map(({ visitId, grossMinor, paidMinor }) => `${visitId} ${grossMinor - paidMinor}`).sort());

  const chargeRecords = await committed(prefix + topics.charges.name);
  const chargeCodec = openCodec('Charge', ids);
  const charges = chargeRecords.map(({ value }) => chargeCodec.decode(value));
  assert.equal(
    new Set(charges.map(({ chargeId, revision }) => `${chargeId} ${revision}`)).size,
    charges.length,
    'each revision of a charge stands once',
  );
  const newestCharges = [...new Map(charges.map((charge) => [charge.chargeId, charge])).values()];
  const ledgerCodec = openCodec('LedgerEntry', ids);
  const ledger = (await committed(prefix + topics.ledger.name)).map(({ value }) => ledgerCodec.decode(value));
  assert.equal(
    new Set(ledger.map(({ entryId, revision }) => `${entryId} ${revision}`)).size,
    ledger.length,
    'each revision of an entry stands once',
  );
  const entries = [...new Map(ledger.map((entry) => [entry.entryId, entry])).values()];
  assert.deepEqual(sorted(sumBy(entries, ({ accountId }) => accountId, ({ grossMinor }) => grossMinor)), expected);
  const gross = (list: readonly { readonly grossMinor: number }[]): number =>
    list.reduce((sum, { grossMinor }) => sum + grossMinor, 0);
  const charged = newestCharges.filter(({ status }) => status === 'charged');
  assert.equal(taken, gross(charged), 'the gateway took each charge once');
  assert.equal(gross(charged), gross(entries.filter(({ owner }) => owner === 'captured')));
  assert.ok(
    newestCharges.some(({ status, lines: open }) => status === 'failed' && open.length > 0),
    'cards without money have failed',
  );
  assert.ok(
    charged.some(({ lines: taken }) => taken.some(({ grossMinor }) => grossMinor < 0)),
    'some were corrected after their charge',
  );

  const bytes = (records: typeof chargeRecords): string[] =>
    records.map(({ partition, key, value }) => `${partition} ${key} ${value.toString('hex')}`).sort();
  for (const { name } of [topics.charges, topics.ledger, topics.paymentRequests, topics.sales]) {
    assert.deepEqual(bytes(await committed(again + name)), bytes(await committed(prefix + name)), name);
  }
});

test('a day that several want to close at the same time is closed once, on every partition', async () => {
  const prefix = await makeTopics();
  const log = renamedLog(kafka, prefix, NONE_SHARED);
  const close = async (billingDay: string): Promise<boolean> => {
    for (;;) {
      try {
        return await closeDay({ log, ids, billingDay, closedAt: Date.now() });
      } catch (error) {
        if (!(error instanceof FencedError)) throw error;
      }
    }
  };
  assert.equal(await lastClosedDay(log, ids), null);
  const answers = await Promise.all([close(FIRST_DAY), close(FIRST_DAY), close(FIRST_DAY)]);
  assert.deepEqual(answers.sort(), [false, false, true]);
  assert.equal(await close(addDays(FIRST_DAY, -1)), false);
  assert.equal(await lastClosedDay(log, ids), FIRST_DAY);

  assert.deepEqual(await closesOf(prefix), Array.from({ length: partitionCounts.account }, () => [FIRST_DAY]));
});

test('a closer that is killed at any moment leaves each day closed once on every partition, or on none', async () => {
  const prefix = await makeTopics();
  const log = renamedLog(kafka, prefix, NONE_SHARED);
  for (let kill = 0; kill < KILLS; kill++) {
    const script = new URL('closing-process.ts', import.meta.url).pathname;
    const closer = spawn(process.execPath, [script, prefix, FIRST_DAY], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(closer, 'exit');
    await once(closer.stdout, 'data');
    // A close takes some 20 ms: the kills come at different moments of it.
    await delay(kill * 3);
    closer.kill('SIGKILL');
    await exited;
  }
  // Closes nothing, but settles what the last one left open.
  assert.equal(await closeDay({ log, ids, billingDay: FIRST_DAY, closedAt: Date.now() }), false);
  const next = addDays((await lastClosedDay(log, ids))!, 1);
  assert.equal(await closeDay({ log, ids, billingDay: next, closedAt: Date.now() }), true);

  const days: string[] = [];
  for (let day = FIRST_DAY; day <= next; day = addDays(day, 1)) days.push(day);
  assert.deepEqual(await closesOf(prefix), Array.from({ length: partitionCounts.account }, () => days));
});

/** The days closed, by partition and in their order. */
async function closesOf(prefix: string): Promise<string[][]> {
  const codec = openCodec('BillingRecord', ids);
  const days: string[][] = Array.from({ length: partitionCounts.account }, () => []);
  for (const { partition, value } of await committed(prefix + topics.billing.name)) {
    const record = codec.decode(value);
    assert.ok('parking.DayClose' in record);
    days[partition]!.push(record['parking.DayClose'].billingDay);
  }
  return days;
}
