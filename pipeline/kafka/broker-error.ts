import { errorName } from './kafkajs.ts';

/** Kafka's error codes that something is done about. */
export const errorCode = {
  unknownServerError: -1,
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  networkException: 13,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  unknownMemberId: 25,
  rebalanceInProgress: 27,
  topicAlreadyExists: 36,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  invalidTransactionState: 48,
  invalidProducerIdMapping: 49,
  concurrentTransactions: 51,
  kafkaStorageError: 56,
  unknownProducerId: 59,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  memberIdRequired: 79,
  unstableOffsetCommit: 88,
  producerFenced: 90,
} as const;

/** A broker answered with an error code. */
export class BrokerError extends Error {
  override name = 'BrokerError';
  readonly code: number;
  constructor(code: number, what: string) {
    super(`${what}: the broker answered ${errorName(code)}`);
    this.code = code;
  }
}

/** No broker can be reached, or none answers in time. */
export class LogUnavailableError extends Error {
  override name = 'LogUnavailableError';
}

/** The log was closed by its owner; nothing will be answered any more. */
export class LogClosedError extends Error {
  override name = 'LogClosedError';
  constructor() {
    super('the connection to Kafka is closed');
  }
}

/** @throws {BrokerError} the code is not 0 */
export function check(code: number, what: string): void {
  if (code !== errorCode.none) throw new BrokerError(code, what);
}

/** The partition is led by another broker, or by none for now: look the leader up again. */
export function isLeaderMoved(code: number): boolean {
  return LEADER_MOVED.has(code);
}

/** The coordinator is another broker, or is still loading: look it up again. */
export function isCoordinatorMoved(code: number): boolean {
  return COORDINATOR_MOVED.has(code);
}

const LEADER_MOVED: ReadonlySet<number> = new Set([
  errorCode.unknownTopicOrPartition, errorCode.leaderNotAvailable, errorCode.notLeader, errorCode.networkException,
  errorCode.kafkaStorageError, errorCode.fencedLeaderEpoch, errorCode.unknownLeaderEpoch,
]);

const COORDINATOR_MOVED: ReadonlySet<number> = new Set([
  errorCode.coordinatorLoading, errorCode.coordinatorNotAvailable, errorCode.notCoordinator,
]);

/** Anything but a broker's answer is the connection's: refused, closed or silent for too long. */
export function isConnectionError(error: unknown): boolean {
  return error instanceof LogUnavailableError || (error instanceof Error && CONNECTION_ERRORS.has(error.name));
}

const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError',
]);

/** The broker has not answered in time. */
export function isSilent(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSRequestTimeoutError';
}
