import type { Table } from '../engine/state.ts';
import type { Irregularity } from '../records/records.ts';
import type { Sink } from './sink.ts';
import type { GarageIndex } from './state/garage-index.ts';
import type { LateRead } from './state/stay.ts';

/** An irregularity that no stay holds: remembered for a horizon, so that it is told once and can be dismissed. */
export function tellAlone(
  key: string, told: Irregularity, garage: GarageIndex, clock: number, lateReads: Table<LateRead>, sink: Sink,
): void {
  lateReads.put(key, { garageId: garage.garageId, told, dueAt: clock + garage.settings.horizonMs });
  sink.irregularity(told);
}
