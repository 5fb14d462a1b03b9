import type { PaymentResult } from '../records/records.ts';

/** A line of the gateway's transaction list: what it has taken (or given back: negative) under a payee reference. */
export interface SettledTransaction {
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
}

export interface Difference {
  readonly kind: 'not_settled' | 'not_known' | 'settled_twice' | 'other_amount' | 'not_decided' | 'still_unknown';
  readonly reference: string;
  /** For whoever looks into it. */
  readonly explanation: string;
}

/**
 * What differs between a day's captures and reversals as the gateway settles them and as the results have them.
 * @param day YYYY-MM-DD, UTC
 * @param settled of that day and the one before: a capture just before midnight is told of after it
 * @param results the newest of each request, of any day
 */
export function reconcile(
  day: string, settled: readonly SettledTransaction[], results: Iterable<PaymentResult>,
): Difference[] {
  const differences: Difference[] = [];
  const byReference = Map.groupBy(settled, ({ reference }) => reference);
  const known = new Map<string, PaymentResult>();
  for (const result of results) {
    if (result.outcome === 'unknown' && dayOf(result) <= day) {
      differences.push({
        kind: 'still_unknown', reference: result.authorisationReference,
        explanation:
          `what became of request ${result.requestId} (${moneyOf(result)}) is unknown since ${dayOf(result)}`,
      });
    }
    if (result.captureReference === '') continue;
    known.set(result.captureReference, result);
    if (isTaken(result) && dayOf(result) === day && !byReference.has(result.captureReference)) {
      differences.push({
        kind: 'not_settled', reference: result.captureReference,
        explanation:
          `request ${result.requestId} was ${result.outcome} (${moneyOf(result)}), but the gateway has not settled it`,
      });
    }
  }
  for (const [reference, transactions] of byReference) {
    if (!transactions.some((transaction) => transaction.day === day)) continue;
    const { amountMinor, currency } = transactions[0]!;
    const result = known.get(reference);
    const add = (kind: Difference['kind'], explanation: string): void =>
      void differences.push({ kind, reference, explanation });
    if (transactions.length > 1) add('settled_twice', `the gateway has settled it ${transactions.length} times`);
    if (result === undefined) {
      add('not_known', `the gateway has taken ${money(amountMinor, currency)}, and no request is known for it`);
    } else if (!isTaken(result)) {
      const settledAs = money(amountMinor, currency);
      add(
        'not_decided',
        `the gateway has taken ${settledAs}, but request ${result.requestId} stands as ${result.outcome}`,
      );
    } else if (amountOf(result) !== amountMinor || result.currency !== currency) {
      const settledAs = money(amountMinor, currency);
      add(
        'other_amount',
        `request ${result.requestId} was ${result.outcome} as ${moneyOf(result)}, and settled as ${settledAs}`,
      );
    }
  }
  return differences.sort((one, other) => (one.reference < other.reference ? -1 : 1));
}

function isTaken({ outcome }: PaymentResult): boolean {
  return outcome === 'captured' || outcome === 'reversed';
}

function amountOf({ outcome, grossMinor }: PaymentResult): number {
  return outcome === 'reversed' ? -grossMinor : grossMinor;
}

function dayOf({ decidedAt }: PaymentResult): string {
  return new Date(decidedAt).toISOString().slice(0, 10);
}

function moneyOf(result: PaymentResult): string {
  return money(amountOf(result), result.currency);
}

function money(minor: number, currency: string): string {
  return `${(minor / 100).toFixed(2)} ${currency}`;
}
