import type { PaymentResult } from '../records/records.ts';
import { afterOutcome } from './attempts.ts';
import type { Books } from './books.ts';
import { cameTo, chargedLineOf, isUnderWay, withLines, type CollectedCharge, type Item } from './charge.ts';
import { accountOf, type Desk } from './desk.ts';
import { capture, ended, RELEASED } from './ownership.ts';
import { afterGivingBack, isRefused, splitCredit } from './reversals.ts';
import type { Revisions } from './revisions.ts';

/** What becomes of a charge when the outcome of an attempt, or of a reversal, is told. */
export interface Outcomes {
  takeOutcome(books: Books, charge: CollectedCharge, result: PaymentResult): void;
  takeReversal(books: Books, charge: CollectedCharge, result: PaymentResult): void;
}

export function openOutcomes(desk: Desk, { reviseLinesOf }: Revisions): Outcomes {
  const { state } = desk;
  return { takeOutcome, takeReversal };

  function takeOutcome(books: Books, charge: CollectedCharge, result: PaymentResult): void {
    if (result.requestId !== charge.requestId) return;
    const decided = afterOutcome(charge, result);
    const { accountId, cardToken } = charge;
    if (result.outcome === 'declined_hard') {
      state.accounts.put(accountId, { ...accountOf(desk, accountId), refusedCard: cardToken });
    }
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
    else if (isRefused(decided)) endReversal(books, decided, decidedAt);
    else books.putCharge(decided);
    if (!isUnderWay(decided)) reviseLinesOf(books, charge, decidedAt);
  }

  /**
   * What the gateway refuses to give back waits again, as a credit that the next charges use; the payments that it was
   * asked of are asked no more.
   */
  function endReversal(books: Books, charge: CollectedCharge, at: number): void {
    let left = charge.givesBack.reduce((sum, part) => sum + (part.isDone ? part.grossMinor : 0), 0);
    const given: Item[] = [];
    for (const item of books.itemsOf(charge)) {
      const minor = Math.min(left, -item.part.grossMinor);
      left -= minor;
      if (minor === 0) books.change([item], RELEASED);
      else given.push(minor === -item.part.grossMinor ? item : split(books, item, minor));
    }
    const over = ended(withLines(charge, given.map(chargedLineOf)));
    const code = 'given_up reversal';
    if (given.length === 0) books.putCharge(cameTo(over, 'waived', at, code));
    else capture(state, books, cameTo(over, 'charged', at, code));
  }

  function split(books: Books, item: Item, givenBackMinor: number): Item {
    const { line } = books.current(item);
    const { given, rest } = splitCredit({ line, part: item.part }, givenBackMinor);
    const parts = line.parts.map((part) => (part.entryId === given.entryId ? given : part));
    books.putLine({ ...line, parts: [...parts, { ...rest, ...RELEASED }] });
    return books.current(item);
  }
}
