import type { Logger } from 'pino';
import type { Log } from '../../pipeline/engine/log.ts';
import { openGlobalTable, type GlobalTable } from '../../pipeline/engine/global-table.ts';
import { unobserved } from '../../pipeline/engine/observer.ts';
import { runStage } from '../../pipeline/engine/runner.ts';
import type { Stage } from '../../pipeline/engine/stage.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { chargesStage } from '../../pipeline/charges/stage.ts';
import { documentsStage } from '../../pipeline/documents/stage.ts';
import { pricingStage } from '../../pipeline/pricing/stage.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import type { RecordOf } from '../../pipeline/records/records.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';
import { topics } from '../../topics/topics.ts';
import { renamedLog } from '../bench/renamed-log.ts';
import { ZONE } from './month-garages.ts';

export interface StagesOptions {
  readonly brokers: readonly string[];
  readonly ids: SchemaIds;
  /** Of all topics, groups and transactional ids. */
  readonly prefix: string;
  /** Topics that stand elsewhere: their usual names, and their own. */
  readonly shared: ReadonlyMap<string, string>;
  readonly logger: Logger;
}

export interface RunningStages {
  /** Resolves only when one has failed for good. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/** Visits, pricing, charges and documents on topics of their own, each with connections of its own. */
export async function startStages(options: StagesOptions): Promise<RunningStages> {
  const running = await Promise.all([
    startVisits(options), startPricing(options), startCharges(options), startDocuments(options),
  ]);
  return {
    failed: Promise.race(running.map(({ failed }) => failed)),
    stop: async () => void (await Promise.all(running.map((stage) => stage.stop()))),
  };
}

function startVisits(options: StagesOptions): Promise<RunningStages> {
  return start(options, async (tables) =>
    visitsStage({ ids: options.ids, garages: await tables.open('garages', 'Garage') }));
}

function startPricing(options: StagesOptions): Promise<RunningStages> {
  return start(options, async (tables) => pricingStage({
    ids: options.ids, serviceZone: ZONE,
    garages: await tables.open('garages', 'Garage'),
    accounts: await tables.open('accounts', 'Account'),
    permits: await tables.open('permits', 'Permit'),
    owners: await tables.open('owners', 'VehicleOwner'),
  }));
}

function startCharges(options: StagesOptions): Promise<RunningStages> {
  return start(options, async () => chargesStage({ ids: options.ids, serviceZone: ZONE }));
}

function startDocuments(options: StagesOptions): Promise<RunningStages> {
  return start(options, async () => documentsStage({ ids: options.ids }));
}

interface Tables {
  open<S extends keyof RecordOf>(topic: keyof typeof topics, schema: S): Promise<GlobalTable<RecordOf[S]>>;
}

async function start(
  { brokers, ids, prefix, shared, logger }: StagesOptions, stageOn: (tables: Tables) => Promise<Stage>,
): Promise<RunningStages> {
  const kafka = openKafkaLog({ brokers, clientId: 'month', logger });
  const log: Log = renamedLog(kafka, prefix, shared);
  const opened: { close(): Promise<void> }[] = [];
  const stage = await stageOn({
    async open(topic, schema) {
      const table = await openGlobalTable({ log, topic: topics[topic].name, codec: openCodec(schema, ids), logger });
      opened.push(table);
      return table;
    },
  });
  const running = await runStage({ stage, log, observer: unobserved, logger });
  return {
    failed: running.failed,
    async stop() {
      await running.stop();
      await Promise.all(opened.map((table) => table.close()));
      await kafka.close();
    },
  };
}
