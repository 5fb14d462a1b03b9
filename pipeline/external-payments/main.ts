import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { ExternalPayment } from '../records/records.ts';
import { openRegistry } from '../records/registry.ts';
import { readConfig } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';
import { readPaymentsFile } from './payments-file.ts';

/** `bomfri external-payments add FILE` */
export async function add(file: string): Promise<void> {
  const payments = await readPaymentsFile(file);
  const config = readConfig();
  const ids = await openRegistry(config.registryUrl);
  const log = openKafkaLog({
    brokers: config.brokers,
    clientId: 'bomfri-cli',
    logger: openLogger('cli', config.logLevel),
  });
  try {
    await addPayments(log, ids, payments);
    console.log(`payments added: ${payments.length}`);
  } finally {
    await log.close();
  }
}

/** Writes payments made elsewhere to their topic; those that stand there already do no harm. */
export async function addPayments(
  log: Log,
  ids: SchemaIds,
  payments: readonly ExternalPayment[],
  now = Date.now(),
): Promise<void> {
  const codec = openCodec('ExternalPayment', ids);
  const byPartition = Map.groupBy(payments, ({ garageId }) => partitionOf(garageId, partitionCounts.garage));
  await log.append(
    [...byPartition].map(([partition, list]) => ({
      topic: topics.externalPayments.name,
      partition,
      records: list.map((payment) => ({
        key: Buffer.from(payment.garageId),
        value: codec.encode(payment),
        timestamp: now,
      })),
    })),
  );
}
