import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { newAccount, withVehicles } from '../accounts/account-changes.ts';
import type { LogRecord } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { inCluster, type Client } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { applyOwners } from '../owners/apply.ts';
import { applyPermits } from '../permits/apply.ts';
import type { SchemaIds } from '../records/codec.ts';
import type { Account, AccountDetails } from '../records/records.ts';
import { runKeeper } from './keeper.ts';
import { wordsFor } from './past-accounts.ts';
import { forgetOwners, forgetPermits } from './past-tables.ts';
import { cutoffs } from './retention.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T03:00:00Z');
const ago = (days: number): number => NOW - days * DAY;
const NAMES = {
  [topics.permits.name]: 1,
  [topics.owners.name]: 1,
  [topics.pricingControl.name]: partitionCounts.garage,
};

async function recordsOf({ log }: Client, topic: string): Promise<LogRecord[]> {
  const at = { topic, partition: 0 };
  const { start, stable } = await log.bounds(at);
  const found: LogRecord[] = [];
  for await (const records of recordsBetween(log, at, start, stable)) found.push(...records);
  return found;
}

test('permits that ended long ago and owners whom nobody has named since are taken out, once, and pricing is told', async () => {
  await inCluster(NAMES, async ({ openClient }) => {
    const client = openClient('privacy');
    const { log } = client;
    const permit = { kind: 'staff', country: 'NO', garages: [], source: 's', contractId: '', places: 0, from: 0 };
    await applyPermits({
      log, ids, issuedBy: 'test', now: ago(500),
      permits: [
        { ...permit, permitId: 'over', plate: 'AA10001', to: ago(401) },
        { ...permit, permitId: 'newer', plate: 'AA10002', to: ago(399) },
        { ...permit, permitId: 'lasting', plate: 'AA10003', to: null },
      ],
    });
    const owner = (n: number) => ({
      country: 'NO', plate: `AA1000${n}`, ownerRef: `o${n}`, name: 'n', address: 'a', email: '',
    });
    await applyOwners({ log, ids, issuedBy: 'test', now: ago(500), owners: [owner(1), owner(2)] });
    const announcedBefore = (await recordsOf(client, topics.pricingControl.name)).length;
    await applyOwners({ log, ids, issuedBy: 'test', now: ago(100), owners: [owner(2)] });
    const at = { log, ids, now: NOW };
    const { past } = cutoffs(NOW);
    assert.deepEqual([await forgetPermits(at, past), await forgetOwners(at, past)], [1, 1]);
    assert.deepEqual(
      [await forgetPermits(at, past), await forgetOwners(at, past)],
      [0, 0],
      'again there is nothing left',
    );
    const gone = async (topic: string): Promise<(string | undefined)[]> =>
      (await recordsOf(client, topic)).filter(({ value }) => value === null).map(({ key }) => key?.toString());
    assert.deepEqual([await gone(topics.permits.name), (await gone(topics.owners.name)).length], [['over'], 1]);
    assert.equal((await recordsOf(client, topics.pricingControl.name)).length, announcedBefore + 3);
  });
});

test('the accounts are told of dormant holders and of what is past, and of nothing else', () => {
  const details = (accountId: string, createdAt: number): AccountDetails => ({
    accountId, version: 1, name: 'n', email: 'e', phone: 'p',
    passwordHash: 'h', createdAt, sessions: [], cardRegistration: null,
  });
  const vehicle = { country: 'NO', plate: 'AA10001' };
  const accounts = new Map<string, Account>([
    ['dormant', newAccount('dormant', [vehicle], ago(800))], ['young', newAccount('young', [vehicle], ago(700))],
    ['sold', withVehicles(newAccount('sold', [vehicle], ago(600)), [], ago(450))],
    ['sold-lately', withVehicles(newAccount('s', [vehicle], ago(600)), [], ago(300))],
  ]);
  const words = wordsFor(accounts, (id) => details(id, accounts.get(id)!.changedAt), NOW);
  assert.deepEqual(
    words.map(({ type, subject, to }) => [type, subject, to]),
    [['erase_dormant', 'dormant', ago(730)], ['forget', 'sold', ago(400)]],
  );
});

test('a round is made at once and every day, is tried again after a failure, and the health check tells when none succeeds', async () => {
  await inCluster({}, async ({ openClient, until }) => {
    const { clock } = openClient('privacy');
    const begin = clock.wallMs();
    const rounds: number[] = [];
    const ready: boolean[] = [];
    let isAway = true;
    const metrics = new Registry();
    const keeper = runKeeper({
      round: async (now, told) => {
        if (isAway) throw new Error('ClickHouse is away');
        rounds.push(Math.floor((now - begin) / DAY));
        told('plates', 3);
      },
      overdue: async () => 0, logger: quietLogger, metrics, setReady: (is) => void ready.push(is), clock,
    });
    await clock.sleep(10 * 60_000);
    assert.deepEqual([rounds, ready.includes(true)], [[], false]);
    isAway = false;
    await until(() => rounds.length === 3);
    assert.deepEqual([rounds, ready.at(-1)], [[0, 1, 2], true]);
    isAway = true;
    await clock.sleep(25 * 3_600_000);
    assert.equal(ready.at(-1), true, 'not late yet');
    await clock.sleep(3 * 3_600_000);
    assert.equal(ready.at(-1), false);
    const { values } = await metrics.getSingleMetric('bomfri_anonymised_total')!.get();
    assert.deepEqual(values.map(({ labels, value }) => [labels.what, value]), [['plates', 9]]);
    await keeper.stop();
  });
});
