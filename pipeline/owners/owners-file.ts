import { ConfigurationError, fieldsOf, firstDuplicate, readJsonArray } from '../configuration/json-fields.ts';
import { normalisePlate } from '../records/plate.ts';
import type { VehicleOwner } from '../records/records.ts';

/**
 * Reads an owners file: a JSON array with the names of schemas/VehicleOwner.avsc.
 * @throws {ConfigurationError} naming the place and what may stand there; never a plate
 */
export async function readOwnersFile(path: string): Promise<VehicleOwner[]> {
  return parseOwners(await readJsonArray(path));
}

/** The same for what stands in the file. */
export function parseOwners(items: readonly unknown[]): VehicleOwner[] {
  const owners = items.map(parseOwner);
  const twice = firstDuplicate(owners.map(ownedVehicle));
  if (twice === undefined) return owners;
  const places = owners.flatMap((owner, index) => (ownedVehicle(owner) === twice ? [index + 1] : []));
  throw new ConfigurationError(`owners number ${places.join(' and ')} are of the same vehicle: leave one out`);
}

/** The key of the owners table. */
export function ownedVehicle({ country, plate }: Pick<VehicleOwner, 'country' | 'plate'>): string {
  return `${country} ${plate}`;
}

function parseOwner(item: unknown, index: number): VehicleOwner {
  const fields = fieldsOf(item, `owner number ${index + 1}`);
  const country = fields.text('country');
  if (!/^[A-Z]{2}$/.test(country) || country === 'XX') {
    throw fields.refuse('country', 'a country (ISO 3166-1 alpha-2) such as NO');
  }
  const normalised = normalisePlate(fields.text('plate'));
  if ('fault' in normalised || normalised.plate === '') throw fields.refuse('plate', 'a plate of letters and digits');
  return {
    country, plate: normalised.plate, ownerRef: fields.text('ownerRef'), name: fields.text('name', ''),
    address: fields.text('address', ''), email: fields.text('email', ''),
  };
}
