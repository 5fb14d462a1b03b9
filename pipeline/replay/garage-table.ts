import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { openCodec } from '../records/codec.ts';
import type { Garage } from '../records/records.ts';
import type { Parts } from './parts.ts';

/** The garages as configured now, those that are wanted, by id. */
export async function garageTable(
  { log, ids, logger }: Parts, wanted: (garage: Garage) => boolean,
): Promise<Map<string, Garage>> {
  const table = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
  const garages = new Map([...table.entries()].filter(([, garage]) => wanted(garage)));
  await table.close();
  return garages;
}
