import { parse } from 'csv-parse/sync';
import type { SettledTransaction } from './reconcile.ts';

const COLUMNS = ['OrderIdentity', 'Amount', 'Currency', 'Date Created'];

/**
 * Reads the gateway's transaction list as CSV: the columns OrderIdentity (the payee reference), Amount (with two
 * decimals, point or comma; negative for a reversal), Currency and Date Created; others don't matter.
 * @throws {Error} naming the line and what may stand there
 */
export function parseSettlement(text: string): SettledTransaction[] {
  let rows: Record<string, string | undefined>[];
  let names: readonly string[] = [];
  try {
    // Where the decimal sign is a comma, the columns are parted by something else.
    const delimiter = /[;\t]/.exec(text.split('\n', 1)[0]!)?.[0] ?? ',';
    const columns = (head: string[]) => (names = head);
    rows = parse(text, { columns, bom: true, trim: true, skip_empty_lines: true, delimiter });
  } catch (error) {
    throw new Error(`the settlement is no CSV with one line of column names: ${(error as Error).message}`);
  }
  // Another file, or none at all, would pass for a day on which nothing was settled.
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new Error(`the settlement has no column ${missing.join(', ')}: its first line must name it`);
  }
  return rows.map((row, index): SettledTransaction => {
    const {
      OrderIdentity: reference = '', Amount: amount = '', Currency: currency = '', 'Date Created': created = '',
    } = row;
    const refuse = (what: string): Error => new Error(`the settlement, line ${index + 2}: ${what}`);
    if (reference === '') throw refuse('OrderIdentity must be the payee reference of a capture or reversal');
    if (!/^-?\d{1,12}[.,]\d{2}$/.test(amount)) throw refuse('Amount must be such as 120.00');
    if (!/^[A-Z]{3}$/.test(currency)) throw refuse('Currency must be an ISO 4217 code');
    const day = /^(\d{4}-\d{2}-\d{2})\b/.exec(created)?.[1];
    if (day === undefined) throw refuse('Date Created must begin with YYYY-MM-DD');
    return { reference, amountMinor: Number(amount.replace(/[.,]/, '')), currency, day };
  });
}
