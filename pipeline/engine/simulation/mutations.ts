import { createRequire } from 'node:module';
import type { Log, Transaction, TransactionalWriter } from '../log.ts';
import type { ReadCommittedFilter } from './memory-partition.ts';

/** Mistakes that the simulation must find. None of them is possible by any switch in the engine itself. */

/** Transactions that carry no offsets. */
export function withoutOffsets(log: Log): Log {
  return derived(log, {
    async claim(transactionalId) {
      const writer = await log.claim(transactionalId);
      return {
        commit: (transaction) => writer.commit({ ...transaction, offsets: [] }),
        close: () => writer.close(),
      };
    },
  });
}

/** The former owner is fenced only by the first transaction, when all has been restored. */
export function restoringBeforeFencing(log: Log): Log {
  return derived(log, { claim: async (transactionalId) => new LateClaim(log, transactionalId) });
}

/** What an answer leaves out is taken to be read to its end. */
export function endingTooEarly(log: Log): Log {
  return derived(log, {
    async fetch(positions, maxWaitMs) {
      const answered = await log.fetch(positions, maxWaitMs);
      const leftOut = positions.filter(({ topic, partition }) => (
        !answered.some((batch) => batch.topic === topic && batch.partition === partition)
      ));
      return [...answered, ...leftOut.map((at) => ({ ...at, records: [], next: at.from, start: 0, stable: at.from }))];
    },
  });
}

class LateClaim implements TransactionalWriter {
  private readonly log: Log;
  private readonly transactionalId: string;
  private writer: TransactionalWriter | null = null;

  constructor(log: Log, transactionalId: string) {
    this.log = log;
    this.transactionalId = transactionalId;
  }

  async commit(transaction: Transaction): Promise<void> {
    this.writer ??= await this.log.claim(this.transactionalId);
    await this.writer.commit(transaction);
  }

  async close(): Promise<void> {
    await this.writer?.close();
  }
}

/** kafkajs's own filter, as it is in the package: imported here, outside of pipeline/kafka, because it is the mistake. */
export const unpatchedFilter: ReadCommittedFilter = (batches, aborted) => {
  const messages = batches.flatMap(({ records, producerId, isTransactional, isControl }) => {
    const batchContext = { producerId: String(producerId), inTransaction: isTransactional, isControlBatch: isControl };
    return records.map((record) => ({ key: record.key, offset: String(record.offset), batchContext, record }));
  });
  const abortedTransactions = aborted.map(({ producerId, firstOffset }) => (
    { producerId: String(producerId), firstOffset: String(firstOffset) }
  ));
  return filterAbortedMessages({ messages, abortedTransactions })
    .filter(({ batchContext }) => !batchContext.isControlBatch)
    .map(({ record }) => record);
};

interface Message {
  readonly key: Buffer | null;
  readonly offset: string;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean; readonly isControlBatch: boolean };
  readonly record: ReturnType<ReadCommittedFilter>[number];
}

const filterAbortedMessages: (fetched: {
  messages: Message[];
  abortedTransactions: { producerId: string; firstOffset: string }[];
}) => Message[] = createRequire(import.meta.url)('kafkajs/src/consumer/filterAbortedMessages');

/** The log with some calls replaced. */
function derived(log: Log, replaced: Partial<Log>): Log {
  return Object.assign(Object.create(log) as Log, replaced);
}
