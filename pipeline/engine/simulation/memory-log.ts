import {
  NotMemberError, OffsetOutOfRangeError,
  type Bounds, type CommitOffset, type FetchedBatch, type FetchPosition, type GroupListener, type GroupOffset, type Log,
  type Membership, type OutBatch, type OutRecord, type TopicPartition, type Transaction, type TransactionalWriter,
} from '../log.ts';
import { HEARTBEAT_MS, MemoryGroup, MemoryMember } from './memory-group.ts';
import { MemoryPartition, type ReadCommittedFilter } from './memory-partition.ts';
import { MemoryProducer } from './memory-transactions.ts';
import type { Schedule, SimulatedProcess } from './schedule.ts';

/**
 * What can go wrong with one call: it never arrives, or its answer never does. Both reach the caller as
 * an error that does not say which it was.
 */
export type Fault = 'request lost' | 'answer lost';

/** Says whether a fault strikes a call of this name now. */
export type Faults = (call: string, fault: Fault) => boolean;

export interface StoredOffset {
  readonly offset: number;
  readonly metadata: string;
}

export interface MemoryClusterOptions {
  readonly schedule: Schedule;
  readonly filter: ReadCommittedFilter;
  readonly faults: Faults;
}

/**
 * The part of Kafka that the engine stands on, in memory: open transactions invisible, markers that take offsets
 * and are written after the commit was decided, fencing by epoch, groups with generations. Clients of several processes
 * share it; each of their calls is a point where the schedule decides what happens next.
 */
export class MemoryCluster {
  readonly schedule: Schedule;
  filter: ReadCommittedFilter;
  faults: Faults;
  private readonly topics = new Map<string, MemoryPartition[]>();
  private readonly producers = new Map<string, MemoryProducer>();
  private readonly groups = new Map<string, MemoryGroup>();
  /** Committed positions, by group and partition. */
  private readonly offsets = new Map<string, StoredOffset>();

  constructor({ schedule, filter, faults }: MemoryClusterOptions) {
    this.schedule = schedule;
    this.filter = filter;
    this.faults = faults;
  }

  createTopic(topic: string, partitions: number): void {
    this.topics.set(topic, Array.from({ length: partitions }, () => new MemoryPartition()));
  }

  /** A process's access to the cluster; with the process dies all that it waits for. */
  openClient(process: SimulatedProcess): Log {
    return new MemoryLog(this, process);
  }

  /** Writes at once, in no transaction. */
  append({ topic, partition }: TopicPartition, records: readonly OutRecord[]): void {
    this.partition({ topic, partition }).append(records, null);
  }

  /** @throws when there is no such topic or partition */
  partition({ topic, partition }: TopicPartition): MemoryPartition {
    const found = this.partitionsOf(topic)[partition];
    if (found === undefined) throw new Error(`topic ${topic} has no partition ${partition}`);
    return found;
  }

  partitionsOf(topic: string): readonly MemoryPartition[] {
    const partitions = this.topics.get(topic);
    if (partitions === undefined) throw new Error(`topic ${topic} does not exist`);
    return partitions;
  }

  /** All groups that were ever joined. */
  get allGroups(): readonly MemoryGroup[] {
    return [...this.groups.values()];
  }

  get allProducers(): readonly MemoryProducer[] {
    return [...this.producers.values()];
  }

  group(name: string, taskCount: number): MemoryGroup {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new MemoryGroup(taskCount, this.schedule.random);
      this.groups.set(name, group);
      void this.watch(group);
    }
    return group;
  }

  /** A group's committed offset and metadata; undefined: none. */
  committedOffset(group: string, at: TopicPartition): StoredOffset | undefined {
    return this.offsets.get(`${group} ${keyOf(at)}`);
  }

  commitOffset(group: string, { topic, partition, offset, metadata = '' }: CommitOffset): void {
    this.offsets.set(`${group} ${keyOf({ topic, partition })}`, { offset, metadata });
  }

  /** As a broker does of a group that nobody has committed for in a long time. */
  forgetGroup(group: string): void {
    for (const key of this.offsets.keys()) if (key.startsWith(`${group} `)) this.offsets.delete(key);
  }

  producer(transactionalId: string): MemoryProducer {
    let producer = this.producers.get(transactionalId);
    if (producer === undefined) {
      producer = new MemoryProducer(FIRST_PRODUCER_ID + this.producers.size);
      this.producers.set(transactionalId, producer);
      void this.timeOut(producer);
    }
    return producer;
  }

  /** Decides an open transaction; its markers follow one by one, in any order. */
  decide(producer: MemoryProducer, outcome: 'commit' | 'abort'): void {
    const { transaction } = producer;
    if (transaction === null || transaction.outcome !== null) return;
    transaction.outcome = outcome;
    void this.writeMarkers(producer, outcome);
  }

  /** Aborts an open transaction and fences its producer: after its timeout, or because another claims the id. */
  expireTransaction(producer: MemoryProducer): void {
    if (producer.transaction?.outcome !== null) return;
    producer.epoch += 1;
    this.decide(producer, 'abort');
  }

  private async writeMarkers(producer: MemoryProducer, outcome: 'commit' | 'abort'): Promise<void> {
    const { partitions, offsets } = producer.transaction!;
    for (const step of this.schedule.random.shuffled([...partitions, OFFSETS])) {
      await this.schedule.turn(null, `${outcome} marker of producer ${producer.producerId} in ${step}`);
      if (step !== OFFSETS) {
        this.partition(fromKey(step)).mark(producer.producerId, outcome);
      } else if (outcome === 'commit') {
        for (const { group, at } of offsets) this.commitOffset(group, at);
      }
    }
    producer.transaction = null;
  }

  private async timeOut(producer: MemoryProducer): Promise<never> {
    for (;;) {
      await this.schedule.turn(null, `timeout of producer ${producer.producerId}`, () => producer.timeoutMs);
      if (producer.timeoutMs <= this.schedule.nowMs) this.expireTransaction(producer);
    }
  }

  private async watch(group: MemoryGroup): Promise<never> {
    for (;;) {
      await this.schedule.turn(null, 'session check', () => group.nextExpiryMs);
      group.expire(this.schedule.nowMs);
    }
  }
}

