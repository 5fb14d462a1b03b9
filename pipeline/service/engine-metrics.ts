import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { EngineObserver } from '../engine/observer.ts';

/** What the engine tells about a stage, as Prometheus metrics. Several stages may share a registry. */
export function engineObserver(registry: Registry, stage: string): EngineObserver {
  const metrics = metricsOf(registry);
  const lagsTold = new Map<string, { topic: string; partition: number }>();
  const statesTold = new Set<number>();
  return {
    tasksOwned(count) {
      metrics.tasksOwned.set({ stage }, count);
      // What was told of a task that went elsewhere would stand still here for ever.
      for (const of of lagsTold.values()) metrics.lag.remove({ stage, ...of });
      for (const task of statesTold) metrics.stateKeys.remove({ stage, task });
      lagsTold.clear();
      statesTold.clear();
    },
    claimed(task, restoredKeys, durationMs) {
      metrics.claimDuration.observe({ stage }, durationMs / 1000);
      metrics.restoredKeys.inc({ stage }, restoredKeys);
      this.stateKeys(task, restoredKeys);
    },
    committed(_task, inputRecords, outputRecords, durationMs, commitMs) {
      metrics.transactionDuration.observe({ stage }, durationMs / 1000);
      metrics.commitDuration.observe({ stage }, commitMs / 1000);
      metrics.transactionRecords.observe({ stage }, inputRecords);
      metrics.inputRecords.inc({ stage }, inputRecords);
      metrics.outputRecords.inc({ stage }, outputRecords);
    },
    interrupted(_task, reason) {
      metrics.interruptions.inc({ stage, reason });
    },
    deadLetter(reason) {
      metrics.deadLetters.inc({ stage, reason });
    },
    lag(topic, partition, seconds) {
      lagsTold.set(`${topic} ${partition}`, { topic, partition });
      metrics.lag.set({ stage, topic, partition }, seconds);
    },
    stateKeys(task, keys) {
      statesTold.add(task);
      metrics.stateKeys.set({ stage, task }, keys);
    },
  };
}

type EngineMetrics = ReturnType<typeof newMetrics>;

const perRegistry = new WeakMap<Registry, EngineMetrics>();

function metricsOf(registry: Registry): EngineMetrics {
  let metrics = perRegistry.get(registry);
  if (metrics === undefined) {
    metrics = newMetrics(registry);
    perRegistry.set(registry, metrics);
  }
  return metrics;
}

const DURATION_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15];

function newMetrics(registry: Registry) {
  const registers = [registry];
  return {
    tasksOwned: new Gauge({
      name: 'bomfri_tasks_owned', help: 'Tasks that this process owns, claimed or about to be.',
      labelNames: ['stage'], registers,
    }),
    lag: new Gauge({
      name: 'bomfri_lag_seconds',
      help: 'How far this process is behind the end of an input partition; 0 when read to its end.',
      labelNames: ['stage', 'topic', 'partition'], registers,
    }),
    stateKeys: new Gauge({
      name: 'bomfri_state_keys', help: 'Keys in the state of a task.', labelNames: ['stage', 'task'], registers,
    }),
    inputRecords: new Counter({
      name: 'bomfri_input_records_total',
      help: 'Records read in committed transactions.', labelNames: ['stage'], registers,
    }),
    outputRecords: new Counter({
      name: 'bomfri_output_records_total', help: 'Records written in committed transactions, changelog included.',
      labelNames: ['stage'], registers,
    }),
    transactionRecords: new Histogram({
      name: 'bomfri_transaction_input_records', help: 'Records read in one transaction.',
      labelNames: ['stage'], buckets: [0, 1, 10, 100, 500, 1_000, 2_000, 4_000, 8_000, 16_000], registers,
    }),
    transactionDuration: new Histogram({
      name: 'bomfri_transaction_duration_seconds',
      help: 'From the first record of a transaction to the answer of its commit.',
      labelNames: ['stage'], buckets: DURATION_BUCKETS, registers,
    }),
    commitDuration: new Histogram({
      name: 'bomfri_transaction_commit_seconds', help: 'The part of a transaction that waited for the log.',
      labelNames: ['stage'], buckets: DURATION_BUCKETS, registers,
    }),
    claimDuration: new Histogram({
      name: 'bomfri_claim_duration_seconds', help: 'From the start of a claim (fence, restore, seek) to reading on.',
      labelNames: ['stage'], buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60], registers,
    }),
    restoredKeys: new Counter({
      name: 'bomfri_restored_keys_total',
      help: 'Keys of state restored from changelogs.', labelNames: ['stage'], registers,
    }),
    interruptions: new Counter({
      name: 'bomfri_task_interruptions_total',
      help: 'Times that a task lost its work and claimed again: fenced by a newer owner, or after an error.',
      labelNames: ['stage', 'reason'], registers,
    }),
    deadLetters: new Counter({
      name: 'bomfri_dead_letters_total', help: 'Records set aside as dead letters.',
      labelNames: ['stage', 'reason'], registers,
    }),
  };
}
