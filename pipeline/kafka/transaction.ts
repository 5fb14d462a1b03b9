import {
  FencedError, type CommitOffset, type Transaction, type TransactionBatch, type TransactionalWriter,
} from '../engine/log.ts';
import { RecordBlock, type BlockBatch } from '../engine/record-block.ts';
import { backOff } from './back-off.ts';
import { BrokerError, errorCode } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { kafkajsRequest, type Protocol } from './kafkajs.ts';
import type { Lane } from './lane.ts';
import { produce } from './produce.ts';
import { claimProducer, sequenceAfter } from './producer-id.ts';
import { encodeBatches, stamp, type Producer } from './record-batch.ts';

/** Fences all former owners of the transactional id and settles what they left open. */
export async function claimWriter(cluster: Cluster, transactionalId: string): Promise<TransactionalWriter> {
  const lane = cluster.openLane();
  try {
    const producer = await claimProducer(cluster, lane, transactionalId, performance.now() + CLAIM_MS);
    return new Writer(cluster, lane, transactionalId, producer);
  } catch (error) {
    await cluster.closeLane(lane);
    throw error;
  }
}

/**
 * Kafka's transaction protocol, one transaction after the other. Every step may safely arrive twice and is repeated
 * when its answer is lost, the last one too: the coordinator answers a repeated commit as it did the first. So an
 * outcome stays unknown only when the coordinator can't be reached for `COMMIT_MS`.
 */
class Writer implements TransactionalWriter {
  private readonly cluster: Cluster;
  private readonly lane: Lane;
  private readonly transactionalId: string;
  private readonly producer: Producer;
  /** Next sequence number by `topic partition`. */
  private readonly sequences = new Map<string, number>();
  private state: 'ready' | 'committing' | 'dead' = 'ready';

  constructor(cluster: Cluster, lane: Lane, transactionalId: string, producer: Producer) {
    this.cluster = cluster;
    this.lane = lane;
    this.transactionalId = transactionalId;
    this.producer = producer;
  }

  async commit({ batches, group, offsets }: Transaction): Promise<void> {
    if (this.state !== 'ready') throw new Error(`the writer of ${this.transactionalId} is ${this.state}: claim a new one`);
    this.state = 'committing';
    const deadline = performance.now() + COMMIT_MS;
    try {
      const written = batches.filter(({ records }) => records.length > 0);
      // Beside each other, for a round trip is dear: its answer waits for whatever this process is computing.
      await Promise.all([this.addPartitions(written, deadline), this.addGroup(group, offsets, deadline)]);
      await Promise.all([this.write(written, deadline), this.commitOffsets(group, offsets, deadline)]);
      if (written.length > 0 || offsets.length > 0) await this.end(deadline);
      this.state = 'ready';
    } catch (error) {
      this.state = 'dead';
      throw isFenced(error) ? new FencedError(`${this.transactionalId} has a newer owner`, { cause: error }) : error;
    }
  }

  async close(): Promise<void> {
    this.state = 'dead';
    await this.cluster.closeLane(this.lane);
  }

