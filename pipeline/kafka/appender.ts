import type { OutBatch, OutRecord, TopicPartition } from '../engine/log.ts';
import type { BlockBatch } from '../engine/record-block.ts';
import { backOff } from './back-off.ts';
import { BrokerError, errorCode, LogUnavailableError } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import type { Lane } from './lane.ts';
import { isPassing, produce } from './produce.ts';
import { newProducer, sequenceAfter } from './producer-id.ts';
import {
  BATCH_RECORDS_BYTES_MAX, encodeBatches, recordBytesMax, stamp, type Producer,
} from './record-batch.ts';

/** More waits to be written than may; try again later, or slow down. */
export class AppendOverloadedError extends Error {
  override name = 'AppendOverloadedError';
  constructor() {
    super(`more than ${WAITING_BYTES_MAX / 1024 / 1024} MiB wait to be written`);
  }
}

/**
 * Plain idempotent writes. A broker has one request under way, and at most one in a few ms; what comes meanwhile is
 * collected into the next, so that batches grow with the load and nothing lingers without it. Order within a partition is
 * that of the calls.
 *
 * When a batch has to be given up its outcome is unknown and so are the sequence numbers after it: the next one takes
 * a new producer id. Should the caller write the same records again, they may stand in the log twice.
 */
export class Appender {
  private readonly cluster: Cluster;
  private readonly lane: Lane;
  private readonly queues = new Map<string, PartitionQueue>();
  private readonly busyLeaders = new Set<number>();
  private waitingBytes = 0;
  private isScheduled = false;
  private producer: Promise<Producer> | null = null;
  private sequences = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.lane = cluster.openLane();
  }

  /** @throws {AppendOverloadedError} {LogUnavailableError} {BrokerError} */
  async append(batches: readonly OutBatch[]): Promise<void> {
    const written = batches.filter(({ records }) => records.length > 0);
    const sizes = written.map(({ records }) => records.reduce((bytes, record) => bytes + recordBytesMax(record), 0));
    const bytes = sizes.reduce((sum, each) => sum + each, 0);
    if (this.waitingBytes + bytes > WAITING_BYTES_MAX) throw new AppendOverloadedError();
    const deadline = performance.now() + AWAY_MS;
    await Promise.all(
      written.map((batch, index) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        this.queueOf(batch).waiting.push({ records: batch.records, bytes: sizes[index]!, deadline, resolve, reject });
        this.waitingBytes += sizes[index]!;
        this.schedule();
        return promise;
      }),
    );
  }

  private queueOf({ topic, partition }: TopicPartition): PartitionQueue {
    const name = `${topic} ${partition}`;
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = { name, topic, partition, waiting: [], isBusy: false };
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** Once for all calls of this turn of the event loop. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => void this.startRequests());
  }

  /** One request for each leader that has none under way. */
  private async startRequests(): Promise<void> {
    this.giveUpExpired();
    const free = [...this.queues.values()].filter(({ waiting, isBusy }) => waiting.length > 0 && !isBusy);
    const leaders = await Promise.all(free.map((queue) => this.cluster.leaderOf(queue).catch(() => UNKNOWN_LEADER)));
    this.isScheduled = false;
    const byLeader = Map.groupBy(free.map((queue, index) => ({ queue, leader: leaders[index]! })), (each) => each.leader);
    for (const [leader, each] of byLeader) {
      const queues = each.map(({ queue }) => queue).filter(({ isBusy }) => !isBusy);
      if (this.busyLeaders.has(leader) || queues.length === 0) continue;
      this.busyLeaders.add(leader);
      for (const queue of queues) queue.isBusy = true;
      const began = performance.now();
      void this.sendAll(queues).finally(() => {
        const rest = REQUEST_EVERY_MS - (performance.now() - began);
        setTimeout(() => {
          this.busyLeaders.delete(leader);
          for (const queue of queues) queue.isBusy = false;
          this.schedule();
        }, Math.max(0, rest));
      });
    }
  }

  /** Calls whose time ran out before their turn came: nothing of them was sent, and nobody need wait behind them. */
  private giveUpExpired(): void {
    const now = performance.now();
    for (const queue of this.queues.values()) {
      const expired = queue.waiting.filter(({ deadline }) => deadline <= now);
      if (expired.length === 0) continue;
      queue.waiting = queue.waiting.filter(({ deadline }) => deadline > now);
      for (const call of expired) {
        this.waitingBytes -= call.bytes;
        const reason = 'the brokers did not take what came before';
        call.reject(new LogUnavailableError(`not written in ${AWAY_MS / 1000} s: ${reason}`));
      }
    }
  }

  /** The first MiB of each queue; a larger call goes alone, in as many requests as it has batches. */
  private async sendAll(queues: readonly PartitionQueue[]): Promise<void> {
    const shares = queues.map((queue) => takeShare(queue));
    await this.sendShares(shares);
    for (const share of shares) {
      if (share.calls.length === 1 || !isRefused(share.problem)) {
        this.settle(share);
        continue;
      }
      // One bad record takes its whole batch along: now each call for itself, that only its own fails.
      for (const call of share.calls) {
        const alone = shareOf(share.queue, [call]);
        await this.sendShares([alone]);
        this.settle(alone);
      }
    }
  }

  private async sendShares(shares: readonly Share[]): Promise<void> {
    for (let round = 0; ; round += 1) {
      const sent = shares.filter(({ parts, problem }) => problem === null && round < parts.length);
      if (sent.length === 0) return;
      const problems = await this.send(sent.map((share) => ({ share, part: share.parts[round]! })));
      sent.forEach((share, index) => (share.problem = problems[index]));
    }
  }

  private settle({ calls, problem }: Share): void {
    for (const call of calls) {
      this.waitingBytes -= call.bytes;
      if (problem === null) call.resolve();
      else call.reject(told(problem));
    }
  }

  private async send(parts: readonly { share: Share; part: BlockBatch }[]): Promise<unknown[]> {
    const deadline = Math.min(...parts.map(({ share }) => share.calls[0]!.deadline));
    let problems = await this.sendWithPresentProducer(parts, deadline);
    const lost = problems.map((problem) => problem instanceof BrokerError && SEQUENCE_LOST.has(problem.code));
    if (lost.includes(true)) {
      // The broker no longer knows our sequence numbers and has not written these batches.
      const again = await this.sendWithPresentProducer(parts.filter((_, index) => lost[index]), deadline);
      problems = problems.map((problem, index) => (lost[index] ? again.shift() : problem));
    }
    return problems;
  }

  private async sendWithPresentProducer(
    parts: readonly { share: Share; part: BlockBatch }[], deadline: number,
  ): Promise<unknown[]> {
    let producer: Producer;
    try {
      producer = await this.presentProducer(deadline);
    } catch (error) {
      return parts.map(() => error);
    }
    const stamped = parts.map(({ share: { queue }, part }) => {
      const sequence = this.sequences.get(queue.name) ?? 0;
      stamp(part, producer, sequence);
      this.sequences.set(queue.name, sequenceAfter(sequence, part.records));
      return { topic: queue.topic, partition: queue.partition, bytes: part.bytes };
    });
    const problems = await produce(this.cluster, this.lane, null, stamped, deadline);
    if (problems.some((problem) => problem !== null)) {
      this.producer = null;
      this.sequences = new Map();
    }
    return problems;
  }

  private presentProducer(deadline: number): Promise<Producer> {
    this.producer ??= this.askForProducer(deadline).catch((error) => {
      this.producer = null;
      throw error;
    });
    return this.producer;
  }

  private async askForProducer(deadline: number): Promise<Producer> {
    const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, deadline);
    for (;;) {
      try {
        return await newProducer(this.cluster);
      } catch (error) {
        const isLoading = error instanceof BrokerError && error.code === errorCode.coordinatorLoading;
        if (!(isLoading || isPassing(error)) || !(await pause.wait())) throw error;
      }
    }
  }
}

