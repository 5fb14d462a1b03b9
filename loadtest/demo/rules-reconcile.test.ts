import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGarages } from '../../pipeline/garages/garages-file.ts';
import { checkRead } from '../../pipeline/ingest/check-read.ts';
import type { CameraRead } from '../../pipeline/records/records.ts';
import { visitsOfReads } from '../../pipeline/visits/evaluation/evaluate.ts';
import { profiles } from '../fleet/faults.ts';
import type { FaultRates } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { TruthLine } from '../fleet/truth.ts';
import { reconcile } from './reconcile.ts';

const harsh: FaultRates = {
  ...profiles.demo, misread: 0.08, missedEntry: 0.03, missedExit: 0.04,
  late: 0.05, redelivered: 0.05, duplicate: 0.3, backedOut: 0.02,
};

for (const [name, faults] of [['without faults', profiles.none], ['mild', profiles.demo], ['harsh', harsh]] as const) {
  test(`the rules of visits over ${name} days leave nothing unexplained, and what is explained is the whole difference`, async () => {
    for (const seed of ['1', '2', '3', '4', '5']) {
      const fleet = generateFleet({ seed, garages: 4, vehicles: 250, days: 2, from: '2026-06-04', faults });
      const truth: TruthLine[] = [];
      const reads: CameraRead[] = [];
      for (const event of fleet.events()) {
        if (event.kind === 'truth') truth.push(event.line);
        else reads.push(checkRead(event.read, event.deliverAt, 'test') as CameraRead);
      }
      const found = await visitsOfReads(parseGarages(fleet.garages), (async function* () { yield reads; })());
      const { expected, found: totals, explained, unexplained } = reconcile({
        truth,
        garages: fleet.garages,
        // Without accounts nothing is charged: this is about visits and irregularities alone.
        accounts: [],
        visits: found.visits.filter(({ status }) => status !== 'withdrawn'),
        irregularities: found.irregularities.filter(({ status }) => status !== 'withdrawn'),
        charges: [],
      });
      assert.deepEqual(unexplained, []);
      const explainedVisits = explained.reduce((sum, { visits }) => sum + visits, 0);
      assert.equal(expected.visits + explainedVisits, totals.visits);
    }
  });
}
