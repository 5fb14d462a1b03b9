import { waitUntilConsumed } from '../../pipeline/engine/consumed.ts';
import type { Log, OutRecord } from '../../pipeline/engine/log.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { learning, openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { openLogger } from '../../pipeline/service/logging.ts';
import { topics } from '../../topics/topics.ts';
import { renamedLog } from '../bench/renamed-log.ts';
import { agreementOf, type Agreement } from './agreement.ts';
import { makeTopics } from './month-topics.ts';
import { startStages } from './pipeline.ts';
import type { PlayedMonth } from './play-month.ts';
import { INPUTS, type InputTopic, type Mark } from './recording.ts';
import { followTopic } from './topic-records.ts';

export interface ReplayOptions {
  readonly played: PlayedMonth;
  readonly brokers: readonly string[];
  readonly ids: SchemaIds;
  /** Of the replay's own topics. */
  readonly prefix: string;
}

/** Must come out again byte for byte. */
const OUTPUTS = ['visits', 'dispositions', 'charges', 'ledger', 'sales', 'paymentRequests'] as const;
/** Followed as they stand now: what they say of former times is never changed. */
const TABLES = ['garages', 'accounts', 'permits', 'owners'] as const;
/** Which stage reads an input, in the order of the way of the data. */
const STAGES: readonly { readonly group: string; readonly inputs: readonly (keyof typeof topics)[] }[] = [
  { group: 'bomfri-visits', inputs: ['reads', 'visitsControl'] },
  { group: 'bomfri-pricing', inputs: ['visits', 'visitsClock', 'externalPayments', 'pricingControl'] },
  { group: 'bomfri-charges', inputs: ['billing', 'paymentResults', 'chargesControl', 'bankPayments'] },
];
const PATIENCE_MS = 60_000;

/**
 * Plays the inputs of a month once more through stages that know nothing of the first time, and holds all that comes of
 * it against what came then. No card is charged: what became of the payments is an input.
 */
export async function replayMonth({ played, brokers, ids, prefix }: ReplayOptions): Promise<Agreement[]> {
  const logger = openLogger('month-again', 'error');
  await makeTopics(brokers, `${prefix}.`, logger);
  const shared = new Map(TABLES.map((table) => [topics[table].name, played.topicPrefix + topics[table].name]));
  const kafka = openKafkaLog({ brokers, clientId: 'month-again', logger });
  const log = renamedLog(kafka, `${prefix}.`, shared);
  const stages = await startStages({ brokers, ids, prefix: `${prefix}.`, shared, logger });
  const copy = openCopier(played.log, log, ids);
  try {
    for (const mark of played.marks) {
      const copied = await copy(mark);
      for (const { group, inputs } of STAGES) {
        if (copied.size === 0) continue;
        // What is made by a stage before is looked at too.
        await waitUntilConsumed(log, group, inputs.map((input) => topics[input].name), { timeoutMs: PATIENCE_MS });
      }
    }
    return await Promise.all(OUTPUTS.map(async (topic) =>
      agreementOf(`replayed: ${topics[topic].name}`, await bytesOf(played.log, topic), await bytesOf(log, topic))));
  } finally {
    await stages.stop();
    await kafka.close();
  }
}

function openCopier(from: Log, to: Log, ids: SchemaIds): (mark: Mark) => Promise<ReadonlySet<InputTopic>> {
  const positions = new Map<string, number>();
  const billing = openCodec('BillingRecord', ids);
  return async (mark) => {
    const copied = new Set<InputTopic>();
    for (const input of INPUTS) {
      const topic = topics[input].name;
      for (const [partition, end] of mark[input].entries()) {
        const at = `${topic} ${partition}`;
        const position = positions.get(at) ?? (await from.bounds({ topic, partition })).start;
        positions.set(at, end);
        const records: OutRecord[] = [];
        for await (const fetched of recordsBetween(from, { topic, partition }, position, end)) {
          for (const { offset, key, value, timestamp } of fetched) {
            if (offset < position || offset >= end) continue;
            // Lines are made anew.
            if (input === 'billing' && 'parking.BillingLine' in await learning(() => billing.decode(value!))) continue;
            records.push({ key, value, timestamp });
          }
        }
        if (records.length === 0) continue;
        copied.add(input);
        await to.append([{ topic, partition, records }]);
      }
    }
    return copied;
  };
}

async function bytesOf(log: Log, topic: keyof typeof topics): Promise<string[]> {
  const records = await followTopic(log, topics[topic].name)();
  return records.map(({ partition, key, value }) =>
    `${partition} ${key?.toString() ?? ''} ${value?.toString('hex') ?? ''}`);
}
