import { readFile } from 'node:fs/promises';
import { normalisePlate } from '../../records/plate.ts';
import { parseInstant } from '../../ingest/time.ts';
import { tellVisits } from './tell-visits.ts';

export interface RecountOptions {
  /** A file of plates that were seen inside, one a line. */
  readonly inside?: string;
  /** RFC 3339; now unless given. */
  readonly at?: string;
  readonly by?: string;
  readonly reason: string;
}

/** `bomfri garage recount GARAGE N [--inside FILE]` */
export async function recount(garageId: string, counted: string, options: RecountOptions): Promise<void> {
  const { inside, at, by, reason } = options;
  const count = Number(counted);
  if (!/^\d+$/.test(counted) || count > MOST_VEHICLES) {
    throw new Error(`N must be a whole number up to ${MOST_VEHICLES}: the vehicles inside`);
  }
  const to = at === undefined ? Date.now() : parseInstant(at);
  if (to === null) throw new Error('--at must be an RFC 3339 time with an offset, such as 2026-09-01T04:00:00Z');
  const plates = inside === undefined ? [] : await platesOf(inside);
  if (plates.length > count) {
    throw new Error(`${inside} holds ${plates.length} plates, more than the ${count} that were counted`);
  }
  const outcome = await tellVisits({ type: 'recount', subject: garageId, to, count, plates, reason }, by);
  if (outcome?.status === 'refused') throw new Error(`refused, ${outcome.reason}: ${outcome.message}`);
  console.log(`garage ${garageId}: ${count} inside at ${new Date(to).toISOString()}. Taken over once the garage's clock has ` +
    'passed that by the allowed lateness; an irregularity of type recount then tells what it changed');
}

async function platesOf(path: string): Promise<string[]> {
  const plates = new Set<string>();
  for (const [i, line] of (await readFile(path, 'utf8')).split(/\r?\n/).entries()) {
    const found = normalisePlate(line.trim());
    if ('fault' in found) throw new Error(`${path}, line ${i + 1}: not a plate, ${found.fault}`);
    if (found.plate !== '') plates.add(found.plate);
  }
  return [...plates];
}

const MOST_VEHICLES = 100_000;
