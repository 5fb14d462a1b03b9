import {
  ConfigurationError, fieldsOf, firstDuplicate, readJsonArray, type Fields,
} from '../configuration/json-fields.ts';
import type { SellerDetails } from '../records/records.ts';
import { endsWithCheckDigit } from './check-digits.ts';

/** An operator as a file names it. */
export interface OperatorEntry {
  readonly operatorId: string;
  readonly details: Omit<SellerDetails, 'from'>;
}

/**
 * Reads an operators file: a JSON array with the names of schemas/Operator.avsc.
 * @throws {ConfigurationError} naming the operator, the field and what may stand there
 */
export async function readOperatorsFile(path: string): Promise<OperatorEntry[]> {
  return parseOperators(await readJsonArray(path));
}

/** The same for what stands in the file. */
export function parseOperators(items: readonly unknown[]): OperatorEntry[] {
  const entries = items.map(parseOperator);
  const twice = firstDuplicate(entries.map(({ operatorId }) => operatorId));
  if (twice !== undefined) throw new ConfigurationError(`the file: operator '${twice}' stands there twice`);
  return entries;
}

function parseOperator(item: unknown, index: number): OperatorEntry {
  const operatorId = fieldsOf(item, `operator number ${index + 1}`).text('operatorId');
  const fields = fieldsOf(item, `operator '${operatorId}'`);
  const email = fields.text('email', '');
  if (email !== '' && !/^[^\s@<>,]+@[^\s@<>,]+$/.test(email)) throw fields.refuse('email', 'an e-mail address');
  return {
    operatorId,
    details: {
      name: fields.text('name'),
      organisationNumber: checkedDigits(fields, 'organisationNumber', 9),
      vatRegistered: fields.flag('vatRegistered', true),
      businessRegistered: fields.flag('businessRegistered', false),
      address: fields.list('address', (line, where) => fieldsOf({ line }, where).text('line'), []),
      email,
      bankAccount: checkedDigits(fields, 'bankAccount', 11),
      language: fields.oneOf('language', ['nb', 'en'], 'nb'),
    },
  };
}

/** A number of so many digits that may be written with spaces and dots; empty when it is left out. */
function checkedDigits(fields: Fields, name: string, length: number): string {
  const digits = fields.text(name, '').replace(/[\s.]/g, '');
  const isGood = digits === '' || (digits.length === length && /^\d+$/.test(digits) && endsWithCheckDigit(digits));
  if (!isGood) throw fields.refuse(name, `${length} digits, the last of them their check digit`);
  return digits;
}
