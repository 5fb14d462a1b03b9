import { partitionCounts, topics } from '../../topics/topics.ts';
import { systemClock } from '../engine/clock.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { courier } from './courier.ts';
import { deliveriesFor } from './deliveries.ts';
import { openMessages, SOURCES } from './message.ts';
import { webhookMetrics } from './metrics.ts';
import { openSecretBox } from './secrets.ts';
import { openSender } from './sender.ts';
import { webhooksStage } from './stage.ts';
import { openTails } from './tails.ts';
import { webhookKey } from './webhook-key.ts';

/** The process that tells operators' endpoints of their lines, charges and documents. */
export function main(): Promise<never> {
  return runService('webhooks', localPort('webhooksAdmin'), async ({ config, logger, metrics, stopping }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-webhooks', logger });
    // A task delivers the partition of its own number of each source.
    for (const [name, count] of await log.partitionCounts(Object.values(SOURCES))) {
      const own = partitionCounts[topics.webhooksControl.group];
      if (count !== own) throw new Error(`${name} has ${count} partitions, but must have ${own}, as webhooks' own`);
    }
    const codec = openCodec('WebhookEndpoint', ids);
    const endpoints = await openGlobalTable({ log, topic: topics.webhooks.name, codec, logger });
    const sender = openSender({ loopback: config.webhookLoopback });
    const { told, ...observer } = webhookMetrics(metrics);
    const box = (): ReturnType<typeof openSecretBox> | null => {
      const key = webhookKey(config);
      return key === null ? null : openSecretBox(key);
    };
    const newDeliveries = deliveriesFor({
      log, clock: systemClock, logger, messages: openMessages(ids), tails: openTails(log, systemClock),
      bring: courier({ box, sender, clock: systemClock }), observer, stopping,
    });
    const running = await runStage({
      stage: webhooksStage({ ids, endpoints, newDeliveries, told }),
      log, observer: engineObserver(metrics, 'webhooks'), logger,
    });
    return {
      async stop() {
        await running.stop();
        sender.close();
        await endpoints.close();
        await log.close();
      },
      failed: running.failed,
    };
  });
}
