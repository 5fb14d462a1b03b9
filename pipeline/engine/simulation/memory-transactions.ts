import { FencedError, type CommitOffset } from '../log.ts';

const TRANSACTION_TIMEOUT_MS = 15_000;

/** What a producer has written and not yet ended. */
export interface OpenTransaction {
  readonly openedMs: number;
  /** Keys of the partitions taking part. */
  readonly partitions: Set<string>;
  readonly offsets: { readonly group: string; readonly at: CommitOffset }[];
  /** Decided, markers being written; null: not decided. */
  outcome: 'commit' | 'abort' | null;
}

/** One transactional id, as the transaction coordinator knows it. */
export class MemoryProducer {
  readonly producerId: number;
  /** Only the holder of the newest epoch may write. */
  epoch = 0;
  transaction: OpenTransaction | null = null;

  constructor(producerId: number) {
    this.producerId = producerId;
  }

  /** @throws {FencedError} a newer epoch exists */
  check(epoch: number): void {
    if (epoch !== this.epoch) throw new FencedError(`producer ${this.producerId} has a newer epoch than ${epoch}`);
  }

  begin(nowMs: number): OpenTransaction {
    this.transaction ??= { openedMs: nowMs, partitions: new Set(), offsets: [], outcome: null };
    return this.transaction;
  }

  /** When the coordinator aborts an undecided transaction by itself. */
  get timeoutMs(): number {
    return this.transaction?.outcome === null ? this.transaction.openedMs + TRANSACTION_TIMEOUT_MS : Infinity;
  }
}
