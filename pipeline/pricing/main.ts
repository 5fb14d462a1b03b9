import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { pricingStage } from './stage.ts';

/** The process that prices visits. */
export function main(): Promise<never> {
  return runService('pricing', localPort('pricingAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-pricing', logger });
    const [garages, accounts, permits, owners] = await Promise.all([
      openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger }),
      openGlobalTable({ log, topic: topics.accounts.name, codec: openCodec('Account', ids), logger }),
      openGlobalTable({ log, topic: topics.permits.name, codec: openCodec('Permit', ids), logger }),
      openGlobalTable({ log, topic: topics.owners.name, codec: openCodec('VehicleOwner', ids), logger }),
    ]);
    const running = await runStage({
      stage: pricingStage({ ids, garages, accounts, permits, owners, serviceZone: config.serviceZone }),
      log,
      observer: engineObserver(metrics, 'pricing'),
      logger,
    });
    return {
      async stop() {
        await running.stop();
        await Promise.all([garages.close(), accounts.close(), permits.close(), owners.close()]);
        await log.close();
      },
      failed: running.failed,
    };
  });
}
