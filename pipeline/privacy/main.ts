import { systemClock } from '../engine/clock.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { runService } from '../service/process.ts';
import { openClickHouse } from '../warehouse/clickhouse.ts';
import { runKeeper } from './keeper.ts';
import { overduePlates } from './plates.ts';
import { anonymiseOnce } from './round.ts';

/** The process that anonymises what is past its time, once a day. */
export function main(): Promise<never> {
  return runService('privacy', localPort('privacyAdmin'), async ({ config, logger, metrics, setReady }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-privacy', logger });
    const client = openClickHouse(config.clickhouseUrl);
    const keeper = runKeeper({
      round: (now, told, signal) => anonymiseOnce({ client, log, ids, logger, signal }, now, told),
      overdue: (now) => overduePlates(client, now),
      logger, metrics, setReady, clock: systemClock,
    });
    return {
      async stop() {
        await keeper.stop();
        await Promise.all([log.close(), client.close()]);
      },
      failed: new Promise(() => {}),
    };
  });
}
