import { Counter, Gauge, type Registry } from 'prom-client';
import type { DeliveriesObserver } from './deliveries.ts';
import type { Stream } from './stream.ts';

export interface WebhookMetrics extends DeliveriesObserver {
  told(task: number, streams: Iterable<Stream>): void;
}

/** What an endpoint's fate is known by. Labels hold its id, never its address. */
export function webhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'bomfri_webhook_attempts_total', help: 'Attempts to deliver a record, by what came of them.', labelNames: ['webhook', 'outcome'], registers,
  });
  const gauges = {
    parked: new Gauge({
      name: 'bomfri_webhook_parked', help: 'Records set aside because the endpoint could not take them, and those waiting behind them.',
      labelNames: ['webhook'], registers,
    }),
    failing: new Gauge({
      name: 'bomfri_webhook_failing', help: "Partitions whose next record the endpoint did not take at the last attempt.", labelNames: ['webhook'], registers,
    }),
    disabled: new Gauge({
      name: 'bomfri_webhook_disabled', help: 'Partitions in which the endpoint is sent nothing until it is enabled: alert on more than 0.',
      labelNames: ['webhook'], registers,
    }),
  };
  const streamsOf = new Map<number, readonly Stream[]>();
  return {
    attempted(webhook, answer) {
      attempts.inc({ webhook, outcome: answer.kind === 'failed' ? answer.problem : answer.kind });
    },
    told(task, streams) {
      streamsOf.set(task, [...streams]);
      for (const gauge of Object.values(gauges)) gauge.reset();
      for (const { endpointId: webhook, parked, failures, disabledAt } of [...streamsOf.values()].flat()) {
        gauges.parked.inc({ webhook }, parked.length);
        gauges.failing.inc({ webhook }, Number(failures > 0));
        gauges.disabled.inc({ webhook }, Number(disabledAt !== null));
      }
    },
  };
}
