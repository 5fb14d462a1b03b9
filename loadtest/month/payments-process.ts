import { systemClock } from '../../pipeline/engine/clock.ts';
import { unobserved } from '../../pipeline/engine/observer.ts';
import { runStage } from '../../pipeline/engine/runner.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { callsFor } from '../../pipeline/payments/calls.ts';
import { openConfiguredGateway } from '../../pipeline/payments/configured-gateway.ts';
import { paymentsStage } from '../../pipeline/payments/stage.ts';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { openLogger } from '../../pipeline/service/logging.ts';
import { renamedLog } from '../bench/renamed-log.ts';

/** The payments worker on the topics under a prefix, until it is killed. */
const prefix = process.argv[2]!;
const config = readConfig();
const logger = openLogger('month-payments', 'fatal');
const ids = await openRegistry(config.registryUrl);
const log = renamedLog(
  openKafkaLog({ brokers: config.brokers, clientId: 'month-payments', logger }),
  prefix,
  new Map(),
);
const newCalls = callsFor({
  gateway: openConfiguredGateway(config), clock: systemClock, logger, stopping: new AbortController().signal,
});
const running = await runStage({
  stage: paymentsStage({ ids, newCalls, told: () => {} }),
  log,
  observer: unobserved,
  logger,
});
throw await running.failed;
