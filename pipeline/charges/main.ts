import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { chargesMetrics } from './metrics.ts';
import { chargesStage } from './stage.ts';

/** The process that makes charges of billing lines. */
export function main(): Promise<never> {
  return runService('charges', localPort('chargesAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-charges', logger });
    const running = await runStage({
      stage: chargesStage({ ids, serviceZone: config.serviceZone, told: chargesMetrics(metrics) }),
      log, observer: engineObserver(metrics, 'charges'), logger,
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
