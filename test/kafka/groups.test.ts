import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../../local/until.ts';
import { NotMemberError, type GroupListener, type Membership } from '../../pipeline/engine/log.ts';
import type { KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { newTopic, openLog, unique } from './kafka-fixture.ts';

const logs: KafkaLog[] = [];
after(() => Promise.all(logs.map((log) => log.close())));

/** A member with a log of its own, as a process has, and what its listener was told. */
class Member implements GroupListener {
  readonly log = openLog();
  tasks: readonly number[] | null = null;
  failure: Error | null = null;
  membership!: Membership;

  async join(group: string, topics: readonly string[]): Promise<this> {
    logs.push(this.log);
    this.membership = await this.log.join(group, topics, this);
    return this;
  }
  assigned(tasks: readonly number[]): void {
    this.tasks = tasks;
  }
  lost(): void {
    this.tasks = null;
  }
  failed(error: Error): void {
    this.failure = error;
  }
}

async function settled(...shares: readonly [Member, number][]): Promise<void> {
  const isSettled = await until(() => shares.every(([{ tasks }, count]) => tasks?.length === count), 20_000);
  assert.ok(isSettled, `the shares are ${shares.map(([{ tasks }]) => JSON.stringify(tasks)).join(' and ')}`);
}

async function pairOfTopics(partitions: number): Promise<string[]> {
  return [await newTopic(partitions), await newTopic(partitions)];
}

test('two members share the tasks of co-partitioned topics, and the one that stays keeps its own', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(5)];
  const first = await new Member().join(group, topics);
  await settled([first, 5]);
  const second = await new Member().join(group, topics);
  await settled([first, 3], [second, 2]);
  assert.deepEqual([...first.tasks!, ...second.tasks!].toSorted(), [0, 1, 2, 3, 4]);
  const kept = second.tasks!;
  const third = await new Member().join(group, topics);
  await settled([first, 2], [second, 2], [third, 1]);
  assert.deepEqual(second.tasks, kept);
  await Promise.all([first, second, third].map(({ membership }) => membership.leave()));
});

test('a member that leaves hands its tasks over at once', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(2)];
  const [stays, leaves] = [await new Member().join(group, topics), await new Member().join(group, topics)];
  await settled([stays, 1], [leaves, 1]);
  await leaves.membership.leave();
  await settled([stays, 2]);
  await assert.rejects(leaves.membership.heartbeat(), NotMemberError);
  await stays.membership.leave();
});

test('the tasks of a member that is killed go to the others when its session ends', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(2)];
  const [lives, dies] = [await new Member().join(group, topics), await new Member().join(group, topics)];
  await settled([lives, 1], [dies, 1]);
  await dies.log.close();
  await settled([lives, 2]);
  assert.equal(dies.failure, null);
  await lives.membership.leave();
});

test('offsets are committed with their metadata, by members of the present generation only', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(1)];
  const member = await new Member().join(group, topics);
  await settled([member, 1]);
  const at = { topic: topics[0]!, partition: 0 };
  await member.membership.commit([{ ...at, offset: 5, metadata: '{"to":9}' }]);
  assert.deepEqual(await member.log.groupOffsets(group, [at]), [{ ...at, offset: 5, metadata: '{"to":9}' }]);
  await member.membership.heartbeat();
  const stale = staleTwin(member.membership);
  await assert.rejects(stale.commit([{ ...at, offset: 6 }]), NotMemberError);
  assert.equal((await member.log.groupOffsets(group, [at]))[0]!.offset, 5);
  await settled([member, 1]);
  await member.membership.leave();
});

test('a heartbeat asks the group, whatever the last one said', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(1)];
  const member = await new Member().join(group, topics);
  await settled([member, 1]);
  await member.membership.heartbeat();
  await assert.rejects(staleTwin(member.membership).heartbeat(), NotMemberError);
  await member.membership.leave();
});

test('joining moves no offset, and a group without offsets has none', async () => {
  const [group, topics] = [unique('group'), await pairOfTopics(1)];
  const at = { topic: topics[0]!, partition: 0 };
  const member = await new Member().join(group, topics);
  await member.log.append([{ ...at, records: [{ key: null, value: Buffer.from('a'), timestamp: Date.now() }] }]);
  await settled([member, 1]);
  await member.membership.leave();
  assert.equal((await member.log.groupOffsets(group, [at]))[0]!.offset, null);
});

test('topics of unequal counts are refused, each with its count', async () => {
  const [one, two] = [await newTopic(1), await newTopic(2)];
  await assert.rejects(new Member().join(unique('group'), [one, two]), (error) =>
    error instanceof Error && error.message.includes(`${one} has 1`) && error.message.includes(`${two} has 2`));
});

/** The same member as it was a generation ago: what a process that slept through a rebalance is. */
function staleTwin(membership: Membership): Membership {
  const inside = membership as unknown as { identity: { generation: number } };
  const identity = { ...inside.identity, generation: inside.identity.generation - 1 };
  return Object.create(membership, { identity: { value: identity, writable: true } }) as Membership;
}
