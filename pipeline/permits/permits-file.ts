import { createHash } from 'node:crypto';
import { ConfigurationError, fieldsOf, firstDuplicate, readJsonArray } from '../configuration/json-fields.ts';
import { normalisePlate } from '../records/plate.ts';
import type { Permit } from '../records/records.ts';

/** A permit as a file names it; without a from-time it begins when it is applied. */
export type PermitEntry = Omit<Permit, 'from'> & { readonly from: number | null };

/**
 * Reads a permits file: a JSON array with the names of schemas/Permit.avsc, times as RFC 3339.
 * @throws {ConfigurationError} naming the place and what may stand there; never a plate
 */
export async function readPermitsFile(path: string): Promise<PermitEntry[]> {
  return parsePermits(await readJsonArray(path));
}

/** The same for what stands in the file. */
export function parsePermits(items: readonly unknown[]): PermitEntry[] {
  const entries = items.map(parsePermit);
  const twice = firstDuplicate(entries.map(({ permitId }) => permitId));
  if (twice === undefined) return entries;
  const places = entries.flatMap(({ permitId }, index) => (permitId === twice ? [index + 1] : []));
  throw new ConfigurationError(
    `permits number ${places.join(' and ')} are the same: leave one out, or give each a permitId`,
  );
}

function parsePermit(item: unknown, index: number): PermitEntry {
  const fields = fieldsOf(item, `permit number ${index + 1}`);
  const country = fields.text('country');
  if (!/^[A-Z]{2}$/.test(country) || country === 'XX') {
    throw fields.refuse('country', 'a country (ISO 3166-1 alpha-2) such as NO');
  }
  const normalised = normalisePlate(fields.text('plate'));
  if ('fault' in normalised || normalised.plate === '') throw fields.refuse('plate', 'a plate of letters and digits');
  const garages = fields.list('garages', (garage, where) => fieldsOf({ garageId: garage }, where).text('garageId'));
  if (garages.length === 0) throw fields.refuse('garages', 'a list of at least one garageId');
  const from = fields.has('from') ? fields.instant('from') : null;
  const to = fields.has('to') ? fields.instant('to') : null;
  if (from !== null && to !== null && to <= from) throw fields.refuse('to', 'after from');
  const contractId = fields.text('contractId', '');
  const places = fields.wholeNumber('places', { least: 0, most: 10_000 }, 0);
  if (places > 0 && contractId === '') throw fields.refuse('contractId', 'given where there are places to share');
  const rest = {
    kind: fields.text('kind'),
    country,
    plate: normalised.plate,
    garages,
    to,
    source: fields.text('source'),
    contractId,
    places,
  };
  const permitId = fields.text('permitId', '') || permitIdOf({ ...rest, from });
  fields.refuseOthers();
  return { ...rest, from, permitId };
}

/** The same line of a list gives the same id; its end and its places may change. */
function permitIdOf(
  { kind, country, plate, garages, source, contractId, from }: Omit<PermitEntry, 'permitId'>,
): string {
  const parts = JSON.stringify([kind, country, plate, garages, source, contractId, from]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 24);
}
