import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { kindOfToken } from './test-cards.ts';

export interface Order {
  readonly id: string;
  readonly operation: 'Verify' | 'UnscheduledPurchase';
  readonly reference: string;
  readonly status: 'Initialized' | 'Paid' | 'Failed' | 'Aborted';
  readonly currency: string;
  readonly amount: number;
  readonly vatAmount: number;
  /** Of a Verify: where the page sends the payer. */
  readonly completeUrl: string;
  readonly cancelUrl: string;
  /** The card's token: given by a Verify, used by a purchase. */
  readonly token: string;
  /** Which test card it was for a purchase; empty for a Verify. */
  readonly card: string;
  readonly expiryDate: string;
  readonly captures: readonly Transaction[];
  readonly reversals: readonly Transaction[];
}

export interface Transaction {
  readonly reference: string;
  readonly amount: number;
  /** RFC 3339. */
  readonly at: string;
}

export function sumOf(transactions: readonly Transaction[]): number {
  return transactions.reduce((sum, { amount }) => sum + amount, 0);
}

/** What the gateway has done, kept in a file before it is answered: a killed gateway forgets nothing. */
export interface Book {
  readonly orders: ReadonlyMap<string, Order>;
  /** What cards have become, by their tokens: kinds of test cards. */
  readonly turns: ReadonlyMap<string, string>;
  /** The order in which a payee reference was used, if it was. */
  orderOf(reference: string): Order | undefined;
  /** Writes the order as it is now, new or changed. */
  put(order: Order): void;
  /** From now on the card is one of this kind. */
  turn(token: string, kind: string): void;
}

interface Turn {
  readonly token: string;
  readonly kind: string;
}

/** @param file lines of JSON, the newest of each order and card last; made when it is not there */
export function openBook(file: string): Book {
  const orders = new Map<string, Order>();
  const byReference = new Map<string, string>();
  const turns = new Map<string, string>();
  const take = (order: Order): void => {
    orders.set(order.id, order);
    for (const { reference } of [order, ...order.captures, ...order.reversals]) byReference.set(reference, order.id);
  };
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  // The last one may have been cut off by a kill: then it was not answered for either.
  if (lines.length > 0 && lines.at(-1) !== '') appendFileSync(file, '\n');
  for (const line of lines) {
    if (!line.endsWith('}')) continue;
    const entry = JSON.parse(line) as Order | Turn;
    if ('kind' in entry) turns.set(entry.token, entry.kind);
    else take({ ...entry, card: entry.card ?? kindOfToken(entry.token) });
  }
  return {
    orders,
    turns,
    orderOf: (reference) => orders.get(byReference.get(reference) ?? ''),
    put(order) {
      appendFileSync(file, `${JSON.stringify(order)}\n`);
      take(order);
    },
    turn(token, kind) {
      appendFileSync(file, `${JSON.stringify({ token, kind })}\n`);
      turns.set(token, kind);
    },
  };
}
