import { backOff } from './back-off.ts';
import { check, errorCode } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { kafkajsRequest } from './kafkajs.ts';
import type { Lane } from './lane.ts';
import type { Producer } from './record-batch.ts';

interface InitAnswer {
  readonly errorCode: number;
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * A new epoch of the transactional id: fences every former owner and settles what it left open. The broker answers
 * CONCURRENT_TRANSACTIONS until that is done, and is asked again.
 */
export async function claimProducer(
  cluster: Cluster, lane: Lane, transactionalId: string, deadline: number,
): Promise<Producer> {
  const pause = backOff(CONCURRENT_MS, CONCURRENT_MAX_MS, deadline);
  const request = init(transactionalId);
  for (;;) {
    const answer = await cluster.askCoordinator(
      'transaction', transactionalId, deadline, (nodeId) => lane.send(nodeId, request), (each) => each.errorCode,
    );
    const isSettling = answer.errorCode === errorCode.concurrentTransactions;
    if (!isSettling || !(await pause.wait())) return producerOf(answer, `claiming ${transactionalId}`, true);
  }
}

/** An id for plain idempotent writes. */
export async function newProducer(cluster: Cluster): Promise<Producer> {
  const answer = await cluster.askAny((nodeId) => cluster.questions.send(nodeId, init(null)));
  return producerOf(answer, 'asking for a producer id', false);
}

/** The sequence number `records` further on; it wraps within 31 bits. */
export function sequenceAfter(sequence: number, records: number): number {
  return (sequence + records) % 2 ** 31;
}

const init = (transactionalId: string | null) =>
  kafkajsRequest<InitAnswer>('InitProducerId', INIT_VERSION, { transactionalId, transactionTimeout: TRANSACTION_MS });

function producerOf(answer: InitAnswer, what: string, transactional: boolean): Producer {
  check(answer.errorCode, what);
  return { producerId: BigInt(answer.producerId), epoch: answer.producerEpoch, transactional };
}

const INIT_VERSION = 1;
/** After this the broker aborts what a dead owner left open, and its readers go on. */
const TRANSACTION_MS = 15_000;
const CONCURRENT_MS = 5;
const CONCURRENT_MAX_MS = 50;
