import { parse } from 'csv-parse/sync';
import type { BankPayment } from '../records/records.ts';
import { isDay } from '../service/days.ts';

/** Beyond that a sum is a mistake. */
const AMOUNT_MAX_MINOR = 1_000_000_000_000;

const COLUMNS = ['kid', 'amountMinor', 'currency', 'bookedOn', 'reference'];

/**
 * Reads a bank's file of payments as CSV with one line of column names: kid, amountMinor (whole minor units), currency
 * (ISO 4217), bookedOn (YYYY-MM-DD) and reference (the bank's own, unique); others don't matter. A wrong KID is no
 * fault of the file: the money has come in all the same.
 * @param receivedAt UTC ms
 * @throws {Error} naming the line and what may stand there
 */
export function parseBankFile(text: string, receivedAt: number): BankPayment[] {
  let rows: Record<string, string | undefined>[];
  let names: readonly string[] = [];
  try {
    const delimiter = /[;\t]/.exec(text.split('\n', 1)[0]!)?.[0] ?? ',';
    rows = parse(text, { columns: (head: string[]) => (names = head), bom: true, trim: true, skip_empty_lines: true, delimiter });
  } catch (error) {
    throw new Error(`the bank file is no CSV with one line of column names: ${(error as Error).message}`);
  }
  // Without a column each payment would pass for one without a KID, and its reference would be used up.
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`the bank file has no column ${missing.join(', ')}: its first line must name it`);
  return rows.map((row, index): BankPayment => {
    const { kid = '', amountMinor = '', currency = '', bookedOn = '', reference = '' } = row;
    const refuse = (what: string): Error => new Error(`the bank file, line ${index + 2}: ${what}`);
    if (reference === '' || reference.length > 64) {
      throw refuse('reference must be what the bank calls the payment, up to 64 characters');
    }
    if (!/^\d{1,13}$/.test(amountMinor) || Number(amountMinor) === 0 || Number(amountMinor) > AMOUNT_MAX_MINOR) {
      throw refuse('amountMinor must be whole minor units above zero, such as 8400');
    }
    if (!/^[A-Z]{3}$/.test(currency)) throw refuse('currency must be an ISO 4217 code');
    if (!isDay(bookedOn)) throw refuse('bookedOn must be a day, YYYY-MM-DD');
    if (kid.length > 64) throw refuse('kid is longer than 64 characters');
    return {
      reference, kid: kid.replaceAll(' ', ''), amountMinor: Number(amountMinor), currency, bookedOn, receivedAt,
    };
  });
}
