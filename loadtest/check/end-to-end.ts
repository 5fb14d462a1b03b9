import { applyGarages } from '../../pipeline/garages/apply.ts';
import { parseGarages } from '../../pipeline/garages/garages-file.ts';
import type { CameraRead, Garage } from '../../pipeline/records/records.ts';
import { waitForStages } from '../../pipeline/replay/downstream.ts';
import { openGarageControls } from '../../pipeline/replay/garage-controls.ts';
import type { Parts } from '../../pipeline/replay/parts.ts';
import { visitsOfReads } from '../../pipeline/visits/evaluation/evaluate.ts';
import { gatewayFleet } from '../gateways/prepared-day.ts';
import type { Shape } from '../gateways/shape.ts';
import { compareDelivered } from './delivered.ts';
import type { Delivered } from './delivered.ts';
import { newReadCounts } from './read-counts.ts';
import { readsEnds, storedReads } from './stored-reads.ts';
import { toldInFile } from './told.ts';
import {
  compareOutcomes, doubledRows, irregularityOutcome, standingIrregularities, standingVisits, visitOutcome,
} from './visits.ts';
import type { ComparedOutcomes } from './visits.ts';

/** What came of what k6 was told was accepted. */
export interface EndToEnd {
  /** On `parking.reads`. */
  readonly reads: Delivered;
  /** In ClickHouse, against what the rules alone make of each stored read, once. */
  readonly visits: ComparedOutcomes;
  readonly irregularities: ComparedOutcomes;
}

export interface EndToEndCheck {
  /** Resolves when the stages have read all that was sent. */
  consumed(): Promise<void>;
  /** @param answers the file that k6's console went to */
  result(answers: string): Promise<EndToEnd>;
  /** Lets the garages' clocks go on by themselves. */
  end(): Promise<void>;
}

/**
 * Makes the garages of a run known and holds their clocks, so that reads alone move them and the rules, run once more
 * over what stands on the topic, must come to the very same visits.
 */
export async function beginEndToEnd(parts: Parts, run: string, shape: Shape): Promise<EndToEndCheck> {
  const { log, ids, downstream, clickhouse } = parts;
  const garages = garagesOf(run, shape);
  const garageIds = garages.map(({ garageId }) => garageId);
  const controls = openGarageControls({ log, ids, issuedBy: 'load', reason: 'a load test' });
  await applyGarages({ log, ids, garages, issuedBy: 'load' });
  await waitForStages(log, downstream, ['visits']);
  await controls.hold(garageIds);
  await waitForStages(log, downstream, ['visits']);
  const begun = await readsEnds(log);

  /** All that was held back is told; the rules come to the same end by themselves. */
  const settle = async (latest: ReadonlyMap<string, number>): Promise<void> => {
    await Promise.all(garages.map(async ({ garageId, settings }) => {
      const at = latest.get(garageId);
      if (at !== undefined) await controls.advance([garageId], at + settings.horizonMs + settings.allowedLatenessMs);
    }));
    await waitForStages(log, downstream, ['visits', 'warehouse']);
  };

  return {
    consumed: () => waitForStages(log, downstream, ['visits']),
    async result(answers) {
      const standing = newReadCounts();
      const latest = new Map<string, number>();
      const reads = noteLatest(storedReads(log, ids, begun, run, standing), latest);
      const expected = await visitsOfReads(garages, reads);
      const delivered = compareDelivered(await toldInFile(answers), standing);
      await settle(latest);
      const [visits, irregularities, doubledVisits, doubledIrregularities] = await Promise.all([
        standingVisits(clickhouse, run), standingIrregularities(clickhouse, run),
        doubledRows(clickhouse, run, 'visits', 'visitId'),
        doubledRows(clickhouse, run, 'irregularities', 'irregularityId'),
      ]);
      const live = <T extends { status: string }>(told: readonly T[]): T[] =>
        told.filter(({ status }) => status !== 'withdrawn');
      return {
        reads: delivered,
        visits: compareOutcomes(
          new Map(live(expected.visits).map((visit) => [visit.visitId, visitOutcome(visit)])),
          visits,
          doubledVisits,
        ),
        irregularities: compareOutcomes(
          new Map(live(expected.irregularities).map((each) => [each.irregularityId, irregularityOutcome(each)])),
          irregularities, doubledIrregularities,
        ),
      };
    },
    end: () => controls.release(garageIds),
  };
}


function garagesOf(run: string, shape: Shape): Garage[] {
  const fleets = Array.from({ length: shape.gateways }, (_, index) => gatewayFleet({ run, number: index + 1, shape }));
  return parseGarages(fleets.flatMap((fleet) => fleet.garages));
}

async function* noteLatest(
  batches: AsyncIterable<CameraRead[]>, latest: Map<string, number>,
): AsyncGenerator<CameraRead[]> {
  for await (const batch of batches) {
    for (const { garageId, capturedAt } of batch) {
      if (capturedAt > (latest.get(garageId) ?? 0)) latest.set(garageId, capturedAt);
    }
    yield batch;
  }
}