interface Call {
  readonly records: readonly OutRecord[];
  readonly bytes: number;
  readonly deadline: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface PartitionQueue extends TopicPartition {
  readonly name: string;
  waiting: Call[];
  isBusy: boolean;
}

/** What is sent of one queue: whole calls, so that each has one outcome. */
interface Share {
  readonly queue: PartitionQueue;
  readonly calls: readonly Call[];
  readonly parts: readonly BlockBatch[];
  problem: unknown;
}

/** Several calls only as far as they make one batch, which is written or not as a whole. */
function takeShare(queue: PartitionQueue): Share {
  let count = 1;
  for (let bytes = queue.waiting[0]!.bytes; count < queue.waiting.length; count += 1) {
    bytes += queue.waiting[count]!.bytes;
    if (bytes > BATCH_RECORDS_BYTES_MAX) break;
  }
  const calls = queue.waiting.slice(0, count);
  queue.waiting = queue.waiting.slice(count);
  return shareOf(queue, calls);
}

function shareOf(queue: PartitionQueue, calls: readonly Call[]): Share {
  return { queue, calls, parts: encodeBatches(calls.flatMap(({ records }) => records)), problem: null };
}

/** The broker won't have the batch, now or later, and has written none of it. */
function isRefused(problem: unknown): boolean {
  return problem instanceof BrokerError && !isPassing(problem) && !SEQUENCE_LOST.has(problem.code);
}

function told(problem: unknown): unknown {
  if (!isPassing(problem) || problem instanceof LogUnavailableError) return problem;
  return new LogUnavailableError(`not written in ${AWAY_MS / 1000} s: ${(problem as Error).message}`, { cause: problem });
}

const SEQUENCE_LOST: ReadonlySet<number> = new Set([
  errorCode.outOfOrderSequence, errorCode.unknownProducerId, errorCode.invalidProducerEpoch,
  errorCode.invalidProducerIdMapping,
]);

const UNKNOWN_LEADER = -1;
/**
 * A request costs us and the broker about as much whatever is in it, and each one wakes every reader: at 3,000 single
 * writes a second this halves the broker's CPU, and a write waits for a few ms longer.
 */
const REQUEST_EVERY_MS = 5;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** How long brokers may be away before a write is given up. */
const AWAY_MS = 5_000;
const FIRST_RETRY_MS = 20;
const RETRY_MAX_MS = 500;
