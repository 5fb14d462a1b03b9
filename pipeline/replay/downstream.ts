import { topics } from '../../topics/topics.ts';
import { lagOf, waitUntilConsumed } from '../engine/consumed.ts';
import type { Log } from '../engine/log.ts';
import { sinkName } from '../warehouse/epoch.ts';

/** A stage as those see it who wait for it: its consumer group and what it reads. */
export interface WaitedStage {
  readonly group: string;
  readonly topics: readonly string[];
}

export interface Downstream {
  readonly visits: WaitedStage;
  readonly pricing: WaitedStage;
  readonly charges: WaitedStage;
  readonly warehouse: WaitedStage;
}

export type StageName = keyof Downstream;

/** The stages behind ingest. @param epoch of the warehouse, part of its group's name */
export function downstreamOf(epoch: string): Downstream {
  return {
    visits: { group: 'bomfri-visits', topics: [topics.reads.name, topics.visitsControl.name] },
    pricing: {
      group: 'bomfri-pricing',
      topics: [topics.visits.name, topics.pricingControl.name, topics.externalPayments.name, topics.visitsClock.name],
    },
    charges: { group: 'bomfri-charges', topics: [topics.billing.name] },
    warehouse: {
      group: `bomfri-${sinkName(epoch)}`,
      topics: [topics.visits.name, topics.irregularities.name, topics.charges.name, topics.dispositions.name],
    },
  };
}

/**
 * Resolves when the stages, one after the other, have consumed what stands before them: name them in the order of the
 * way of the data.
 * @throws when one does not read on for a while, naming it
 */
export async function waitForStages(log: Log, downstream: Downstream, stages: readonly StageName[]): Promise<void> {
  for (const stage of stages) {
    const { group, topics: inputs } = downstream[stage];
    await waitUntilConsumed(log, group, inputs, { timeoutMs: PATIENCE_MS });
  }
}

/** How many records (and transaction markers) each stage has before it. */
export async function lags(log: Log, downstream: Downstream): Promise<Record<StageName, number>> {
  const behind = async ({ group, topics: inputs }: WaitedStage): Promise<number> =>
    (await lagOf(log, group, inputs)).reduce((sum, lag) => sum + lag.behind, 0);
  const [visits, pricing, charges, warehouse] = await Promise.all([
    behind(downstream.visits), behind(downstream.pricing), behind(downstream.charges), behind(downstream.warehouse),
  ]);
  return { visits, pricing, charges, warehouse };
}

const PATIENCE_MS = 120_000;
