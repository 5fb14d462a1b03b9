import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { ExternalPayment } from '../records/records.ts';
import { withLog } from '../service/with-log.ts';
import { readPaymentsFile } from './payments-file.ts';

/** `bomfri external-payments add FILE` */
export async function add(file: string): Promise<void> {
  const payments = await readPaymentsFile(file);
  await withLog(async ({ log, ids }) => {
    await addPayments(log, ids, payments);
    console.log(`payments added: ${payments.length}`);
  });
}

/** Writes payments made elsewhere to their topic; those that stand there already do no harm. */
export async function addPayments(log: Log, ids: SchemaIds, payments: readonly ExternalPayment[]): Promise<void> {
  const codec = openCodec('ExternalPayment', ids);
  const now = Date.now();
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
