import { partitionCounts, type Topic } from './topics.ts';

/** A topic as Kafka is asked for it. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
  /** Kafka's own names and texts. */
  readonly settings: Readonly<Record<string, string>>;
}

/** @param replication copies of each record; three and more survive the loss of one without stopping */
export function planOf(topic: Topic, replication: number): TopicPlan {
  return {
    name: topic.name,
    partitions: partitionCounts[topic.group],
    replication,
    settings: {
      'cleanup.policy': topic.cleanup,
      'min.insync.replicas': String(replication >= 3 ? 2 : 1),
      // Whatever a camera fleet's client compresses with, our readers need no codec for it.
      'compression.type': 'uncompressed',
      ...(topic.cleanup === 'compact' ? COMPACTED : { 'retention.ms': String(topic.retentionMs) }),
      ...(topic.goneAfterMs === undefined ? {} : { 'max.compaction.lag.ms': String(topic.goneAfterMs) }),
    },
  };
}

/** Settings that `topics apply` changes where they differ: they take away nothing that is in force. */
const CHANGED_IN_PLACE = ['max.compaction.lag.ms'];

/** Of the settings that differ those that are changed in place. */
export function changesInPlace(plan: TopicPlan, present: TopicPlan): Record<string, string> {
  return Object.fromEntries(Object.entries(plan.settings)
    .filter(([name, value]) => CHANGED_IN_PLACE.includes(name) && present.settings[name] !== value));
}

/** What differs between a topic and its plan, one sentence each. */
export function differences(plan: TopicPlan, present: TopicPlan): string[] {
  const found: string[] = [];
  if (present.partitions !== plan.partitions) {
    found.push(
      `${plan.name} has ${present.partitions} partitions, not ${plan.partitions}: a count never changes in place, ` +
        'for keys would move; make a new topic and replay into it',
    );
  }
  if (present.replication !== plan.replication) {
    found.push(`${plan.name} has ${present.replication} replicas, not ${plan.replication}`);
  }
  for (const [name, value] of Object.entries(plan.settings)) {
    const actual = present.settings[name];
    if (actual !== value) found.push(`${plan.name}: ${name} is ${actual ?? 'not set'}, not ${value}`);
  }
  return found;
}

/**
 * Fit for a changelog, where one key is written again and again: small segments, closed within the hour and cleaned
 * when a fifth is stale, so that a restore reads little more than the state. Tombstones stay for a day, longer than
 * any restore takes.
 */
const COMPACTED = {
  'segment.bytes': String(64 * 1024 * 1024),
  'segment.ms': '3600000',
  'min.cleanable.dirty.ratio': '0.2',
  'delete.retention.ms': '86400000',
};
