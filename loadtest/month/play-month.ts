import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNTS_WRITER } from '../../pipeline/accounts/account-writer.ts';
import { closeDay } from '../../pipeline/charges/day-close.ts';
import { waitUntilConsumed } from '../../pipeline/engine/consumed.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import type { SchemaIds } from '../../pipeline/records/codec.ts';
import { openGarageControls } from '../../pipeline/replay/garage-controls.ts';
import { openLogger } from '../../pipeline/service/logging.ts';
import { topics } from '../../topics/topics.ts';
import { renamedLog } from '../bench/renamed-log.ts';
import { openAttendant } from './attendant.ts';
import { openBank } from './bank.ts';
import { openCollection } from './collection.ts';
import { openFeed } from './feed.ts';
import type { MonthScript } from './month-script.ts';
import { makeTopics } from './month-topics.ts';
import { startStages } from './pipeline.ts';
import { startGateway, startPayments } from './processes.ts';
import { recordMarks, type Mark } from './recording.ts';
import { openSimulatedAccounts } from './simulated-accounts.ts';
import { plannedUpsets, type Kills } from './upsets.ts';

export interface PlayOptions {
  readonly script: MonthScript;
  readonly brokers: readonly string[];
  readonly ids: SchemaIds;
  /** Where the gateway keeps its book. */
  readonly dir: string;
  readonly kills: Kills;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
}

export interface PlayedMonth {
  /** The month's topics, under their usual names. */
  readonly log: Log;
  readonly topicPrefix: string;
  /** In which order the inputs came. */
  readonly marks: readonly Mark[];
  readonly bookFile: string;
  close(): Promise<void>;
}

/**
 * Plays a month through visits, pricing, charges, documents, payments and the gateway, on topics of its
 * own: slice after slice the holders act, cars are read, clocks advance, the day is closed by the simulated
 * clock, cards are charged.
 */
export async function playMonth(
  { script, brokers, ids, dir, kills, say, stopping }: PlayOptions,
): Promise<PlayedMonth> {
  const { slices, accounts: { events, cardTurns, invoicesPaidAfter } } = script;
  const prefix = `${script.options.prefix}.`;
  const logger = openLogger('month', 'error');
  mkdirSync(dir, { recursive: true });
  await makeTopics(brokers, prefix, logger);

  await using running = new AsyncDisposableStack();
  const log = renamedLog(openKafkaLog({ brokers, clientId: 'month', logger }), prefix, new Map());
  const gateway = await startGateway(join(dir, 'gateway'));
  running.defer(() => gateway.stop());
  await gateway.ready();
  const worker = startPayments(prefix, gateway.url);
  running.defer(() => worker.stop());
  const stages = await startStages({ brokers, ids, prefix, shared: new Map(), logger });
  running.defer(() => stages.stop());
  const accounts = await openSimulatedAccounts({ log, ids, logger, plates: script.plates });
  running.defer(() => accounts.stop());

  const recording = recordMarks(log);
  const taken = waits(log, stages.failed, () => recording.mark());
  const controls = openGarageControls({ log, ids, issuedBy: 'month', reason: 'the simulated clock' });
  const garageIds = script.garages.map(({ garageId }) => garageId);
  const feed = openFeed(log, ids, script);
  const attendant = openAttendant(log, ids, script);
  const bank = openBank(log, ids, invoicesPaidAfter);
  const collection = openCollection({ log, ids, gateway, worker, chargesAreMade: taken.byCharges });
  const upsets = plannedUpsets(script.options, kills);

  // The clocks move by reads and by our word alone, however long anything takes.
  await controls.hold(garageIds);
  await feed.configure();
  await taken.byVisits();
  for (const slice of slices) {
    stopping.throwIfAborted();
    const began = performance.now();
    accounts.setTime(slice.from);
    if ((await bank.payDue(slice)) > 0) await taken.byCharges();
    await accounts.play(events.filter(({ at }) => (slice.index === 0 || at >= slice.from) && at < slice.to));
    await feed.payments(slice);
    await taken.byPricing();
    const reads = await feed.reads(slice);
    await taken.byVisits();
    await controls.advance(garageIds, slice.to);
    await taken.byVisits();
    const reviews = await attendant.settle(slice);
    await taken.byVisits();
    await taken.byPricing();
    await taken.byCharges();
    await collection.turnCards(cardTurns.filter((turn) => turn.slice === slice.index));
    accounts.setTime(slice.to);
    await closeDay({ log, ids, billingDay: slice.billingDay, closedAt: slice.to });
    const requests = await collection.settle(upsets.get(slice.index) ?? []);
    say(`${slice.billingDay}  ${pad(reads)} reads, ${pad(reviews)} reviewed, ${pad(requests)} payments; killed so far: `
      + `worker ${worker.kills}, gateway ${gateway.kills}; ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  await taken.byDocuments();
  await running.disposeAsync();
  return { log, topicPrefix: prefix, marks: recording.marks, bookFile: gateway.bookFile, close: () => log.close() };
}

const PATIENCE_MS = 60_000;

/** Each resolves when a stage has taken in what stands before it. */
function waits(log: Log, failed: Promise<Error>, mark: () => Promise<void>) {
  const failure = failed.then((error) => {
    throw error;
  });
  failure.catch(() => {});
  const until = async (group: string, ...names: readonly (keyof typeof topics)[]): Promise<void> => {
    const inputs = names.map((name) => topics[name].name);
    await Promise.race([waitUntilConsumed(log, group, inputs, { timeoutMs: PATIENCE_MS }), failure]);
  };
  return {
    async byVisits() {
      await until('bomfri-visits', 'reads', 'visitsControl');
      await mark();
    },
    async byPricing() {
      await until('bomfri-pricing', 'visits', 'pricingControl', 'externalPayments', 'visitsClock');
      await mark();
    },
    /** And by the accounts, what charges say of them. */
    async byCharges() {
      await until('bomfri-charges', 'billing', 'paymentResults', 'chargesControl', 'bankPayments');
      await mark();
      await until(ACCOUNTS_WRITER, 'accountsControl');
    },
    byDocuments: () => until('bomfri-documents', 'sales'),
  };
}

function pad(count: number): string {
  return String(count).padStart(5);
}
