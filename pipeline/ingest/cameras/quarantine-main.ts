import { Counter } from 'prom-client';
import { topics } from '../../../topics/topics.ts';
import { openGlobalTable } from '../../engine/global-table.ts';
import { runStage } from '../../engine/runner.ts';
import { openKafkaLog } from '../../kafka/kafka-log.ts';
import { openCodec } from '../../records/codec.ts';
import { openRegistry } from '../../records/registry.ts';
import { localPort } from '../../service/config.ts';
import { engineObserver } from '../../service/engine-metrics.ts';
import { runService } from '../../service/process.ts';
import { quarantineStage } from './quarantine-stage.ts';

/** The process that holds the events of unknown cameras; how many, `bomfri_state_keys{stage="quarantine"}` tells. */
export function main(): Promise<never> {
  return runService('quarantine', localPort('quarantineAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-quarantine', logger });
    const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
    const ended = new Counter({
      name: 'bomfri_quarantine_ended_events_total',
      help: 'Events held for unknown cameras that wait no more. Work done again counts again.',
      labelNames: ['how'], registers: [metrics],
    });
    const running = await runStage({
      stage: quarantineStage({ ids, garages, ended: (how) => ended.inc({ how }) }),
      log,
      observer: engineObserver(metrics, 'quarantine'),
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