const FIRST_PRODUCER_ID = 1_000;
/** Stands for the group's offsets topic among the partitions of a transaction. */
const OFFSETS = 'group offsets';

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

function fromKey(key: string): TopicPartition {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
}

/** One process's client. */
class MemoryLog implements Log {
  private readonly cluster: MemoryCluster;
  private readonly process: SimulatedProcess;

  constructor(cluster: MemoryCluster, process: SimulatedProcess) {
    this.cluster = cluster;
    this.process = process;
  }

  partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    return this.call('partition counts', () => (
      new Map(topics.map((topic) => [topic, this.cluster.partitionsOf(topic).length]))
    ));
  }

  bounds(at: TopicPartition): Promise<Bounds> {
    return this.call('bounds', () => this.cluster.partition(at).bounds());
  }

  async fetch(positions: readonly FetchPosition[], maxWaitMs: number): Promise<FetchedBatch[]> {
    const { schedule } = this.cluster;
    for (const at of positions) this.checkInRange(at);
    const deadlineMs = schedule.nowMs + maxWaitMs;
    await schedule.turn(this.process, 'fetch', () => (positions.some((at) => this.hasMore(at)) ? 0 : deadlineMs));
    return this.call('fetch answer', () => this.readSome(positions));
  }

  append(batches: readonly OutBatch[]): Promise<void> {
    return this.call('append', () => {
      for (const batch of batches) this.cluster.append(batch, batch.records);
    });
  }

  async claim(transactionalId: string): Promise<TransactionalWriter> {
    const { schedule } = this.cluster;
    await this.mayBeLost('claim', 'request lost');
    const producer = this.cluster.producer(transactionalId);
    this.cluster.expireTransaction(producer);
    await schedule.turn(this.process, `claim ${transactionalId}`, () => (producer.transaction === null ? 0 : Infinity));
    producer.epoch += 1;
    const { epoch } = producer;
    await this.mayBeLost('claim', 'answer lost');
    return {
      commit: (transaction) => this.commit(producer, epoch, transaction),
      close: () => schedule.turn(this.process, 'close writer'),
    };
  }

  async join(groupName: string, topics: readonly string[], listener: GroupListener): Promise<Membership> {
    const counts = await this.partitionCounts(topics);
    if (new Set(counts.values()).size !== 1) throw new Error(`partition counts of ${topics.join(', ')} differ`);
    const group = this.cluster.group(groupName, counts.get(topics[0]!)!);
    const member = new MemoryMember(this.process, listener);
    void this.keepMembership(group, member);
    const { schedule } = this.cluster;
    return {
      heartbeat: () => {
        const { generation } = member;
        return this.call('heartbeat', () => {
          if (!group.beat(member, generation, schedule.nowMs)) throw new NotMemberError(`generation ${generation} is over`);
        });
      },
      commit: (offsets) => {
        const { generation } = member;
        return this.call('group commit', () => {
          if (!group.accepts(member, generation)) throw new NotMemberError(`generation ${generation} is over`);
          for (const at of offsets) this.cluster.commitOffset(groupName, at);
        });
      },
      leave: async () => {
        member.left = true;
        await this.call('leave', () => group.leave(member, schedule.nowMs));
      },
    };
  }

  groupOffsets(group: string, partitions: readonly TopicPartition[]): Promise<GroupOffset[]> {
    return this.call('group offsets', () => partitions.map(({ topic, partition }) => {
      const stored = this.cluster.committedOffset(group, { topic, partition });
      return { topic, partition, offset: stored?.offset ?? null, metadata: stored?.metadata ?? '' };
    }));
  }

  async close(): Promise<void> {}

  /** A request, its effect, its answer: the schedule may put anything between the three. */
  private async call<T>(name: string, effect: () => T): Promise<T> {
    await this.mayBeLost(name, 'request lost');
    const result = effect();
    await this.mayBeLost(name, 'answer lost');
    return result;
  }

  private async mayBeLost(name: string, fault: Fault): Promise<void> {
    await this.cluster.schedule.turn(this.process, fault === 'request lost' ? name : `${name}, answered`);
    if (!this.cluster.faults(name, fault)) return;
    this.cluster.schedule.note(this.process.name, `${name}: ${fault.toUpperCase()}`);
    throw new Error(`${name}: no answer`);
  }

  private checkInRange(at: FetchPosition): void {
    const partition = this.cluster.partition(at);
    if (at.from < partition.start || at.from > partition.end) throw new OffsetOutOfRangeError(at, partition.bounds());
  }

  private hasMore(at: FetchPosition): boolean {
    const partition = this.cluster.partition(at);
    return at.from < partition.stable;
  }

  /** Answers some of the partitions that have more, as a broker whose answer is full, and those read to their end. */
  private readSome(positions: readonly FetchPosition[]): FetchedBatch[] {
    const { random } = this.cluster.schedule;
    const readable = random.shuffled(positions.filter((at) => this.hasMore(at)));
    const atEnd = positions.filter((at) => !this.hasMore(at)).map((at) => {
      this.checkInRange(at);
      return { ...at, records: [], next: at.from, ...this.cluster.partition(at).bounds() };
    });
    const read = readable.slice(0, random.between(1, readable.length)).map((at) => {
      this.checkInRange(at);
      const { topic, partition, from } = at;
      const source = this.cluster.partition(at);
      const { batches, aborted, next } = source.read(from, random.between(1, FETCH_RECORDS_MAX));
      const records = this.cluster.filter(batches, aborted).filter(({ offset }) => offset >= from);
      return { topic, partition, from, records, next, ...source.bounds() };
    });
    return [...read, ...atEnd];
  }

  private async commit(producer: MemoryProducer, epoch: number, { batches, group, offsets }: Transaction): Promise<void> {
    const { schedule } = this.cluster;
    if (!batches.some(({ records }) => records.length > 0)) throw new Error('a transaction must write at least one record');
    await this.mayBeLost('transaction', 'request lost');
    // The markers of the last transaction come first: a broker answers CONCURRENT_TRANSACTIONS until then.
    await schedule.turn(this.process, 'transaction', () => (producer.transaction?.outcome ? Infinity : 0));
    for (const batch of batches) {
      await this.mayBeLost('produce', 'request lost');
      producer.check(epoch);
      const partition = this.cluster.partition(batch);
      producer.begin(schedule.nowMs).partitions.add(keyOf(batch));
      partition.append([...batch.records], producer.producerId);
    }
    await this.mayBeLost('send offsets', 'request lost');
    producer.check(epoch);
    for (const at of offsets) producer.begin(schedule.nowMs).offsets.push({ group, at });
    await this.mayBeLost('end transaction', 'request lost');
    producer.check(epoch);
    this.cluster.decide(producer, 'commit');
    await this.mayBeLost('end transaction', 'answer lost');
  }

  /** Joins, heartbeats, learns of rebalances late, joins again. */
  private async keepMembership(group: MemoryGroup, member: MemoryMember): Promise<void> {
    const { schedule } = this.cluster;
    while (!member.left) {
      await schedule.turn(this.process, 'join group');
      if (member.left) return;
      group.join(member, schedule.nowMs);
      await schedule.turn(this.process, 'wait for assignment', () => (
        member.assignment !== null || member.left || !group.has(member) ? 0 : Infinity
      ));
      if (member.assignment === null) continue;
      const { generation, tasks } = member.assignment;
      await schedule.turn(this.process, `assigned ${tasks.join(' ') || 'nothing'} in generation ${generation}`);
      if (member.left) return;
      member.generation = generation;
      member.listener.assigned(tasks);
      await this.heartbeatUntilRefused(group, member);
      if (!member.left) member.listener.lost();
    }
  }

  private async heartbeatUntilRefused(group: MemoryGroup, member: MemoryMember): Promise<void> {
    const { schedule } = this.cluster;
    do {
      const dueMs = schedule.nowMs + HEARTBEAT_MS;
      await schedule.turn(this.process, 'heartbeat', () => (member.left ? 0 : dueMs));
    } while (!member.left && group.beat(member, member.generation, schedule.nowMs));
  }
}

const FETCH_RECORDS_MAX = 12;

