import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { applyAccounts } from '../accounts/apply.ts';
import { parseAccounts } from '../accounts/accounts-file.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { LogRecord } from '../engine/log.ts';
import { inCluster, type Client } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { applyGarages } from '../garages/apply.ts';
import { parseGarages } from '../garages/garages-file.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const controlCodec = openCodec('Control', ids);
const NAMES = {
  [topics.garages.name]: 1,
  [topics.accounts.name]: 1,
  [topics.visitsControl.name]: partitionCounts.garage,
  [topics.pricingControl.name]: partitionCounts.garage,
};

const garagesOf = (...names: string[]) => parseGarages(names.map((name) => ({
  garageId: name.toLowerCase(), name, timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }],
})));

async function records({ log }: Client, topic: string, partition: number): Promise<LogRecord[]> {
  const { start, stable } = await log.bounds({ topic, partition });
  const found: LogRecord[] = [];
  for (let from = start; from < stable; ) {
    const batch = (await log.fetch([{ topic, partition, from }], 0))[0]!;
    found.push(...batch.records);
    from = batch.next;
  }
  return found;
}

async function announced(client: Client, topic: string): Promise<string[]> {
  const partitions = Array.from({ length: partitionCounts.garage }, (_, partition) => partition);
  const perPartition = await Promise.all(partitions.map((partition) => records(client, topic, partition)));
  return perPartition.flatMap((list, partition) => list.map(({ key, value }) => {
    const { type, subject, version } = controlCodec.decode(value!);
    return `${partition} ${key ?? 'no key'}: ${type} ${subject} ${version}`;
  }));
}

test('only garages that differ are written, and told to visits on their own partition and to all of pricing', async () => {
  await inCluster(NAMES, async ({ openClient }) => {
    const client = openClient('cli');
    const first = await applyGarages({ log: client.log, ids, garages: garagesOf('A', 'B'), issuedBy: 'test' });
    assert.deepEqual(first, { version: 2, changed: ['a', 'b'] });
    const [a, ...others] = garagesOf('A', 'B', 'C');
    const second = await applyGarages({
      log: client.log,
      ids,
      garages: [{ ...a!, capacity: 7 }, ...others],
      issuedBy: 'test',
    });
    assert.deepEqual(second.changed, ['a', 'c']);
    assert.equal((await records(client, topics.garages.name, 0)).length, 4);

    const toVisits = [['a', 2], ['b', 2], ['a', second.version], ['c', second.version]] as const;
    assert.deepEqual((await announced(client, topics.visitsControl.name)).sort(), toVisits.map(([garageId, version]) =>
      `${partitionOf(garageId, partitionCounts.garage)} ${garageId}: configuration ${garageId} ${version}`).sort());
    const toPricing = Array.from({ length: partitionCounts.garage }, (_, partition) => [2, second.version].map((version) =>
      `${partition} no key: configuration garages ${version}`));
    assert.deepEqual(await announced(client, topics.pricingControl.name), toPricing.flat());
  });
});

test('nothing is written when nothing differs', async () => {
  await inCluster(NAMES, async ({ openClient }) => {
    const client = openClient('cli');
    await applyGarages({ log: client.log, ids, garages: garagesOf('A'), issuedBy: 'test' });
    const again = await applyGarages({ log: client.log, ids, garages: garagesOf('A'), issuedBy: 'test' });
    assert.deepEqual(again.changed, []);
    assert.equal((await announced(client, topics.pricingControl.name)).length, partitionCounts.garage);
  });
});

test('who has read the table up to the announced version has the change', async () => {
  await inCluster(NAMES, async ({ openClient }) => {
    const { log, clock } = openClient('cli');
    const table = await openGlobalTable({
      log,
      clock,
      topic: topics.accounts.name,
      codec: openCodec('Account', ids),
      logger: quietLogger,
    });
    for (const plate of ['AA10001', 'AA10002', 'AA10003']) {
      const accounts = parseAccounts([{ accountId: 'a', vehicles: [{ country: 'NO', plate }] }]);
      const { version } = await applyAccounts({ log, ids, accounts, issuedBy: 'test', now: clock.wallMs() });
      await table.reached(version);
      assert.equal(table.get('a')!.bindings.at(-1)!.plate, plate);
    }
    await table.close();
  });
});
