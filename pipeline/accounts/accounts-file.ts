import {
  ConfigurationError, fieldsOf, firstDuplicate, readJsonArray, type Fields,
} from '../configuration/json-fields.ts';
import type { VerifiedCard } from './account-changes.ts';
import { holdsCardNumber } from './card-number.ts';

/** An account as a file names it; a null time is for the account's history to fill in. */
export interface AccountEntry {
  readonly accountId: string;
  readonly vehicles: readonly VehicleEntry[];
  /** Null: as it is, and active in a new account. */
  readonly statuses: readonly StatusEntry[] | null;
  /** As the payment gateway gave it; null: as it is, and none in a new account. */
  readonly card: VerifiedCard | null;
}

export interface VehicleEntry {
  readonly country: string;
  readonly plate: string;
  readonly from: number | null;
  readonly until: number | null;
}

export interface StatusEntry {
  readonly status: 'active' | 'inactive' | 'blocked';
  readonly from: number | null;
}

/**
 * Reads an accounts file: a JSON array of {accountId, vehicles: [{country, plate, from?, until?}],
 * statuses?: [{status, from?}], card?: {token, maskedNumber?, brand?, expiryMonth}}, times as RFC 3339.
 * @throws {ConfigurationError} naming the account, the field and what may stand there; never a plate
 */
export async function readAccountsFile(path: string): Promise<AccountEntry[]> {
  return parseAccounts(await readJsonArray(path));
}

/** The same for what stands in the file. */
export function parseAccounts(items: readonly unknown[]): AccountEntry[] {
  const entries = items.map(parseAccount);
  const twice = firstDuplicate(entries.map(({ accountId }) => accountId));
  if (twice !== undefined) throw new ConfigurationError(`the file: account '${twice}' stands there twice`);
  return entries;
}

function parseAccount(item: unknown, index: number): AccountEntry {
  const accountId = fieldsOf(item, `account number ${index + 1}`).text('accountId');
  // Before any message may quote it.
  if (holdsCardNumber(accountId)) {
    throw new ConfigurationError(`account number ${index + 1}: accountId looks like a card number`);
  }
  const fields = fieldsOf(item, `account '${accountId}'`);
  return {
    accountId,
    vehicles: fields.list('vehicles', parseVehicle),
    statuses: fields.has('statuses') ? fields.list('statuses', parseStatus) : null,
    card: parseCard(fields.object('card')),
  };
}

function parseCard(fields: Fields | null): VerifiedCard | null {
  if (fields === null) return null;
  const card = {
    token: fields.text('token'),
    maskedNumber: fields.text('maskedNumber', ''),
    brand: fields.text('brand', ''),
  };
  if (Object.values(card).some(holdsCardNumber)) {
    throw new ConfigurationError(
      `${fields.where}: something looks like a card number; a token and a masked number may stand there`,
    );
  }
  const expiryMonth = fields.text('expiryMonth');
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(expiryMonth)) throw fields.refuse('expiryMonth', 'a month such as 2027-05');
  return { ...card, expiryMonth };
}

function parseVehicle(item: unknown, where: string): VehicleEntry {
  const fields = fieldsOf(item, where);
  const country = fields.text('country');
  // XX is what a camera could not read: an account by it would pay for any vehicle of that plate.
  if (!/^(?!XX)[A-Z]{2}$/.test(country)) throw fields.refuse('country', 'an ISO 3166-1 code such as NO');
  const plate = fields.text('plate');
  if (!/^[\p{Lu}\d]{1,16}$/u.test(plate)) {
    throw fields.refuse('plate', 'upper-case letters and digits without separators');
  }
  if (holdsCardNumber(plate)) throw fields.refuse('plate', 'a plate, not what looks like a card number');
  const from = fields.has('from') ? fields.instant('from') : null;
  const until = fields.has('until') ? fields.instant('until') : null;
  if (until !== null && until <= (from ?? 0)) throw fields.refuse('until', 'later than from');
  fields.refuseOthers();
  return { country, plate, from, until };
}

function parseStatus(item: unknown, where: string): StatusEntry {
  const fields = fieldsOf(item, where);
  const entry: StatusEntry = {
    status: fields.oneOf('status', ['active', 'inactive', 'blocked']),
    from: fields.has('from') ? fields.instant('from') : null,
  };
  fields.refuseOthers();
  return entry;
}
