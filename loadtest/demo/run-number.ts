import { garageTable } from '../../pipeline/replay/garage-table.ts';
import type { Parts } from '../../pipeline/replay/parts.ts';

/** Every demo on a stack has a number of its own, and with it garages, accounts and plates of its own. */
export async function nextRunNumber(parts: Parts): Promise<number> {
  const garages = await garageTable(parts, () => true);
  const used = [...garages.keys()].map((garageId) => Number(/^demo-(\d+)-/.exec(garageId)?.[1] ?? 0));
  return Math.max(0, ...used) + 1;
}

/** How every id of a run begins. */
export function runPrefix(run: number): string {
  return `demo-${run}`;
}

/** Numbers in the register of plates for one run: enough for the largest. */
const VEHICLES_OF_A_RUN = 100_000;

export function firstVehicleOf(run: number): number {
  return (run - 1) * VEHICLES_OF_A_RUN;
}
