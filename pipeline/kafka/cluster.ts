import type { TopicPartition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import {
  BrokerError, check, errorCode, isConnectionError, isCoordinatorMoved, LogClosedError, LogUnavailableError,
} from './broker-error.ts';
import { createConnection, kafkajsRequest, type Connection } from './kafkajs.ts';
import { Lane } from './lane.ts';

/** The part of pino that is used here. */
export interface KafkaLogger {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface KafkaOptions {
  /** host:port of brokers to ask first; the others are learned from them. */
  readonly brokers: readonly string[];
  /** Names the process in the broker's logs and quotas. */
  readonly clientId: string;
  readonly logger: KafkaLogger;
}

/** What leads and coordinates where, and the way there. */
export class Cluster {
  private readonly bootstrap: readonly Address[];
  private readonly clientId: string;
  private readonly logger: KafkaLogger;
  /** Metadata, coordinators, offsets: short questions that share one lane. */
  readonly questions: Lane;
  private readonly lanes = new Set<Lane>();
  private brokers = new Map<number, Address>();
  private readonly topics = new Map<string, readonly PartitionMetadata[]>();
  private readonly coordinators = new Map<string, number>();
  private readonly wanted = new Set<string>();
  private refreshing: Promise<void> = Promise.resolve();
  /** The one that has not begun. */
  private nextRefresh: Promise<void> | null = null;
  private seedLane: Lane | null = null;
  private toldAwayAt = -Infinity;
  private closed = false;

  constructor({ brokers, clientId, logger }: KafkaOptions) {
    this.bootstrap = brokers.map(addressOf);
    this.clientId = clientId;
    this.logger = logger;
    this.questions = this.openLane();
  }

  openLane(): Lane {
    const lane = new Lane((nodeId) => {
      const address = this.brokers.get(nodeId);
      if (address === undefined) throw new LogUnavailableError(`broker ${nodeId} is not known`);
      return this.connection(address);
    });
    this.lanes.add(lane);
    return lane;
  }

  async closeLane(lane: Lane): Promise<void> {
    this.lanes.delete(lane);
    await lane.close();
  }

  /** Node id of the partition's leader as last told. @throws {BrokerError} no such partition, or no leader for now */
  async leaderOf({ topic, partition }: TopicPartition): Promise<number> {
    const leader = (await this.partitionsOf(topic))[partition]?.leader;
    if (leader === undefined) throw new BrokerError(errorCode.unknownTopicOrPartition, `${topic}[${partition}]`);
    if (leader < 0) throw new BrokerError(errorCode.leaderNotAvailable, `${topic}[${partition}]`);
    return leader;
  }

  /** @throws {BrokerError} no such topic */
  async partitionCount(topic: string): Promise<number> {
    return (await this.partitionsOf(topic)).length;
  }

  /** Node ids of each partition's replicas as last told; undefined: no such topic. */
  replicasOf(topic: string): readonly (readonly number[])[] | undefined {
    return this.topics.get(topic)?.map(({ replicas }) => replicas);
  }

  private async partitionsOf(topic: string): Promise<readonly PartitionMetadata[]> {
    if (!this.topics.has(topic)) await this.refresh([topic]);
    const partitions = this.topics.get(topic);
    if (partitions === undefined) throw new BrokerError(errorCode.unknownTopicOrPartition, topic);
    return partitions;
  }

  /** Forgets what is known of the topics, so that the next question asks the brokers again. */
  forgetTopics(topics: Iterable<string>): void {
    for (const topic of topics) this.topics.delete(topic);
  }

  /** Node id of the group's or transactional id's coordinator. */
  async coordinatorOf(kind: 'group' | 'transaction', key: string): Promise<number> {
    const known = this.coordinators.get(`${kind} ${key}`);
    if (known !== undefined) return known;
    if (this.brokers.size === 0) await this.refresh([]);
    const answer = await this.askAny((nodeId) =>
      this.questions.send(nodeId, kafkajsRequest<CoordinatorAnswer>('GroupCoordinator', COORDINATOR_VERSION, {
        groupId: key,
        coordinatorType: kind === 'group' ? 0 : 1,
      })),
    );
    check(answer.errorCode, `looking for the coordinator of ${kind} ${key}`);
    const { nodeId, host, port } = answer.coordinator;
    this.brokers.set(nodeId, { host, port });
    this.coordinators.set(`${kind} ${key}`, nodeId);
    return nodeId;
  }

  forgetCoordinator(kind: 'group' | 'transaction', key: string): void {
    this.coordinators.delete(`${kind} ${key}`);
  }

  /**
   * Asks a coordinator, and again with a short back-off when it has moved, is loading, or can't be reached. Only for
   * requests that may safely arrive twice.
   * @param errorOf the error code in the answer
   */
  async askCoordinator<T>(
    kind: 'group' | 'transaction', key: string, deadline: number, ask: (nodeId: number) => Promise<T>,
    errorOf: (answer: T) => number,
  ): Promise<T> {
    const pause = backOff(COORDINATOR_RETRY_MS, COORDINATOR_RETRY_MAX_MS, deadline);
    for (;;) {
      let problem: unknown;
      try {
        const answer = await ask(await this.coordinatorOf(kind, key));
        const code = errorOf(answer);
        if (!isCoordinatorMoved(code)) return answer;
        problem = new BrokerError(code, `${kind} ${key}`);
      } catch (error) {
        const moved = error instanceof BrokerError && isCoordinatorMoved(error.code);
        if (!moved && !isConnectionError(error)) throw error;
        problem = error;
      }
      this.forgetCoordinator(kind, key);
      if (!(await pause.wait())) throw problem;
    }
  }

  /** A request that any broker can answer, a second one if the first can't be reached. */
  async askAny<T>(ask: (nodeId: number) => Promise<T>): Promise<T> {
    if (this.brokers.size === 0) await this.refresh([]);
    let problem: unknown;
    for (const nodeId of this.brokers.keys()) {
      try {
        return await ask(nodeId);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        problem = error;
      }
    }
    throw new LogUnavailableError(`no broker answers (${(problem as Error | undefined)?.message ?? 'none is known'})`);
  }

  /** Leaders anew for these topics and all that are known. Calls that come while one is under way share the next. */
  refresh(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.wanted.add(topic);
    this.nextRefresh ??= this.refreshAfter(this.refreshing);
    return this.nextRefresh;
  }

  private async refreshAfter(former: Promise<void>): Promise<void> {
    await former.catch(() => {});
    this.refreshing = this.nextRefresh!;
    this.nextRefresh = null;
    const topics = new Set([...this.wanted, ...this.topics.keys()]);
    this.wanted.clear();
    await this.readMetadata([...topics]);
  }

  private async readMetadata(topics: readonly string[]): Promise<void> {
    // Version 6 reads "no topics" as "all topics": ask for a name that no topic can have instead.
    const request = kafkajsRequest<MetadataAnswer>('Metadata', METADATA_VERSION, {
      topics: topics.length === 0 ? [NO_TOPIC] : topics,
      allowAutoTopicCreation: false,
    });
    const answer = await this.askBootstrapOrKnown((lane, nodeId) => lane.send(nodeId, request));
    this.brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    for (const { topic, topicErrorCode, partitionMetadata } of answer.topicMetadata) {
      if (topicErrorCode !== errorCode.none) this.topics.delete(topic);
      else this.topics.set(topic, partitionMetadata.toSorted((a, b) => a.partitionId - b.partitionId));
    }
  }

  private async askBootstrapOrKnown<T>(ask: (lane: Lane, nodeId: number) => Promise<T>): Promise<T> {
    try {
      if (this.brokers.size > 0) return await this.askAny((nodeId) => ask(this.questions, nodeId));
    } catch (error) {
      if (!isConnectionError(error)) throw error;
    }
    this.seedLane ??= new Lane((index) => this.connection(this.bootstrap[index]!));
    let problem: unknown;
    for (let index = 0; index < this.bootstrap.length; index += 1) {
      try {
        return await ask(this.seedLane, index);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        problem = error;
      }
    }
    const names = this.bootstrap.map(({ host, port }) => `${host}:${port}`).join(', ');
    const error = new LogUnavailableError(`no Kafka broker answers at ${names} (${(problem as Error).message})`);
    if (performance.now() - this.toldAwayAt > TELL_AWAY_MS) {
      this.toldAwayAt = performance.now();
      this.logger.warn({ clientId: this.clientId }, error.message);
    }
    throw error;
  }

  private connection({ host, port }: Address): Connection {
    if (this.closed) throw new LogClosedError();
    // All of what kafkajs logs as an error comes back as a rejection and is told, if at all, by who handles it.
    return createConnection(host, port, this.clientId, REQUEST_TIMEOUT_MS, CONNECT_TIMEOUT_MS, ({ namespace, log }) =>
      this.logger.debug({ namespace, broker: log.broker }, log.message),
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    const lanes = [...this.lanes, ...(this.seedLane ? [this.seedLane] : [])];
    this.lanes.clear();
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

interface MetadataAnswer {
  readonly brokers: readonly { nodeId: number; host: string; port: number }[];
  readonly topicMetadata: readonly {
    topic: string;
    topicErrorCode: number;
    partitionMetadata: readonly PartitionMetadata[];
  }[];
}

interface PartitionMetadata {
  readonly partitionId: number;
  /** -1: none for now. */
  readonly leader: number;
  readonly replicas: readonly number[];
}

interface CoordinatorAnswer {
  readonly errorCode: number;
  readonly coordinator: { nodeId: number; host: string; port: number };
}

function addressOf(broker: string): Address {
  const colon = broker.lastIndexOf(':');
  return { host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) };
}

const METADATA_VERSION = 6;
const COORDINATOR_VERSION = 2;
const NO_TOPIC = ' ';
/** Requests that wait by design (fetch, join) name their own. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const TELL_AWAY_MS = 5_000;
const COORDINATOR_RETRY_MS = 10;
const COORDINATOR_RETRY_MAX_MS = 500;
