import type { PaymentResult } from '../records/records.ts';
import { afterOutcome } from './attempts.ts';
import type { Books } from './books.ts';
import { cameTo, isUnderWay, type CollectedCharge } from './charge.ts';
import type { Desk } from './desk.ts';
import { capture } from './ownership.ts';
import { afterGivingBack } from './reversals.ts';
import type { Revisions } from './revisions.ts';

/** What becomes of a charge when the outcome of an attempt, or of a reversal, is told. */
export interface Outcomes {
  takeOutcome(books: Books, charge: CollectedCharge, result: PaymentResult): void;
  takeReversal(books: Books, charge: CollectedCharge, result: PaymentResult): void;
}

export function openOutcomes({ state }: Desk, { reviseLinesOf }: Revisions): Outcomes {
  return { takeOutcome, takeReversal };

  function takeOutcome(books: Books, charge: CollectedCharge, result: PaymentResult): void {
    if (result.requestId !== charge.requestId) return;
    const decided = afterOutcome(charge, result);
    if (decided.status === 'charged') capture(state, books, decided);
    else {
      books.putCharge(decided);
      if (decided.status === 'failed') books.change(books.itemsOf(decided), { status: 'failed' });
    }
    if (result.outcome !== 'unknown') reviseLinesOf(books, charge, result.decidedAt);
  }

  function takeReversal(books: Books, charge: CollectedCharge, result: PaymentResult): void {
    const { requestId, outcome, decidedAt, attempt } = result;
    const part = charge.givesBack.find((one) => one.requestId === requestId);
    if (part === undefined || part.isDone) return;
    if (outcome === 'unknown') return books.putCharge(cameTo(charge, charge.status, decidedAt, 'unknown', attempt));
    const decided = afterGivingBack(charge, result);
    if (decided.status === 'charged') capture(state, books, decided);
    else books.putCharge(decided);
    if (!isUnderWay(decided)) reviseLinesOf(books, charge, decidedAt);
  }
}
