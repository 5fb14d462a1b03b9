import { Counter } from 'prom-client';
import { systemClock } from '../engine/clock.ts';
import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { callsFor } from './calls.ts';
import { openConfiguredGateway } from './configured-gateway.ts';
import { paymentsStage } from './stage.ts';

/** The process that has the gateway collect what is requested, each request at most once. */
export function main(): Promise<never> {
  return runService('payments', localPort('paymentsAdmin'), async ({ config, logger, metrics, stopping }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-payments', logger });
    const results = new Counter({
      name: 'bomfri_payment_results_total', help: 'Results of payment requests, by outcome.', labelNames: ['outcome'],
      registers: [metrics],
    });
    const newCalls = callsFor({ gateway: openConfiguredGateway(config), clock: systemClock, logger, stopping });
    const running = await runStage({
      stage: paymentsStage({ ids, newCalls, told: ({ outcome }) => results.inc({ outcome }) }),
      log, observer: engineObserver(metrics, 'payments'), logger,
    });
    return {
      async stop() {
        await running.stop();
        await log.close();
      },
      failed: running.failed,
    };
  });
}
