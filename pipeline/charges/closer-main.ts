import { openKafkaLog } from '../kafka/kafka-log.ts';
import { dayOf } from '../pricing/calendar.ts';
import { openRegistry } from '../records/registry.ts';
import { localPort, readConfig } from '../service/config.ts';
import { requireDay } from '../service/days.ts';
import { runService } from '../service/process.ts';
import { withLog } from '../service/with-log.ts';
import { runCloser } from './closer.ts';
import { closeDay, lastClosedDay } from './day-close.ts';

/** The process that closes each billing day in its time. */
export function main(): Promise<never> {
  return runService('closer', localPort('closerAdmin'), async ({ config, logger, metrics }) => {
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-closer', logger });
    const closer = runCloser({ log, ids, zone: config.serviceZone, logger, metrics });
    return {
      async stop() {
        await closer.stop();
        await log.close();
      },
      failed: closer.failed,
    };
  });
}

/**
 * `bomfri close-day DAY`: closes a billing day by hand, whatever is priced.
 * @throws when DAY is no day, is not over yet, or is closed already
 */
export async function closeByHand(billingDay: string): Promise<void> {
  const { serviceZone } = readConfig();
  const now = Date.now();
  requireDay(billingDay);
  if (billingDay >= dayOf(now, serviceZone)) throw new Error(`${billingDay} is not over yet in ${serviceZone}`);
  await withLog(async ({ log, ids }) => {
    if (!(await closeDay({ log, ids, billingDay, closedAt: now }))) {
      throw new Error(`${billingDay} is closed already: the last closed day is ${await lastClosedDay(log, ids)}`);
    }
    console.log(`closed ${billingDay}`);
  });
}
