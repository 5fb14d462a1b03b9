import type { TopicPlan } from '../../topics/settings.ts';
import { backOff } from './back-off.ts';
import { readBounds } from './bounds.ts';
import { BrokerError, check, errorCode, isConnectionError, isLeaderMoved } from './broker-error.ts';
import { Cluster, type KafkaOptions } from './cluster.ts';
import { errorName, kafkajsRequest } from './kafkajs.ts';

export interface TopicAdmin {
  /** The planned topics that exist, as they are; of their settings those that the plan names. */
  describe(plans: readonly TopicPlan[]): Promise<Map<string, TopicPlan>>;
  /** Makes topics and answers when every partition can be used. One that another maker made meanwhile is left. */
  create(plans: readonly TopicPlan[]): Promise<void>;
  /** Sets these settings of a topic; whatever else was set for it stays. */
  set(topic: string, settings: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export function openTopicAdmin(options: KafkaOptions): TopicAdmin {
  const cluster = new Cluster(options);
  return {
    describe: (plans) => patiently(() => describe(cluster, plans)),
    async create(plans) {
      if (plans.length === 0) return;
      await patiently(() => create(cluster, plans));
      await untilUsable(cluster, plans);
    },
    set: (topic, settings) => patiently(() => set(cluster, topic, settings)),
    close: () => cluster.close(),
  };
}

async function describe(cluster: Cluster, plans: readonly TopicPlan[]): Promise<Map<string, TopicPlan>> {
  await cluster.refresh(plans.map(({ name }) => name));
  const present = new Map<string, TopicPlan>();
  for (const plan of plans) {
    const partitions = cluster.replicasOf(plan.name);
    if (partitions === undefined) continue;
    const settings = await describeSettings(cluster, plan);
    // The fewest, should partitions differ.
    const replication = Math.min(...partitions.map((replicas) => replicas.length));
    present.set(plan.name, { name: plan.name, partitions: partitions.length, replication, settings });
  }
  return present;
}

async function describeSettings(cluster: Cluster, plan: TopicPlan): Promise<Record<string, string>> {
  const request = kafkajsRequest<SettingsAnswer>('DescribeConfigs', DESCRIBE_VERSION, {
    resources: [{ type: TOPIC_RESOURCE, name: plan.name, configNames: Object.keys(plan.settings) }],
  });
  const { resources } = await cluster.askAny((nodeId) => cluster.questions.send(nodeId, request));
  const settings: Record<string, string> = {};
  for (const resource of resources) {
    check(resource.errorCode, `reading the settings of ${plan.name}`);
    for (const { configName, configValue } of resource.configEntries) settings[configName] = configValue;
  }
  return settings;
}

/** The request replaces all settings that a topic has of its own, so those that stay are sent along. No name asks for all. */
async function set(cluster: Cluster, topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const ask = kafkajsRequest<SettingsAnswer>('DescribeConfigs', DESCRIBE_VERSION, {
    resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: [] }],
  });
  const { resources: [present] } = await cluster.askAny((nodeId) => cluster.questions.send(nodeId, ask));
  check(present!.errorCode, `reading the settings of ${topic}`);
  const own = new Map(present!.configEntries.filter(({ configSource }) => configSource === OF_TOPIC)
    .map(({ configName, configValue }) => [configName, configValue]));
  for (const [name, value] of Object.entries(settings)) own.set(name, value);
  const change = kafkajsRequest<SetAnswer>('AlterConfigs', ALTER_VERSION, {
    resources: [{ type: TOPIC_RESOURCE, name: topic, configEntries: Array.from(own, ([name, value]) => ({ name, value })) }],
  });
  const { resources: [changed] } = await cluster.askAny((nodeId) => cluster.questions.send(nodeId, change));
  check(changed!.errorCode, `setting ${topic}`);
}

async function create(cluster: Cluster, plans: readonly TopicPlan[]): Promise<void> {
  const request = kafkajsRequest<CreateAnswer>('CreateTopics', CREATE_VERSION, {
    topics: plans.map(({ name, partitions, replication, settings }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
    })),
  });
  const { topicErrors } = await cluster.askAny((nodeId) => cluster.questions.send(nodeId, request));
  for (const { topic, errorCode: code, errorMessage } of topicErrors) {
    if (code === errorCode.none || code === errorCode.topicAlreadyExists) continue;
    throw new Error(`${topic} can't be made: ${errorMessage ?? errorName(code)}`);
  }
}

/**
 * A partition has a leader a moment before that broker has made its log. A transaction that comes in between is taken,
 * but its markers find no log, and Kafka 4.3 may try again only half a minute later.
 */
async function untilUsable(cluster: Cluster, plans: readonly TopicPlan[]): Promise<void> {
  const deadline = performance.now() + AWAY_MS;
  const partitions = plans.flatMap(({ name: topic, partitions: count }) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })));
  await Promise.all(partitions.map((at) => readBounds(cluster, at, deadline)));
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, performance.now() + AWAY_MS);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = isConnectionError(error) || (error instanceof BrokerError && isLeaderMoved(error.code));
      if (!isPassing || !(await pause.wait())) throw error;
    }
  }
}

interface SettingsAnswer {
  readonly resources: readonly {
    readonly errorCode: number;
    readonly configEntries: readonly { readonly configName: string; readonly configValue: string; readonly configSource: number }[];
  }[];
}

interface SetAnswer {
  readonly resources: readonly { readonly errorCode: number }[];
}

interface CreateAnswer {
  readonly topicErrors: readonly { topic: string; errorCode: number; errorMessage: string | null }[];
}

const DESCRIBE_VERSION = 2;
const CREATE_VERSION = 3;
const ALTER_VERSION = 1;
const TOPIC_RESOURCE = 2;
/** Set for this very topic. */
const OF_TOPIC = 1;
const AWAY_MS = 15_000;
const FIRST_RETRY_MS = 50;
const RETRY_MAX_MS = 1_000;
