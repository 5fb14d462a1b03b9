import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FencedError, NotMemberError, OffsetOutOfRangeError, type Log, type OutRecord, type Transaction } from '../log.ts';
import { inCluster } from './in-cluster.ts';

const AT = { topic: 'log', partition: 0 };
const TOPICS = { log: 1, in: 1, wide: 3 };

test('an open transaction hides what follows it until a claim settles it; markers take an offset each', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient, until }) => {
    const dying = openClient('dying');
    const writer = await dying.log.claim('task');
    cluster.faults = (call, fault) => call === 'send offsets' && fault === 'request lost';
    await assert.rejects(writer.commit(transaction('a', 'b')), /no answer/);
    cluster.faults = () => false;
    const other = openClient('other').log;
    await (await other.claim('another')).commit(transaction('c'));
    await until(() => cluster.producer('another').transaction === null);
    assert.deepEqual(await other.bounds(AT), { start: 0, stable: 0 });

    await other.claim('task');
    assert.deepEqual(await other.bounds(AT), { start: 0, stable: 5 });
    assert.deepEqual(await readAll(other), ['c']);
  });
});

test('a former owner is fenced, whatever it still tries', async () => {
  await inCluster(TOPICS, async ({ openClient }) => {
    const former = await openClient('former').log.claim('task');
    const newer = await openClient('newer').log.claim('task');
    await assert.rejects(former.commit(transaction('x')), FencedError);
    await newer.commit(transaction('y'));
    assert.deepEqual(await readAll(openClient('reader').log), ['y']);
  });
});

test('a commit whose answer is lost has happened, offsets included', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient, until }) => {
    const { log } = openClient('unlucky');
    const writer = await log.claim('task');
    cluster.faults = (call, fault) => call === 'end transaction' && fault === 'answer lost';
    await assert.rejects(writer.commit(transaction('a')), /no answer/);
    cluster.faults = () => false;
    await until(() => cluster.producer('task').transaction === null);
    assert.deepEqual(await readAll(log), ['a']);
    const [committed] = await log.groupOffsets('group', [{ topic: 'in', partition: 0 }]);
    assert.equal(committed!.offset, 7);
  });
});

test('group offsets of an aborted transaction are never seen', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient }) => {
    const { log } = openClient('unlucky');
    const writer = await log.claim('task');
    cluster.faults = (call, fault) => call === 'end transaction' && fault === 'request lost';
    await assert.rejects(writer.commit(transaction('a')), /no answer/);
    cluster.faults = () => false;
    await log.claim('task');
    const [committed] = await log.groupOffsets('group', [{ topic: 'in', partition: 0 }]);
    assert.equal(committed!.offset, null);
    assert.deepEqual(await readAll(log), []);
  });
});

test('an open transaction is aborted and its owner fenced when it takes too long', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient, until }) => {
    const { log, process } = openClient('slow');
    const writer = await log.claim('slow');
    cluster.faults = (call) => {
      if (call === 'send offsets') cluster.schedule.freeze(process, 20_000);
      return false;
    };
    await assert.rejects(writer.commit(transaction('a')), FencedError);
    await until(() => cluster.producer('slow').transaction === null);
    assert.deepEqual(await readAll(openClient('reader').log), []);
  });
});

test('transactions aborted in another order than they began leave nothing behind', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient }) => {
    const { log } = openClient('unlucky');
    const ids = ['first', 'second', 'third'];
    cluster.faults = (call, fault) => call === 'end transaction' && fault === 'request lost';
    for (const id of ids) await assert.rejects((await log.claim(id)).commit(transaction(id)), /no answer/);
    cluster.faults = () => false;
    cluster.append(AT, [{ key: Buffer.alloc(4), value: Buffer.from('four zero bytes as key'), timestamp: 0 }]);
    for (const id of ids.toReversed()) await log.claim(id);
    assert.deepEqual(await readAll(log), ['four zero bytes as key']);
    assert.deepEqual(await readAll(log, 1), ['four zero bytes as key']);
  });
});

test('members share out all tasks, and a killed one is replaced when its session ends', async () => {
  await inCluster(TOPICS, async ({ schedule, openClient, until }) => {
    const tasks = new Map<string, readonly number[]>();
    const joined = ['one', 'two'].map((name) => {
      const client = openClient(name);
      const membership = client.log.join('group', ['wide'], {
        assigned: (assigned) => tasks.set(name, assigned),
        lost: () => tasks.delete(name),
        failed: assert.fail,
      });
      return { ...client, membership };
    });
    const owned = (): number[] => [...tasks.values()].flat().toSorted();
    await until(() => tasks.size === 2 && owned().length === 3);
    assert.deepEqual(owned(), [0, 1, 2]);

    schedule.kill(joined[0]!.process);
    await until(() => tasks.get('two')?.length === 3);
    await (await joined[1]!.membership).heartbeat();
  });
});

test('a member that slept through a rebalance is refused', async () => {
  await inCluster(TOPICS, async ({ schedule, openClient, until }) => {
    const owners: string[] = [];
    const join = (name: string) => {
      const client = openClient(name);
      const listener = { assigned: () => void owners.push(name), lost() {}, failed: assert.fail };
      return { ...client, membership: client.log.join('group', ['wide'], listener) };
    };
    const sleeper = join('sleeper');
    const membership = await sleeper.membership;
    await until(() => owners.includes('sleeper'));
    schedule.freeze(sleeper.process, 30_000);
    join('other');
    await until(() => owners.includes('other'));
    const refusals = [membership.heartbeat(), membership.commit([{ topic: 'wide', partition: 0, offset: 1 }])];
    for (const refusal of refusals) await assert.rejects(refusal, NotMemberError);
  });
});

test('a position outside the log is refused with both named', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient }) => {
    const { log } = openClient('reader');
    for (const value of ['a', 'b', 'c']) cluster.append(AT, [record(value)]);
    cluster.partition(AT).deleteBefore(2);
    await assert.rejects(log.fetch([{ ...AT, from: 1 }], 0), OffsetOutOfRangeError);
    await assert.rejects(log.fetch([{ ...AT, from: 4 }], 0), /position 4 is outside the log, which has offsets 2 to 3/);
    assert.deepEqual(await readAll(log, 2), ['c']);
  });
});

test('compaction keeps the newest record of each key at its offset', async () => {
  await inCluster(TOPICS, async ({ cluster, openClient }) => {
    for (const [key, value] of [['k', '1'], ['l', '2'], ['k', '3'], ['m', '4']]) {
      cluster.append(AT, [{ key: Buffer.from(key!), value: Buffer.from(value!), timestamp: 0 }]);
    }
    cluster.partition(AT).compact();
    assert.deepEqual(await readAll(openClient('reader').log), ['2', '3', '4']);
    assert.deepEqual(cluster.partition(AT).bounds(), { start: 0, stable: 4 });
  });
});

const record = (value: string): OutRecord => ({ key: Buffer.from(value), value: Buffer.from(value), timestamp: 0 });

const transaction = (...values: string[]): Transaction => ({
  batches: [{ ...AT, records: values.map(record) }],
  group: 'group',
  offsets: [{ topic: 'in', partition: 0, offset: 7 }],
});

async function readAll(log: Log, from = 0): Promise<string[]> {
  const { stable } = await log.bounds(AT);
  const values: string[] = [];
  while (from < stable) {
    for (const batch of await log.fetch([{ ...AT, from }], 0)) {
      values.push(...batch.records.map(({ value }) => value!.toString()));
      from = batch.next;
    }
  }
  return values;
}
