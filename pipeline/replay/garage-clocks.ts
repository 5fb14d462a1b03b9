import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { TaskState } from '../engine/state.ts';
import { partitionOf } from '../records/partition.ts';
import { openVisitsState } from '../visits/state/state.ts';

/**
 * The clocks of the garages, UTC ms, as the visits stage last committed them; a garage that it never met has none. Read
 * from the stage's changelog, which alone holds them: ClickHouse knows only visits, and reads are deleted in time.
 */
export async function readGarageClocks(log: Log, garageIds: readonly string[]): Promise<Map<string, number>> {
  const wanted = new Set(garageIds);
  const clocks = new Map<string, number>();
  for (const partition of new Set(garageIds.map((garageId) => partitionOf(garageId, partitionCounts.garage)))) {
    const state = new TaskState();
    const visits = openVisitsState(state);
    const changelog = { topic: topics.visitsState.name, partition };
    const { start, stable } = await log.bounds(changelog);
    for await (const records of recordsBetween(log, changelog, start, stable)) {
      for (const { key, value } of records) {
        // A table's id, then the key: of the tables of visits, those of whole garages have the garageId as key.
        if (key !== null && wanted.has(key.toString('utf8', 1))) state.restore(key, value);
      }
    }
    for (const [garageId, { clock }] of visits.clocks.entries()) clocks.set(garageId, clock);
  }
  return clocks;
}
