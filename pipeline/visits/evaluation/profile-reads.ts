import { fleetOf, type AnyTruthLine } from '../../../loadtest/fleet/profile.ts';
import { reportSeeds } from '../../../loadtest/fleet/world/world-seeds.ts';
import { parseGarages } from '../../garages/garages-file.ts';
import { checkRead } from '../../ingest/check-read.ts';
import type { CameraRead, Garage } from '../../records/records.ts';
import { openTruth, type Truth } from './truth.ts';

export interface ProfileOptions {
  readonly profile: string;
  readonly garages: number;
  readonly vehicles: number;
  readonly days: number;
  /** By default those for reporting: nothing was ever learnt or tuned on them. */
  readonly seeds?: readonly string[];
}

/**
 * Simulated garages with their reads in memory, in the order of delivery, one world for each seed: what a report on the
 * rules goes by.
 */
export function profileReads(options: ProfileOptions): { garages: Garage[]; reads: CameraRead[]; truth: Truth } {
  const garages: Garage[] = [];
  const reads: CameraRead[] = [];
  const lines: AnyTruthLine[] = [];
  for (const seed of options.seeds ?? reportSeeds) {
    const fleet = fleetOf(options.profile, { ...options, seed, from: '2026-09-01' });
    // Worlds share the register of plates, but no operator.
    garages.push(...parseGarages(fleet.garages).map((garage) => ({ ...garage, operatorId: `${seed} ${garage.operatorId}` })));
    for (const event of fleet.events()) {
      if (event.kind === 'truth') {
        lines.push(event.line);
        continue;
      }
      const read = checkRead(event.read, event.deliverAt, 'file');
      if ('reason' in read) throw new Error(`the simulator made a read whose ${read.field} ${read.reason}`);
      reads.push(read);
    }
  }
  return { garages, reads, truth: openTruth(lines) };
}
