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
    name: 'bomfri_webhook_attempts_total', help: 'Attempts to deliver a record, by what came of them.', labelNames: ['webhook', 'outcome'], registers,
  });
  const tasks = new Map<number, { readonly atMs: number; readonly streams: readonly Stream[] }>();
  const gauge = (name: string, help: string, valueOf: (stream: Stream) => number): Gauge => new Gauge({
    name, help, labelNames: ['webhook'], registers,
    collect() {
      this.reset();
      for (const { atMs, streams } of tasks.values()) {
        if (performance.now() - atMs > TOLD_FOR_MS) continue;
        for (const stream of streams) this.inc({ webhook: stream.endpointId }, valueOf(stream));
      }
    },
  });
  gauge('bomfri_webhook_parked', 'Records set aside because the endpoint could not take them, and those waiting behind them: alert on more than 0.',
    ({ parked }) => parked.length);
  gauge('bomfri_webhook_failing', 'Partitions whose next record the endpoint did not take at the last attempt.', ({ failures }) => Number(failures > 0));
  gauge('bomfri_webhook_disabled', 'Partitions in which the endpoint is sent nothing until it is enabled: alert on more than 0.',
    ({ disabledAt }) => Number(disabledAt !== null));
  return {
    attempted(webhook, answer) {
      attempts.inc({ webhook, outcome: answer.kind === 'failed' ? answer.problem : answer.kind });
    },
    told: (task, streams) => void tasks.set(task, { atMs: performance.now(), streams }),
  };
}
