import { addDays } from '../pricing/calendar.ts';
import { attemptOf, hasFailedTechnically, isUsable, type Paying } from './attempts.ts';
import { openBooks, type Books } from './books.ts';
import { cameTo, isUnderWay, type CollectedCharge } from './charge.ts';
import { collect } from './collect.ts';
import { accountOf, type Desk } from './desk.ts';
import type { Invoicing } from './invoicing.ts';
import type { Line } from './line.ts';
import { capture } from './ownership.ts';
import { askBack, reverse } from './reversals.ts';
import { receiptsOf, type Occasion } from './sales.ts';
import { waitingOf } from './waiting.ts';

/** A line can be corrected until so many billing days after its visit; then it is forgotten, if it is settled. */
export const CORRECTION_DAYS = 45;
/** A charge is known longer than its lines, for a credit to be given back of it. */
const CHARGE_DAYS = 75;
/** So long after it was issued an invoice is known, and the references of what was paid for it. */
const INVOICE_DAYS = 400;

/** What is done at a day close. */
export interface Closing {
  closeAccount(accountId: string, occasion: Occasion): void;
  /** Forgets what is settled and too old to be corrected. */
  forget(billingDay: string): void;
}

export function openClosing(desk: Desk, { giveUp }: Invoicing): Closing {
  const { state, sink } = desk;
  return { closeAccount, forget };

  function closeAccount(accountId: string, occasion: Occasion): void {
    const { billingDay, today, at } = occasion;
    const books = openBooks(state, sink);
    const open = state.activeCharges(accountId).filter((one) => !isUnderWay(one)).sort(byBillingDay);
    const over = open.filter((charge) => isOver(charge, accountOf(desk, accountId), today));
    const isGivenUp = over.length > 0;
    // What is asked for just now may have to be given up too: on one invoice, with one fee, once it is known.
    const isAwaited = isGivenUp &&
      state.activeCharges(accountId).some((one) => one.operation === 'payment' && isUnderWay(one));
    for (const charge of open) {
      if (charge.nextAttemptDay > today) continue;
      if (charge.operation === 'reversal') giveBack(books, charge, occasion);
      else if (!isGivenUp) attempt(books, charge, occasion);
    }
    if (isGivenUp && !isAwaited) {
      const why = over.every(hasFailedTechnically) ? 'technical' : 'card';
      giveUp(books, accountId, open.filter(({ operation }) => operation === 'payment'), why, occasion);
    }
    for (const { charge, items } of isAwaited ? [] : collect(accountId, billingDay, waitingOf(state, accountId))) {
      const taken = books.change(items, { ownerId: charge.chargeId });
      books.tell(receiptsOf(charge, taken, occasion));
      const begun = cameTo(charge, 'pending', at, '');
      books.putCharge(begun);
      if (charge.grossMinor === 0) capture(state, books, cameTo(begun, 'charged', at, ''));
      else attempt(books, begun, occasion);
    }
    const captured = state.capturedCharges(accountId);
    for (const { charge, items } of reverse(accountId, billingDay, waitingOf(state, accountId), captured)) {
      const taken = books.change(items, { ownerId: charge.chargeId });
      books.tell(receiptsOf(charge, taken, occasion));
      for (const { chargeId, grossMinor } of charge.givesBack) {
        const order = state.charges.get(chargeId)!;
        books.putCharge({ ...order, reversedMinor: order.reversedMinor + grossMinor });
      }
      giveBack(books, cameTo(charge, 'pending', at, ''), occasion);
    }
    books.close(at);
  }

  function attempt(books: Books, charge: CollectedCharge, { today, at }: Occasion): void {
    const asked = attemptOf(charge, accountOf(desk, charge.accountId), today, at);
    books.putCharge(asked.charge);
    if (asked.request !== null) sink.request(asked.request);
    books.change(books.itemsOf(asked.charge), { status: asked.charge.status === 'failed' ? 'failed' : 'pending' });
  }

  function giveBack(books: Books, charge: CollectedCharge, { today, at }: Occasion): void {
    const asked = askBack(charge, today, at);
    books.putCharge(asked.charge);
    for (const request of asked.requests) sink.request(request);
  }

  function forget(billingDay: string): void {
    for (const lineId of state.settledLinesBefore(addDays(billingDay, -CORRECTION_DAYS))) state.lines.delete(lineId);
    for (const chargeId of state.endedChargesBefore(addDays(billingDay, -CHARGE_DAYS))) state.charges.delete(chargeId);
    const lastKept = addDays(billingDay, -INVOICE_DAYS);
    for (const [reference, bookedOn] of state.references.entries()) {
      if (bookedOn < lastKept) state.references.delete(reference);
    }
    for (const [invoiceId, { issuedDay, lineIds }] of state.invoices.entries()) {
      if (issuedDay >= lastKept) continue;
      for (const lineId of lineIds) if (!hasCredit(state.lines.get(lineId))) state.lines.delete(lineId);
      state.invoices.delete(invoiceId);
    }
  }
}

/** No attempt is left, and there is no other card than the one that was declined for good. */
function isOver(charge: CollectedCharge, paying: Paying, today: string): boolean {
  const isRefused = charge.refusedCard !== '' && charge.refusedCard === charge.cardToken;
  return charge.isExhausted && !(isRefused && isUsable(paying, charge, today));
}

/** What the account is still owed of it; then the line goes once that is used. */
function hasCredit(line: Line | undefined): boolean {
  return line?.parts.some(({ owner, grossMinor }) => owner === 'open' && grossMinor < 0) ?? false;
}

function byBillingDay(one: CollectedCharge, other: CollectedCharge): number {
  if (one.billingDay !== other.billingDay) return one.billingDay < other.billingDay ? -1 : 1;
  return one.chargeId < other.chargeId ? -1 : 1;
}
