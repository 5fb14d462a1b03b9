import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import type { LogRecord } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { inCluster, type Client, type InCluster } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { Random } from '../engine/simulation/random.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Control } from '../records/records.ts';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { parseAccounts } from './accounts-file.ts';
import { applyAccounts } from './apply.ts';
import { openAccountWriter, StandbyError, type AccountWriter } from './account-writer.ts';
import { createAccount } from './commands.ts';
import { RefusedError } from './refused.ts';

const ZONE = 'Europe/Oslo';
const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const NAMES = {
  [topics.accounts.name]: 1,
  [topics.accountDetails.name]: 1,
  [topics.accountsControl.name]: 1,
  [DEAD_LETTER_TOPIC]: 1,
  [topics.pricingControl.name]: partitionCounts.garage,
};
const car = { country: 'NO', plate: 'AA10001' };

function openWriter({ log, clock }: Client): Promise<AccountWriter> {
  return openAccountWriter({ log, ids, zone: ZONE, logger: quietLogger, told() {}, clock });
}

/** Makes the account and tells what became of it. */
async function made(
  writer: AccountWriter, accountId: string, vehicles = [car],
): Promise<'made' | 'refused' | 'standby'> {
  const holder = { name: 'n', email: `${accountId}@example.org`, phone: '+4791234567', passwordHash: 'h' };
  try {
    await writer.run(createAccount(accountId, holder, vehicles));
    return 'made';
  } catch (error) {
    if (error instanceof RefusedError) return 'refused';
    if (error instanceof StandbyError) return 'standby';
    throw error;
  }
}

/** Two instances; the first of them writes. */
async function openBoth({ openClient, until }: InCluster): Promise<{ clients: Client[]; writers: AccountWriter[] }> {
  const clients = [openClient('one'), openClient('two')];
  const first = await openWriter(clients[0]!);
  await until(() => first.isActive);
  return { clients, writers: [first, await openWriter(clients[1]!)] };
}

test('of many accounts that want one plate in one transaction one gets it', async () => {
  await inCluster(NAMES, async ({ openClient, until }) => {
    const writer = await openWriter(openClient('one'));
    await until(() => writer.isActive);
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => made(writer, `a${n}`)));
    assert.deepEqual(outcomes.filter((outcome) => outcome === 'made').length, 1);
    assert.equal(writer.directory.accountsOf(car).length, 1);
    assert.equal(await made(writer, 'b', []), 'made');
    await writer.stop();
  });
});

test('a standby refuses to write, and takes over with all that was written when the first one stops', async () => {
  await inCluster(NAMES, async (world) => {
    const { writers: [first, second] } = await openBoth(world);
    await world.until(() => first!.isActive !== second!.isActive);
    const [active, standby] = first!.isActive ? [first!, second!] : [second!, first!];
    assert.equal(await made(active, 'a'), 'made');
    assert.equal(await made(standby, 'b'), 'standby');
    await active.stop();
    await world.until(() => standby.isActive);
    assert.equal(await made(standby, 'b'), 'refused');
    await standby.stop();
  });
});

test('a writer that was fenced by a file does its part over again, upon what the file has written', async () => {
  await inCluster(NAMES, async ({ openClient, until }) => {
    const writer = await openWriter(openClient('one'));
    await until(() => writer.isActive);
    const cli = openClient('cli');
    const accounts = parseAccounts([{ accountId: 'file', vehicles: [car] }]);
    await applyAccounts({ log: cli.log, ids, accounts, issuedBy: 'test', now: cli.clock.wallMs() });
    assert.deepEqual(await Promise.all([made(writer, 'a'), made(writer, 'b', [])]), ['refused', 'made']);
    await writer.stop();
  });
});

test('a control record blocks an account once; one that nobody understands, or of no account, is a dead letter', async () => {
  await inCluster(NAMES, async ({ openClient, until }) => {
    const client = openClient('one');
    const writer = await openWriter(client);
    await until(() => writer.isActive);
    await made(writer, 'a');
    const order: Control = {
      controlId: 'c', type: 'block', subject: 'a', to: null,
      version: null, issuedAt: 0, issuedBy: 'test', reason: 'misuse',
    };
    const codec = openCodec('Control', ids);
    const records = [order, { ...order, subject: 'nobody' }, { ...order, reason: '' }]
      .map((control) => ({ key: Buffer.from(control.subject), value: codec.encode(control), timestamp: 0 }));
    await client.log.append([{
      topic: topics.accountsControl.name,
      partition: 0,
      records: [...records, { key: null, value: Buffer.from('?'), timestamp: 0 }],
    }]);
    await until(() => writer.directory.account('a')!.blockedFor === 'misuse');
    const isDone = async (): Promise<number | null> =>
      (await client.log
        .groupOffsets('bomfri-accounts', [{ topic: topics.accountsControl.name, partition: 0 }]))[0]!.offset;
    while ((await isDone()) !== 4) await client.clock.sleep(100);
    const deadLetters: LogRecord[] = [];
    const at = { topic: DEAD_LETTER_TOPIC, partition: 0 };
    for await (const fetched of recordsBetween(client.log, at, 0, (await client.log.bounds(at)).stable)) {
      deadLetters.push(...fetched);
    }
    assert.deepEqual(
      deadLetters.map(({ headers }) => headers!['bomfri.reason']!.toString()),
      ['unknown-account', 'undecodable', 'undecodable'],
    );
    await writer.stop();

    const next = await openWriter(openClient('two'));
    await until(() => next.isActive);
    assert.equal(next.directory.account('a')!.version, 2);
    await next.stop();
  });
});