  private async addPartitions(batches: readonly TransactionBatch[], deadline: number): Promise<void> {
    if (batches.length === 0) return;
    const topics = byTopic(batches, ({ partition }) => partition);
    await this.step<AddPartitionsAnswer>(
      'adding partitions to the transaction', 'transaction', this.transactionalId, deadline,
      kafkajsRequest('AddPartitionsToTxn', ADD_VERSION, { ...this.owner(), topics }),
      ({ errors }) => firstError(errors.flatMap((each) => each.partitionErrors)),
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
      const problems = await produce(this.cluster, this.lane, this.transactionalId, stamped, deadline);
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

  /** The group's part of the transaction: it needs no record to be written before it. */
  private async addGroup(group: string, offsets: readonly CommitOffset[], deadline: number): Promise<void> {
    if (offsets.length === 0) return;
    await this.step<EndAnswer>(
      `adding group ${group} to the transaction`, 'transaction', this.transactionalId, deadline,
      kafkajsRequest('AddOffsetsToTxn', ADD_VERSION, { ...this.owner(), groupId: group }), (answer) => answer.errorCode,
    );
  }

  private async commitOffsets(group: string, offsets: readonly CommitOffset[], deadline: number): Promise<void> {
    if (offsets.length === 0) return;
    const topics = byTopic(offsets, ({ partition, offset, metadata = '' }) => ({ partition, offset, metadata }));
    await this.step<OffsetsAnswer>(
      `committing offsets of group ${group}`, 'group', group, deadline,
      kafkajsRequest('TxnOffsetCommit', OFFSETS_VERSION, { ...this.owner(), groupId: group, topics }),
      (answer) => firstError(answer.topics.flatMap((each) => each.partitions)),
    );
  }

  private async end(deadline: number): Promise<void> {
    await this.step<EndAnswer>(
      'ending the transaction', 'transaction', this.transactionalId, deadline,
      kafkajsRequest('EndTxn', END_VERSION, { ...this.owner(), transactionResult: true }), (answer) => answer.errorCode,
    );
  }

  /**
   * One step, repeated while its coordinator moves or is away, and while the broker is still writing the markers of
   * the transaction before this one (CONCURRENT_TRANSACTIONS, normal under load). A broker that is just being asked to
   * fence this owner fails over the end of its transaction (UNKNOWN_SERVER_ERROR); asked again, it says who is fenced.
   */
  private async step<T>(
    what: string, kind: 'group' | 'transaction', key: string, deadline: number, protocol: Protocol<T>,
    errorOf: (answer: T) => number,
  ): Promise<void> {
    const pause = backOff(CONCURRENT_MS, CONCURRENT_MAX_MS, deadline);
    for (;;) {
      const answer = await this.cluster.askCoordinator(
        kind, key, deadline, (nodeId) => this.lane.send(nodeId, protocol), errorOf,
      );
      const code = errorOf(answer);
      if (code === errorCode.none) return;
      const isPassing = PASSING.has(code);
      if (!isPassing || !(await pause.wait())) throw new BrokerError(code, what);
    }
  }

  private owner(): { transactionalId: string; producerId: string; producerEpoch: number } {
    const { producerId, epoch } = this.producer;
    return { transactionalId: this.transactionalId, producerId: String(producerId), producerEpoch: epoch };
  }
}

interface AddPartitionsAnswer {
  readonly errors: readonly { readonly partitionErrors: readonly { readonly errorCode: number }[] }[];
}

interface OffsetsAnswer {
  readonly topics: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[];
}

interface EndAnswer {
  readonly errorCode: number;
}

/** Groups by topic, as Kafka's requests want it. */
function byTopic<P extends { readonly topic: string }, T>(
  each: readonly P[], partitionOf: (item: P) => T,
): { topic: string; partitions: T[] }[] {
  const topics = new Map<string, T[]>();
  for (const item of each) {
    const partitions = topics.get(item.topic);
    if (partitions === undefined) topics.set(item.topic, [partitionOf(item)]);
    else partitions.push(partitionOf(item));
  }
  return Array.from(topics, ([topic, partitions]) => ({ topic, partitions }));
}

/** Of several partitions' errors the one that decides: the others are often only OPERATION_NOT_ATTEMPTED. */
function firstError(each: readonly { readonly errorCode: number }[]): number {
  const codes = each.map((one) => one.errorCode).filter((code) => code !== errorCode.none);
  return codes.find((code) => code !== OPERATION_NOT_ATTEMPTED) ?? codes[0] ?? errorCode.none;
}

function isFenced(error: unknown): boolean {
  return error instanceof BrokerError && FENCED.has(error.code);
}

const FENCED: ReadonlySet<number> = new Set([
  errorCode.producerFenced, errorCode.invalidProducerEpoch, errorCode.invalidProducerIdMapping,
]);
const PASSING: ReadonlySet<number> = new Set([
  errorCode.concurrentTransactions, errorCode.unknownTopicOrPartition, errorCode.unknownServerError,
]);
const OPERATION_NOT_ATTEMPTED = 55;
const ADD_VERSION = 1;
const OFFSETS_VERSION = 1;
const END_VERSION = 1;
const CLAIM_MS = 30_000;
/** Less than the transaction timeout: a commit that takes longer would be aborted by the broker anyway. */
const COMMIT_MS = 12_000;
const CONCURRENT_MS = 5;
const CONCURRENT_MAX_MS = 20;
