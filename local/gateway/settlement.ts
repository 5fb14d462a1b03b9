import type { Order } from './book.ts';

/**
 * What was captured, and as negative amounts reversed, on a day (YYYY-MM-DD, UTC), as CSV with the columns of Swedbank
 * Pay's transaction list that matter here: OrderIdentity is the transaction's payee reference, an amount is in whole
 * kroner with two decimals.
 */
export function settlementCsv(orders: Iterable<Order>, day: string): string {
  const rows = ['OrderIdentity,Amount,Currency,Date Created'];
  for (const { captures, reversals, currency } of orders) {
    for (const { reference, amount, at } of [
      ...captures, ...reversals.map((each) => ({ ...each, amount: -each.amount })),
    ]) {
      if (!at.startsWith(day)) continue;
      rows.push([reference, (amount / 100).toFixed(2), currency, at.replace('T', ' ').slice(0, 19)].join(','));
    }
  }
  return `${rows.join('\n')}\n`;
}
