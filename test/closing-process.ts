import { renamedLog } from '../loadtest/bench/renamed-log.ts';
import { closeDay, lastClosedDay } from '../pipeline/charges/day-close.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { addDays } from '../pipeline/pricing/calendar.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';

/** Closes day after day on the topics under a prefix, as fast as it can, until it is killed. Prints each day closed. */
const [prefix, firstDay] = process.argv.slice(2) as [string, string];
const config = readConfig();
const ids = await openRegistry(config.registryUrl);
const kafka = openKafkaLog({
  brokers: config.brokers,
  clientId: 'closing-process',
  logger: openLogger('closing-process', 'fatal'),
});
const log = renamedLog(kafka, prefix, new Map());
// Settles what a killed one left open; asking for the last day alone would wait until that times out.
await closeDay({ log, ids, billingDay: firstDay, closedAt: Date.now() });
for (;;) {
  const last = await lastClosedDay(log, ids);
  const billingDay = addDays(last!, 1);
  if (await closeDay({ log, ids, billingDay, closedAt: Date.now() })) console.log(billingDay);
}
