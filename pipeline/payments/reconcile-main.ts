import { readFile } from 'node:fs/promises';
import { topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { addDays } from '../pricing/calendar.ts';
import { learning, openCodec, type SchemaIds } from '../records/codec.ts';
import type { PaymentResult } from '../records/records.ts';
import { readConfig } from '../service/config.ts';
import { requireDay } from '../service/days.ts';
import { withLog } from '../service/with-log.ts';
import { reconcile, type SettledTransaction } from './reconcile.ts';
import { parseSettlement } from './settlement-file.ts';

/**
 * `bomfri payments reconcile [DAY] [--settlement FILE]`: names each difference between what the gateway has settled of
 * a day (default: yesterday, UTC) and the results.
 * @throws when anything differs, so that the command fails
 */
export async function reconcileDay(given: string | undefined, { settlement }: { settlement?: string }): Promise<void> {
  const day = given ?? addDays(new Date().toISOString().slice(0, 10), -1);
  requireDay(day);
  const { gatewayUrl } = readConfig();
  const settled = settlement === undefined
    ? (await Promise.all([addDays(day, -1), day].map((each) => download(gatewayUrl, each)))).flat()
    : parseSettlement(await readFile(settlement, 'utf8'));
  await withLog(async ({ log, ids }) => {
    const differences = reconcile(day, settled, await newestResults(log, ids));
    for (const { kind, reference, explanation } of differences) console.log(`${kind}  ${reference}  ${explanation}`);
    const ofDay = settled.filter((transaction) => transaction.day === day);
    const taken = ofDay.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    console.log(
      `${day}: the gateway has settled ${ofDay.length} captures and reversals of ${(taken / 100).toFixed(2)} in all`,
    );
    if (differences.length > 0) {
      throw new Error(`${differences.length} differences between the gateway's settlement and the results`);
    }
    console.log('no differences');
  });
}

/** The newest result of each request. */
export async function newestResults(log: Log, ids: SchemaIds): Promise<PaymentResult[]> {
  const codec = openCodec('PaymentResult', ids);
  const newest = new Map<string, PaymentResult>();
  const topic = topics.paymentResults.name;
  const partitions = (await log.partitionCounts([topic])).get(topic)!;
  for (let partition = 0; partition < partitions; partition += 1) {
    const { start, stable } = await log.bounds({ topic, partition });
    for await (const records of recordsBetween(log, { topic, partition }, start, stable)) {
      for (const { value } of records) {
        const result = await learning(() => codec.decode(value!));
        if (result.revision > (newest.get(result.requestId)?.revision ?? 0)) newest.set(result.requestId, result);
      }
    }
  }
  return [...newest.values()];
}

/**
 * The local gateway gives its transaction list over HTTP; a real one sends it by SFTP or e-mail, for `--settlement`.
 */
async function download(gatewayUrl: string, day: string): Promise<SettledTransaction[]> {
  const response = await fetch(new URL(`/settlements/${day}.csv`, gatewayUrl)).catch((error: Error) => {
    const { message } = (error.cause ?? error) as Error;
    throw new Error(`the payment gateway at ${new URL(gatewayUrl).host} does not answer (${message})`);
  });
  if (!response.ok) {
    const what = `${gatewayUrl} gives no settlement of ${day} (${response.status})`;
    throw new Error(`${what}: get its transaction list and name it with --settlement`);
  }
  return parseSettlement(await response.text());
}
