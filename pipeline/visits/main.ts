import { Counter } from 'prom-client';
import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { visitsStage } from './stage.ts';

/** The process that makes visits of reads. */
export function main(): Promise<never> {
  return runService('visits', localPort('visitsAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-visits', logger });
    const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
    const ignoredReads = new Counter({
      name: 'bomfri_visits_ignored_reads_total',
      help: 'Reads that changed nothing: repeated ones. Work done again counts again.',
      labelNames: ['why'],
      registers: [metrics],
    });
    const running = await runStage({
      stage: visitsStage({ ids, garages, ignored: (why) => ignoredReads.inc({ why }) }),
      log,
      observer: engineObserver(metrics, 'visits'),
      logger,
    });
    return {
      async stop() {
        await running.stop();
        await garages.close();
        await log.close();
      },
      failed: running.failed,
    };
  });
}
