import {
  FencedError, type CommitOffset, type Transaction, type TransactionBatch, type TransactionalWriter,
} from '../engine/log.ts';
import { RecordBlock, type BlockBatch } from '../engine/record-block.ts';
import { backOff } from './back-off.ts';
import { BrokerError, errorCode } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import type { Protocol } from './kafkajs.ts';
import type { Lane } from './lane.ts';
import { produce } from './produce.ts';
import type { InTransaction } from './produce-request.ts';
import { claimProducer, sequenceAfter } from './producer-id.ts';
import { encodeBatches, stamp, type Producer } from './record-batch.ts';
import { addGroup, addPartitions, commitOffsets, commitTransaction, type StepAnswer } from './transaction-requests.ts';
import { transactionVersionOf } from './transaction-version.ts';

/**
 * Fences all former owners of the transactional id and settles what they left open.
 * @param askVersion which protocol the cluster speaks
 */
export async function claimWriter(
  cluster: Cluster, transactionalId: string, askVersion = transactionVersionOf,
): Promise<TransactionalWriter> {
  const lane = cluster.openLane();
  const deadline = performance.now() + CLAIM_MS;
  try {
    const producer = await claimProducer(cluster, lane, transactionalId, deadline);
    const version = await askVersion(cluster, lane, transactionalId, deadline);
    return new Writer(cluster, lane, { transactionalId, version }, producer);
  } catch (error) {
    await cluster.closeLane(lane);
    throw error;
  }
}

/**
 * Kafka's transaction protocol, one transaction after the other. Every step may safely arrive twice and is repeated
 * when its answer is lost, the last one too: the coordinator answers a repeated commit as it did the first. So an
 * outcome stays unknown only when the coordinator can't be reached for `COMMIT_MS`.
 *
 * By version 2 each transaction has an epoch of its own: what was sent twice, and arrives for the second time when its
 * transaction is over, is refused. By version 1 it is taken into the next one.
 */
class Writer implements TransactionalWriter {
  private readonly cluster: Cluster;
  private readonly lane: Lane;
  private readonly transaction: InTransaction;
  private producer: Producer;
  /** Next sequence number by `topic partition`. */
  private readonly sequences = new Map<string, number>();
  private state: 'ready' | 'committing' | 'dead' = 'ready';

  constructor(cluster: Cluster, lane: Lane, transaction: InTransaction, producer: Producer) {
    this.cluster = cluster;
    this.lane = lane;
    this.transaction = transaction;
    this.producer = producer;
  }

  async commit({ batches, group, offsets }: Transaction): Promise<void> {
    const { transactionalId, version } = this.transaction;
    if (this.state !== 'ready') throw new Error(`the writer of ${transactionalId} is ${this.state}: claim a new one`);
    this.state = 'committing';
    const deadline = performance.now() + COMMIT_MS;
    try {
      const written = batches.filter(({ records }) => records.length > 0);
      // Beside each other, for a round trip is dear: its answer waits for whatever this process is computing.
      if (version === 1) await Promise.all([this.addPartitions(written, deadline), this.addGroup(group, offsets, deadline)]);
      await Promise.all([this.write(written, deadline), this.commitOffsets(group, offsets, deadline)]);
      if (written.length > 0 || offsets.length > 0) await this.end(deadline);
      this.state = 'ready';
    } catch (error) {
      this.state = 'dead';
      throw isFenced(error) ? new FencedError(`${transactionalId} has a newer owner`, { cause: error }) : error;
    }
  }

  async close(): Promise<void> {
    this.state = 'dead';
    await this.cluster.closeLane(this.lane);
  }

  private async addPartitions(batches: readonly TransactionBatch[], deadline: number): Promise<void> {
    if (batches.length === 0) return;
    const { transactionalId } = this.transaction;
    await this.step(
      'adding partitions to the transaction', 'transaction', transactionalId, deadline,
      addPartitions(transactionalId, this.producer, batches),
    );
  }

