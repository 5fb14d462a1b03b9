import { Counter } from 'prom-client';
import { openDocumentsQuery } from '../documents/documents-query.ts';
import { followParties } from '../documents/parties.ts';
import { systemClock } from '../engine/clock.ts';
import { runStage } from '../engine/runner.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { runService } from '../service/process.ts';
import { openClickHouse } from '../warehouse/clickhouse.ts';
import { compose } from './compose.ts';
import { openDeliveries, type AllDeliveries } from './deliveries.ts';
import { openSmtp } from './smtp.ts';
import { mailerStage } from './stage.ts';

/** The process that mails sales documents: invoices and credit notes when they are made, others on request. */
export function main(): Promise<never> {
  return runService('mailer', localPort('mailerAdmin'), async ({ config, logger, metrics, stopping }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-mailer', logger });
    const client = openClickHouse(config.clickhouseUrl);
    const parties = await followParties({ log, ids, logger });
    const smtp = config.smtpUrl === null ? null : openSmtp(config.smtpUrl, config.mailFrom);
    if (smtp === null) logger.warn('BOMFRI_SMTP_URL names no mail server: mails wait until it does');
    const mails = new Counter({
      name: 'bomfri_mails_total', help: 'Mails with sales documents, by what became of them.',
      labelNames: ['outcome'], registers: [metrics],
    });
    const composing = { query: openDocumentsQuery(client), parties, zone: config.serviceZone };
    const deliveries = smtp === null ? NONE : openDeliveries({
      compose: (mail) => compose(mail, composing), send: smtp.send, clock: systemClock, logger, stopping,
    });
    const running = await runStage({
      stage: mailerStage({ ids, newDeliveries: deliveries.forTask, told: ({ outcome }) => mails.inc({ outcome }) }),
      log, observer: engineObserver(metrics, 'mailer'), logger,
    });
    return {
      async stop() {
        await deliveries.settled();
        await running.stop();
        smtp?.close();
        await Promise.all([parties.close(), client.close()]);
        await log.close();
      },
      failed: running.failed,
    };
  });
}

/** Without a mail server nothing is begun. */
const NONE: AllDeliveries = { forTask: () => ({ begin() {}, decided: () => [] }), settled: async () => {} };
