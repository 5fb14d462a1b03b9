import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveriesObserver } from './deliveries.ts';
import type { Stream } from './stream.ts';

export interface WebhookMetrics extends DeliveriesObserver {
  /** Of a task, several times a second while it is ours. */
  told(task: number, streams: readonly Stream[]): void;
}

/** A task that was not told of for so long has gone to another process, which tells of it. */
const TOLD_FOR_MS = 10_000;

/** What an endpoint's fate is known by. Labels hold its id, never its address. */
export function webhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'bomfri_webhook_attempts_total', help: 'Attempts to deliver a record, by what came of them.',
    labelNames: ['webhook', 'outcome'], registers,
  });
  const tasks = new Map<number, { readonly atMs: number; readonly streams: readonly Stream[] }>();
  const sumOf = (valueOf: (stream: Stream) => number) => function collect(this: Gauge): void {
    this.reset();
    for (const { atMs, streams } of tasks.values()) {
      if (performance.now() - atMs > TOLD_FOR_MS) continue;
      for (const stream of streams) this.inc({ webhook: stream.endpointId }, valueOf(stream));
    }
  };
  new Gauge({
    name: 'bomfri_webhook_parked',
    help: 'Records set aside because the endpoint could not take them, and those waiting behind them.',
    labelNames: ['webhook'], registers, collect: sumOf(({ parked }) => parked.length),
  });
  new Gauge({
    name: 'bomfri_webhook_failing', help: 'Partitions whose next record the endpoint did not take at the last attempt.',
    labelNames: ['webhook'], registers, collect: sumOf(({ failures }) => Number(failures > 0)),
  });
  new Gauge({
    name: 'bomfri_webhook_disabled', help: 'Partitions in which the endpoint is sent nothing until it is enabled.',
    labelNames: ['webhook'], registers, collect: sumOf(({ disabledAt }) => Number(disabledAt !== null)),
  });
  return {
    attempted(webhook, answer) {
      attempts.inc({ webhook, outcome: answer.kind === 'failed' ? answer.problem : answer.kind });
    },
    told: (task, streams) => void tasks.set(task, { atMs: performance.now(), streams }),
  };
}
