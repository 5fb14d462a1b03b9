import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { endsOf } from '../engine/consumed.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { learning, openCodec, type SchemaIds } from '../records/codec.ts';
import type { BankPayment, MatchedPayment } from '../records/records.ts';
import { withLog } from '../service/with-log.ts';
import { parseBankFile } from './bank-file.ts';
import { partitionOfKid } from './kid.ts';

/** `bomfri invoices pay FILE`: takes in a bank's file of payments, and tells what became of each. */
export async function pay(file: string): Promise<void> {
  const payments = parseBankFile(await readFile(file, 'utf8'), Date.now());
  await withLog(async ({ log, ids }) => {
    const ends = await endsOf(log, [topics.matchedPayments.name]);
    const before = new Map(ends.map(({ partition, end }) => [partition, end]));
    await addBankPayments(log, ids, payments);
    const fates = await fatesOf(log, ids, before, new Set(payments.map(({ reference }) => reference)));
    for (const { reference, fate, invoiceId, matchedMinor, surplusMinor } of fates) {
      const surplus = surplusMinor > 0 ? `, ${inMajor(surplusMinor)} to be paid back or matched by hand` : '';
      const invoice = invoiceId === '' ? '' : `invoice ${invoiceId}, `;
      console.log(`${reference}  ${fate}  ${invoice}${inMajor(matchedMinor)} matched${surplus}`);
    }
    const silent = payments.length - fates.length;
    console.log(`payments: ${payments.length}, matched or told apart: ${fates.length}`);
    if (silent > 0) {
      console.log(`${silent} had counted before, or charges have not come to them yet: see the table bank_payments`);
    }
  });
}

/** Writes a bank's payments to their topic; a reference that stands there already does no harm. */
async function addBankPayments(log: Log, ids: SchemaIds, payments: readonly BankPayment[]): Promise<void> {
  const codec = openCodec('BankPayment', ids);
  const byPartition = Map.groupBy(payments, ({ kid }) => partitionOfKid(kid, partitionCounts.account));
  await log.append([...byPartition].map(([partition, list]) => ({
    topic: topics.bankPayments.name,
    partition,
    records: list.map((payment) => ({ key: null, value: codec.encode(payment), timestamp: payment.receivedAt })),
  })));
}

/** What is told of these references from those offsets on, until it is all told or nothing comes for a while. */
async function fatesOf(
  log: Log, ids: SchemaIds, from: Map<number, number>, references: ReadonlySet<string>,
): Promise<MatchedPayment[]> {
  const codec = openCodec('MatchedPayment', ids);
  const fates: MatchedPayment[] = [];
  const topic = topics.matchedPayments.name;
  for (let looks = 0; looks < LOOKS_MAX && fates.length < references.size; looks++) {
    for (const { partition, end } of await endsOf(log, [topic])) {
      for await (const records of recordsBetween(log, { topic, partition }, from.get(partition)!, end)) {
        for (const { value } of records) {
          const matched = await learning(() => codec.decode(value!));
          if (references.has(matched.reference)) fates.push(matched);
        }
      }
      from.set(partition, Math.max(end, from.get(partition)!));
    }
    if (fates.length < references.size) await delay(LOOK_EVERY_MS);
  }
  return fates;
}

const inMajor = (minor: number): string => (minor / 100).toFixed(2);

const LOOK_EVERY_MS = 250;
const LOOKS_MAX = 40;
