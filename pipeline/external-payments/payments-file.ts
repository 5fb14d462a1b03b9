import { fieldsOf, readJsonArray } from '../configuration/json-fields.ts';
import { normalisePlate } from '../records/plate.ts';
import type { ExternalPayment } from '../records/records.ts';

/**
 * Reads a file of payments made elsewhere: a JSON array with the names of schemas/ExternalPayment.avsc, times as
 * RFC 3339.
 * @throws {ConfigurationError} naming the place and what may stand there; never a plate
 */
export async function readPaymentsFile(path: string): Promise<ExternalPayment[]> {
  return (await readJsonArray(path)).map(parsePayment);
}

/** The payment at `index` of a file. */
export function parsePayment(item: unknown, index: number): ExternalPayment {
  const fields = fieldsOf(item, `payment number ${index + 1}`);
  const country = fields.text('country', 'XX');
  if (!/^[A-Z]{2}$/.test(country)) throw fields.refuse('country', 'a country (ISO 3166-1 alpha-2) such as NO, or XX');
  const currency = fields.text('currency', 'NOK');
  if (!/^[A-Z]{3}$/.test(currency)) throw fields.refuse('currency', 'an ISO 4217 code such as NOK');
  const normalised = normalisePlate(fields.text('plate'));
  if ('fault' in normalised || normalised.plate === '') throw fields.refuse('plate', 'a plate of letters and digits');
  const from = fields.instant('from');
  const to = fields.instant('to');
  if (to < from) throw fields.refuse('to', 'no earlier than from');
  return {
    provider: fields.text('provider'),
    reference: fields.text('reference'),
    garageId: fields.text('garageId'),
    country,
    plate: normalised.plate,
    from,
    to,
    sumMinor: fields.wholeNumber('sumMinor', { least: 1, most: 1_000_000_000 }),
    currency,
  };
}
