import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { sightingsStage } from './sightings-stage.ts';
import { twoPlacesStage } from './two-places-stage.ts';

/** The process that looks for plates in two places: both stages, for neither has much to do. */
export function main(): Promise<never> {
  return runService('sightings', localPort('sightingsAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-sightings', logger });
    const stages = [sightingsStage({ ids }), twoPlacesStage({ ids })];
    const running = await Promise.all(stages.map((stage) =>
      runStage({ stage, log, observer: engineObserver(metrics, stage.name), logger })));
    return {
      async stop() {
        await Promise.all(running.map((each) => each.stop()));
        await log.close();
      },
      failed: Promise.race(running.map(({ failed }) => failed)),
    };
  });
}