test('a control record that changes nothing holds nobody up', async () => {
  await inCluster(NAMES, async ({ openClient, until }) => {
    const client = openClient('one');
    const writer = await openWriter(client);
    await until(() => writer.isActive);
    await made(writer, 'a');
    // The debt is settled after a new card has lifted the block.
    const settled: Control = {
      controlId: 'c', type: 'unblock', subject: 'a', to: null, version: null,
      issuedAt: 0, issuedBy: 'charges', reason: 'payment_trouble',
    };
    const record = { key: Buffer.from('a'), value: openCodec('Control', ids).encode(settled), timestamp: 0 };
    await client.log.append([{ topic: topics.accountsControl.name, partition: 0, records: [record] }]);
    await client.clock.sleep(10_000);
    assert.equal(writer.isActive, true);
    const [committed] = await client.log.groupOffsets(
      'bomfri-accounts',
      [{ topic: topics.accountsControl.name, partition: 0 }],
    );
    assert.deepEqual(
      [committed!.offset, writer.directory.account('a')!.version],
      [1, 1],
      'it is done, and changed nothing',
    );
    assert.equal(await made(writer, 'b', []), 'made');
    await writer.stop();
  });
});

test('control records erase a holder and forget what is past; said twice they change nothing twice', async () => {
  await inCluster(NAMES, async ({ openClient, until }) => {
    const client = openClient('one');
    const writer = await openWriter(client);
    await until(() => writer.isActive);
    await made(writer, 'a');
    const word: Control = {
      controlId: 'c', type: 'erase', subject: 'a', to: null, version: null,
      issuedAt: 0, issuedBy: 'test', reason: 'asked by letter',
    };
    const forget: Control = { ...word, type: 'forget', to: Date.UTC(2100, 0, 1) };
    const codec = openCodec('Control', ids);
    const said = async (...words: readonly Control[]): Promise<void> => client.log.append([{
      topic: topics.accountsControl.name, partition: 0,
      records: words.map((each) => ({ key: Buffer.from('a'), value: codec.encode(each), timestamp: 0 })),
    }]);
    await said(word, word);
    await until(() => writer.directory.account('a')!.version === 2);
    assert.deepEqual([writer.directory.details('a'), writer.directory.account('a')!.bindings.length], [undefined, 1]);
    await said(forget, word, forget);
    await until(() => writer.directory.account('a')!.bindings.length === 0);
    assert.equal(await made(writer, 'b'), 'made', 'the plate is free for others');
    assert.equal(writer.directory.account('a')!.version, 3, 'one change by each word');
    await writer.stop();

    const next = await openWriter(openClient('two'));
    await until(() => next.isActive);
    assert.equal(next.directory.account('a')!.version, 3, 'none is done over');
    await next.stop();
  });
});

for (let seed = 1; seed <= 20; seed += 1) {
  test(`a plate is on one account though answers are lost, the writer is killed and a file claims it too: seed ${seed}`, async () => {
    await inCluster(NAMES, async (world) => {
      const { schedule, cluster, openClient, until } = world;
      const random = new Random(seed);
      const clients = ['one', 'two', 'three'].map((name) => openClient(name));
      const writers: AccountWriter[] = [];
      for (const client of clients) writers.push(await openWriter(client));
      await until(() => writers.some(({ isActive }) => isActive));

      schedule.slowCall = random.pick(['', 'fetch', 'commit marker']);
      cluster.faults = () => random.chance(0.03);
      const drivers = openClient('drivers');
      let asked = 0;
      const register = async (driver: number): Promise<boolean> => {
        for (let attempt = 0; ; attempt += 1) {
          const late = drivers.clock.sleep(5_000).then(() => 'late' as const);
          asked += 1;
          const outcome = await Promise.race([
            made(writers[(driver + attempt) % writers.length]!, `driver-${driver}-${attempt}`), late,
          ]);
          if (outcome === 'made' || outcome === 'refused') return outcome === 'made';
          await drivers.clock.sleep(100);
        }
      };
      const outcomes = Promise.all(Array.from({ length: 10 }, (_, driver) => register(driver)));
      const cli = openClient('cli');
      const file = {
        log: cli.log,
        ids,
        accounts: parseAccounts([{ accountId: 'file', vehicles: [car] }]),
        issuedBy: 'test',
      };
      const applied = until(() => asked >= 10).then(() => cli.clock.sleep(random.below(500)))
        .then(() => applyAccounts({ ...file, now: cli.clock.wallMs() })).then(() => true, () => false);
      const killAt = random.between(10, 40);
      await Promise.race([outcomes, until(() => asked >= killAt)]);
      const active = writers.findIndex(({ isActive }) => isActive);
      if (active >= 0) schedule.kill(clients[active]!.process);
      assert.ok([...(await outcomes), await applied].filter(Boolean).length <= 1);

      cluster.faults = () => false;
      const last = await openWriter(openClient('last'));
      const living = (): AccountWriter | undefined =>
        [...writers.filter((_, index) => clients[index]!.process.alive), last].find(({ isActive }) => isActive);
      await until(() => living() !== undefined);
      assert.equal(await made(living()!, 'driver-last'), 'refused');
      assert.equal(last.directory.accountsOf(car).length, 1);
    }, seed);
  });
}