  /** The group's part of the transaction: it needs no record to be written before it. */
  private async addGroup(group: string, offsets: readonly CommitOffset[], deadline: number): Promise<void> {
    if (offsets.length === 0) return;
    const { transactionalId } = this.transaction;
    await this.step(
      `adding group ${group} to the transaction`, 'transaction', transactionalId, deadline,
      addGroup(transactionalId, this.producer, group),
    );
  }

  private async write(batches: readonly TransactionBatch[], deadline: number): Promise<void> {
    const encoded = batches.map(({ topic, partition, records }) => {
      return { topic, partition, parts: records instanceof RecordBlock ? records.batches() : encodeBatches(records) };
    });
    // A broker takes one batch a partition in one request.
    for (let round = 0; ; round += 1) {
      const stamped = encoded.filter(({ parts }) => round < parts.length).map(({ topic, partition, parts }) => {
        return { topic, partition, bytes: this.stamped(topic, partition, parts[round]!) };
      });
      if (stamped.length === 0) return;
      const problems = await produce(this.cluster, this.lane, this.transaction, stamped, deadline);
      const problem = problems.find((each) => each !== null);
      if (problem !== undefined) throw problem;
    }
  }

  private stamped(topic: string, partition: number, batch: BlockBatch): Buffer {
    const name = `${topic} ${partition}`;
    const sequence = this.sequences.get(name) ?? 0;
    stamp(batch, this.producer, sequence);
    this.sequences.set(name, sequenceAfter(sequence, batch.records));
    return batch.bytes;
  }

  private async commitOffsets(group: string, offsets: readonly CommitOffset[], deadline: number): Promise<void> {
    if (offsets.length === 0) return;
    const { transactionalId, version } = this.transaction;
    await this.step(
      `committing offsets of group ${group}`, 'group', group, deadline,
      commitOffsets(version, transactionalId, this.producer, group, offsets),
    );
  }

  private async end(deadline: number): Promise<void> {
    const { transactionalId, version } = this.transaction;
    const { next } = await this.step(
      'ending the transaction', 'transaction', transactionalId, deadline,
      commitTransaction(version, transactionalId, this.producer),
    );
    if (next === null) return;
    // The next epoch, or a new id when the epochs of this one are used up.
    this.producer = { ...next, transactional: true };
    this.sequences.clear();
  }

  /**
   * One step, repeated while its coordinator moves or is away, and while the broker is still writing the markers of
   * the transaction before this one (CONCURRENT_TRANSACTIONS, normal under load). A broker that is just being asked to
   * fence this owner fails over the end of its transaction (UNKNOWN_SERVER_ERROR); asked again, it says who is fenced.
   */
  private async step<T extends StepAnswer>(
    what: string, kind: 'group' | 'transaction', key: string, deadline: number, protocol: Protocol<T>,
  ): Promise<T> {
    const pause = backOff(CONCURRENT_MS, CONCURRENT_MAX_MS, deadline);
    for (;;) {
      const answer = await this.cluster.askCoordinator(
        kind, key, deadline, (nodeId) => this.lane.send(nodeId, protocol), (each) => each.errorCode,
      );
      if (answer.errorCode === errorCode.none) return answer;
      const isPassing = PASSING.has(answer.errorCode);
      if (!isPassing || !(await pause.wait())) throw new BrokerError(answer.errorCode, what);
    }
  }
}

function isFenced(error: unknown): boolean {
  return error instanceof BrokerError && FENCED.has(error.code);
}

/** The last one is what the broker says until a newer owner has settled this one's transaction. */
const FENCED: ReadonlySet<number> = new Set([
  errorCode.producerFenced, errorCode.invalidProducerEpoch, errorCode.invalidProducerIdMapping, errorCode.invalidTransactionState,
]);
const PASSING: ReadonlySet<number> = new Set([
  errorCode.concurrentTransactions, errorCode.unknownTopicOrPartition, errorCode.unknownServerError,
]);
const CLAIM_MS = 30_000;
/** Less than the transaction timeout: a commit that takes longer would be aborted by the broker anyway. */
const COMMIT_MS = 12_000;
const CONCURRENT_MS = 5;
const CONCURRENT_MAX_MS = 20;
