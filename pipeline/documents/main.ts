import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { documentsStage } from './stage.ts';

/** The process that numbers sales documents. */
export function main(): Promise<never> {
  return runService('documents', localPort('documentsAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-documents', logger });
    const running = await runStage({
      stage: documentsStage({ ids }), log, observer: engineObserver(metrics, 'documents'), logger,
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
