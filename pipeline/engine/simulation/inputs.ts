import type { OutRecord, TopicPartition } from '../log.ts';
import type { MemoryCluster } from './memory-log.ts';
import type { Random } from './random.ts';

/** Records for one input partition, in order. */
export interface PlannedInput extends TopicPartition {
  readonly records: readonly OutRecord[];
}

/**
 * Writes the planned records bit by bit, as upstream writers do that have troubles of their own: in transactions that
 * stay open for a while, between records of transactions that will be aborted, in another order than they began.
 */
export class Feed {
  private readonly cluster: MemoryCluster;
  private readonly random: Random;
  private readonly left: { readonly at: TopicPartition; readonly records: OutRecord[] }[];
  private readonly open: OpenInput[] = [];
  private producerIds = 0;

  constructor(cluster: MemoryCluster, planned: readonly PlannedInput[]) {
    this.cluster = cluster;
    this.random = cluster.schedule.random;
    this.left = planned.map(({ topic, partition, records }) => ({ at: { topic, partition }, records: [...records] }));
  }

  get isOver(): boolean {
    return this.left.length === 0 && this.open.length === 0;
  }

  /** Writes a few records, or ends a transaction. */
  step(): void {
    const ends = this.open.length > 0 && (this.left.length === 0 || this.random.chance(0.4));
    if (ends) this.end();
    else if (this.left.length > 0) this.write();
  }

  all(): void {
    while (!this.isOver) this.step();
  }

  private end(): void {
    const [ending] = this.open.splice(this.random.below(this.open.length), 1);
    const { at, producerId, outcome } = ending!;
    this.cluster.partition(at).mark(producerId, outcome);
  }

  private write(): void {
    const source = this.random.pick(this.left);
    const { at, records } = source;
    const partition = this.cluster.partition(at);
    if (this.random.chance(0.25)) {
      partition.append([DISCARDED, DISCARDED].slice(this.random.below(2)), this.begin(at, 'abort'));
      return;
    }
    const batch = records.splice(0, this.random.between(1, 6));
    partition.append(batch, this.random.chance(0.3) ? this.begin(at, 'commit') : null);
    if (records.length === 0) this.left.splice(this.left.indexOf(source), 1);
  }

  private begin(at: TopicPartition, outcome: 'commit' | 'abort'): number {
    this.producerIds += 1;
    this.open.push({ at, producerId: this.producerIds, outcome });
    return this.producerIds;
  }
}

interface OpenInput {
  readonly at: TopicPartition;
  readonly producerId: number;
  readonly outcome: 'commit' | 'abort';
}

/** Written in transactions that will be aborted: whoever takes it gives himself away. */
const DISCARDED: OutRecord = { key: Buffer.from('never'), value: Buffer.from('1000000'), timestamp: 0 };
