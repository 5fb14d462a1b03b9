import { Temporal } from 'temporal-polyfill';
import { topics } from '../../../topics/topics.ts';
import { askGlobalTable } from '../../engine/global-table.ts';
import { readGaragesFile } from '../../garages/garages-file.ts';
import { openCodec } from '../../records/codec.ts';
import type { Garage } from '../../records/records.ts';
import { withLog } from '../../service/with-log.ts';
import { explainPrice } from './explain.ts';

export interface ExplainOptions {
  /** A garages file; without it the garages as applied count. */
  readonly garages?: string;
  /** Kind of permit. */
  readonly permit?: string;
}

/** `bomfri tariff explain GARAGE ENTER EXIT`: prints what a stay costs, line by line. */
export async function explain(
  garageId: string,
  enter: string,
  exit: string,
  { garages, permit }: ExplainOptions,
): Promise<void> {
  const garage =
    garages === undefined
      ? await appliedGarage(garageId)
      : (await readGaragesFile(garages)).find((one) => one.garageId === garageId);
  if (garage === undefined) {
    const where = garages === undefined ? ': see `npx bomfri garages apply`' : ` in ${garages}`;
    throw new Error(`there is no garage '${garageId}'${where}`);
  }
  const enteredAt = instantOf(enter, garage.timezone);
  const exitedAt = instantOf(exit, garage.timezone);
  if (exitedAt < enteredAt) throw new Error('the exit must not be before the entry');
  for (const line of explainPrice(garage, { enteredAt, exitedAt, permitKind: permit })) console.log(line);
}

function appliedGarage(garageId: string): Promise<Garage | undefined> {
  return withLog(({ log, ids, logger }) =>
    askGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger }, garageId), 'warn');
}

/** A time with an offset (2026-02-02T10:00:00Z), or one of the garage's own clock (2026-02-02T10:00). */
function instantOf(text: string, zone: string): number {
  try {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    throw new Error(
      `'${text}' is no time: write 2026-02-02T10:00 (of the garage's clock) or 2026-02-02T10:00:00+01:00`,
    );
  }
}
