import { addDays, dayOf } from '../pricing/calendar.ts';
import { RejectedError } from '../engine/stage.ts';
import type { BankPayment, BillingLine, Charge, Control, DayClose, LedgerEntry, MatchedPayment, PaymentRequest, PaymentResult, Sale } from '../records/records.ts';
import { afterOutcome, attemptOf, isUsable, type Card } from './attempts.ts';
import { lackingOf, matchPayment } from './bank-payments.ts';
import { openBooks, type Books } from './books.ts';
import { cameTo, chargedLineOf, isActive, isUnderWay, withLines, type CollectedCharge, type Item } from './charge.ts';
import { collect } from './collect.ts';
import { reviseParts } from './corrections.ts';
import { invoicesOver, type Invoice } from './giving-up.ts';
import { idOf, invoiceSaleIdOf, receiptIdOf } from './ids.ts';
import { isUnclaimed, sumOf, takeLine, type Line, type Part } from './line.ts';
import { afterGivingBack, askBack, reverse } from './reversals.ts';
import { changeOf, invoiceSaleOf, receiptsOf, receiptsTakenBack, untoldOf, type Occasion } from './sales.ts';
import type { ChargesState, PayingAccount } from './state.ts';

/** A line can be corrected until so many billing days after its visit; then it is forgotten, if it is settled. */
export const CORRECTION_DAYS = 45;
/** A charge is known longer than its lines, for a credit to be given back of it. */
const CHARGE_DAYS = 75;
/** So long after it was issued an invoice is known, and the references of what was paid for it. */
const INVOICE_DAYS = 400;

/** Why staff's block of an account is told from ours. */
const PAYMENT_TROUBLE = 'payment_trouble';

/** Where the rules put what they decide. */
export interface ChargesSink {
  charge(charge: Charge): void;
  ledger(entry: LedgerEntry): void;
  sale(sale: Sale): void;
  request(request: PaymentRequest): void;
  /** A word to the accounts. */
  control(control: Control): void;
  matched(payment: MatchedPayment): void;
}

/**
 * The rules of charges over the state of one task; they know nothing of Kafka, and time is told to them: days are those
 * of day closes, so that a log that is read again, at whatever time, gives the same.
 */
export interface ChargesRules {
  /** @param at of the record, UTC ms; @throws {RejectedError} it comes too late to be decided */
  line(line: BillingLine, at: number): void;
  /** A day once closed stays closed: the same day again, or one before it, makes nothing. */
  close(close: DayClose): void;
  result(result: PaymentResult): void;
  /** @throws {RejectedError} there is nothing that it could change */
  control(control: Control): void;
  bankPayment(payment: BankPayment): void;
}

export interface ChargesOptions {
  readonly task: number;
  /** IANA zone of billing days. */
  readonly serviceZone: string;
}

export function openChargesRules(state: ChargesState, sink: ChargesSink, { task, serviceZone }: ChargesOptions): ChargesRules {
  return {
    line(line, at) {
      const known = state.lines.get(line.lineId);
      // Whether a line so old was charged is forgotten. Its first revision was not; a correction may never be guessed.
      if (known === undefined && line.revision > 1 && isForgotten(line.visitDay)) {
        throw new RejectedError('correction_too_late', `line '${line.lineId}' is of ${line.visitDay}, more than ${CORRECTION_DAYS} days before the last close`);
      }
      const taken = takeLine(known, line);
      if (taken === null) return;
      const books = openBooks(state, sink);
      books.putLine(taken);
      revise(books, taken.lineId, at);
      books.close(at);
    },

    close({ billingDay, closedAt }) {
      const lastClosedDay = state.lastClosedDay();
      if (lastClosedDay !== undefined && billingDay <= lastClosedDay) return;
      const day = dayOf(closedAt, serviceZone);
      const today = day > (state.today() ?? '') ? day : state.today()!;
      state.closeDay(billingDay, today);
      const occasion = { billingDay, today, at: closedAt };
      for (const accountId of state.dueAccounts()) closeAccount(accountId, occasion);
      forget(billingDay);
    },

    result(result) {
      const charge = state.charges.get(result.chargeId);
      // Of nobody's charge, or one long forgotten: the daily reconciliation names it.
      if (charge === undefined) return;
      const books = openBooks(state, sink);
      if (charge.operation === 'payment') takeOutcome(books, charge, result);
      else takeReversal(books, charge, result);
      books.close(result.decidedAt);
    },

    control(control) {
      const { type, subject, issuedAt } = control;
      const books = openBooks(state, sink);
      switch (type) {
        case 'card': {
          const card = { token: control.cardToken ?? '', expiryMonth: control.cardExpiryMonth ?? '' };
          const known = accountOf(subject);
          // The accounts unblock whom payment trouble has blocked when they take a new card.
          state.accounts.put(subject, { ...known, card, isBlocked: known.isBlocked && card.token === '' });
          break;
        }
        case 'hold_blocking':
        case 'release_blocking':
          state.accounts.put(subject, { ...accountOf(subject), holdsBlocking: type === 'hold_blocking' });
          break;
        case 'waive':
          waive(books, subject, issuedAt);
          break;
        case 'approve':
          approve(books, subject);
          break;
        default:
          throw new RejectedError('unknown_control', `charges know no control '${type}'`);
      }
      books.close(issuedAt);
    },

    bankPayment(payment) {
      if (state.references.get(payment.reference) !== undefined) return;
      state.references.put(payment.reference, payment.bookedOn);
      const invoice = state.invoiceOfKid(payment.kid);
      const matched = matchPayment(payment, invoice);
      sink.matched(matched);
      if (invoice === undefined || matched.matchedMinor === 0) return;
      const books = openBooks(state, sink);
      changeInvoice(books, { ...invoice, paidMinor: invoice.paidMinor + matched.matchedMinor }, payment.receivedAt);
      books.close(payment.receivedAt);
    },
  };

  function isForgotten(visitDay: string): boolean {
    const lastClosedDay = state.lastClosedDay();
    return lastClosedDay !== undefined && visitDay < addDays(lastClosedDay, -CORRECTION_DAYS);
  }

  function accountOf(accountId: string): PayingAccount {
    return state.accounts.get(accountId) ?? { card: { token: '', expiryMonth: '' }, isBlocked: false, holdsBlocking: false };
  }

  /** Documents between two closes bear the days of the last. */
  function occasionAt(at: number): Occasion {
    const day = dayOf(at, serviceZone);
    return { billingDay: state.lastClosedDay() ?? day, today: state.today() ?? day, at };
  }

  // Revisions.

  /** Brings a line's parts to what it is worth, with the documents, charges and invoices that follow. */
  function revise(books: Books, lineId: string, at: number): void {
    const line = state.lines.get(lineId)!;
    const parts = reviseParts(line, {
      isUnderWay: (part) => part.owner === 'open' && part.ownerId !== '' && isUnderWay(state.charges.get(part.ownerId)!),
      isUnpaid: ({ ownerId }) => isUnpaid(state.invoices.get(ownerId)),
      today: state.today() ?? '',
      lastClosedDay: state.lastClosedDay() ?? '',
    });
    if (parts === line.parts) return;
    const revised = { ...line, parts };
    books.putLine(revised);
    const before = new Map(line.parts.map((part) => [part.entryId, part]));
    const changed = parts.filter((part) => part !== before.get(part.entryId));
    for (const part of changed) tellChange(books, { line: revised, part }, before.get(part.entryId) ?? null, at);
    const concerned = new Set(changed.flatMap((part) => [part, before.get(part.entryId) ?? part]).filter(({ ownerId }) => ownerId !== ''));
    const owners = new Map([...concerned].map(({ owner, ownerId }) => [ownerId, owner]));
    for (const [ownerId, owner] of owners) {
      if (owner === 'open') syncCharge(books, ownerId, at);
      if (owner === 'invoice') changeInvoice(books, state.invoices.get(ownerId)!, at);
    }
  }

  /** A part that was lowered below what its documents say gets a credit note; one that was raised in a charge a receipt. */
  function tellChange(books: Books, item: Item, before: Part | null, at: number): void {
    const { line, part } = item;
    const untold = untoldOf(part).grossMinor;
    const isInCharge = part.owner === 'open' && part.ownerId !== '';
    if (untold === 0 || (untold > 0 && !isInCharge)) return;
    if (part.owner === 'invoice') {
      const { ownerId: invoiceId } = part;
      return books.tell([changeOf(item, { invoiceId, originalSaleId: invoiceSaleIdOf(invoiceId) }, occasionAt(at))]);
    }
    const chargeId = before !== null && before.ownerId !== '' ? before.ownerId : part.ownerId;
    if (untold > 0) return books.tell([changeOf(item, { chargeId }, occasionAt(at))]);
    books.tell([changeOf(item, { chargeId, originalSaleId: originalOf(line, part, chargeId) }, occasionAt(at))]);
  }

  /** The document that sold what is credited: of the charge it stands in, or else of the newest that took some of the line. */
  function originalOf(line: Line, part: Part, chargeId: string): string {
    if (chargeId !== '') return receiptIdOf(chargeId, part.operatorId);
    const sold = line.parts.findLast((one) =>
      one.operatorId === part.operatorId && one.grossMinor > 0 && (one.owner === 'captured' || one.owner === 'invoice') && one.ownerId !== '');
    if (sold === undefined) return '';
    return sold.owner === 'invoice' ? invoiceSaleIdOf(sold.ownerId) : receiptIdOf(sold.ownerId, part.operatorId);
  }

  /** Brings an open charge to what its parts are now. Credits that it can't hold any more wait again. */
  function syncCharge(books: Books, chargeId: string, at: number): void {
    const charge = state.charges.get(chargeId)!;
    let items = books.itemsOf(charge).filter(({ part }) => part.grossMinor !== 0);
    while (sumOf(items.map(({ part }) => part)).grossMinor < 0) {
      const credit = items.findLast(({ part }) => part.grossMinor < 0)!;
      books.change([credit], RELEASED);
      items = items.filter((item) => item !== credit);
    }
    const revised = withLines(charge, items.map(chargedLineOf));
    if (items.length === 0) return books.putCharge(ended(cameTo(revised, 'waived', at, 'revised')));
    if (revised.grossMinor === 0) return capture(books, cameTo(revised, 'charged', at, 'revised'));
    books.putCharge(cameTo(revised, revised.status, at, 'revised'));
  }

  // Day closes.

  function closeAccount(accountId: string, occasion: Occasion): void {
    const { billingDay, today, at } = occasion;
    const books = openBooks(state, sink);
    const open = state.activeCharges(accountId).filter((one) => !isUnderWay(one)).sort(byBillingDay);
    const isGivenUp = open.some((charge) => isOver(charge, accountOf(accountId).card, today));
    for (const charge of open) {
      if (charge.nextAttemptDay > today) continue;
      if (charge.operation === 'reversal') giveBack(books, charge, occasion);
      else if (!isGivenUp) attempt(books, charge, occasion);
    }
    if (isGivenUp) giveUp(books, accountId, open.filter(({ operation }) => operation === 'payment'), occasion);
    for (const { charge, items } of collect(accountId, billingDay, waiting(accountId))) {
      const taken = books.change(items, { ownerId: charge.chargeId });
      books.tell(receiptsOf(charge, taken, occasion));
      const begun = cameTo(charge, 'pending', at, '');
      books.putCharge(begun);
      if (charge.grossMinor === 0) capture(books, cameTo(begun, 'charged', at, ''));
      else attempt(books, begun, occasion);
    }
    for (const { charge, items } of reverse(accountId, billingDay, waiting(accountId), state.capturedCharges(accountId))) {
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

  /** No attempt is left, and there is no other card than the one that was declined for good. */
  function isOver(charge: CollectedCharge, card: Card, today: string): boolean {
    const isRefused = charge.refusedCard !== '' && charge.refusedCard === charge.cardToken;
    return charge.isExhausted && !(isRefused && isUsable(card, charge, today));
  }

  function waiting(accountId: string): Item[] {
    return state.unclaimedLines(accountId).flatMap((line) => line.parts.filter(isUnclaimed).map((part) => ({ line, part })));
  }

  function attempt(books: Books, charge: CollectedCharge, { today, at }: Occasion): void {
    const asked = attemptOf(charge, accountOf(charge.accountId).card, today, at);
    books.putCharge(asked.charge);
    if (asked.request !== null) sink.request(asked.request);
    books.change(books.itemsOf(asked.charge), { status: asked.charge.status === 'failed' ? 'failed' : 'pending' });
  }

  function giveBack(books: Books, charge: CollectedCharge, { today, at }: Occasion): void {
    const asked = askBack(charge, today, at);
    books.putCharge(asked.charge);
    for (const request of asked.requests) sink.request(request);
  }

  /**
   * Freezes collecting from the card, has the account blocked, and invoices all that it has not paid: also what would be
   * tried again, and the visits that no charge has taken yet, so that one fee is asked for once.
   */
  function giveUp(books: Books, accountId: string, charges: readonly CollectedCharge[], occasion: Occasion): void {
    const { billingDay, today, at } = occasion;
    const charged = charges.flatMap((charge) => {
      books.putCharge(ended(cameTo(charge, 'invoiced', at, 'given_up')));
      return release(books, charge, occasion);
    });
    const finished = waiting(accountId).filter(({ line, part }) => part.grossMinor > 0 && line.visitDay <= billingDay);
    const unpaid = [...charged, ...finished];
    const nextNumber = state.nextNumber();
    const invoices = invoicesOver(unpaid, { accountId, billingDay, today, partition: task, nextNumber });
    state.setNextNumber(nextNumber + invoices.length);
    for (const { invoice, items } of invoices) {
      state.invoices.put(invoice.invoiceId, invoice);
      for (const { line } of items) if (line.visitId === '') books.putLine(line);
      const owned = books.change(items, { owner: 'invoice', ownerId: invoice.invoiceId, status: 'failed', since: today });
      books.tell([invoiceSaleOf(invoice, owned, occasion)]);
    }
    const account = accountOf(accountId);
    if (account.isBlocked || account.holdsBlocking) return;
    state.accounts.put(accountId, { ...account, isBlocked: true });
    sink.control(wordToAccounts('block', accountId, billingDay, at));
  }

  /** Takes a charge's receipts back and its credits out of it; answers what was to be paid. */
  function release(books: Books, charge: CollectedCharge, occasion: Occasion): Item[] {
    const items = books.itemsOf(charge);
    books.change(items.filter(({ part }) => part.grossMinor < 0), RELEASED);
    const debits = items.filter(({ part }) => part.grossMinor > 0);
    books.tell(receiptsTakenBack(charge, debits, occasion));
    return debits.map(books.current);
  }

  function forget(billingDay: string): void {
    for (const lineId of state.settledLinesBefore(addDays(billingDay, -CORRECTION_DAYS))) state.lines.delete(lineId);
    for (const chargeId of state.endedChargesBefore(addDays(billingDay, -CHARGE_DAYS))) state.charges.delete(chargeId);
    const lastKept = addDays(billingDay, -INVOICE_DAYS);
    for (const [reference, bookedOn] of state.references.entries()) if (bookedOn < lastKept) state.references.delete(reference);
    for (const [invoiceId, { issuedDay, lineIds }] of state.invoices.entries()) {
      if (issuedDay >= lastKept) continue;
      for (const lineId of lineIds) state.lines.delete(lineId);
      state.invoices.delete(invoiceId);
    }
  }

  // Outcomes.

  function takeOutcome(books: Books, charge: CollectedCharge, result: PaymentResult): void {
    if (result.requestId !== charge.requestId) return;
    const decided = afterOutcome(charge, result);
    if (decided.status === 'charged') capture(books, decided);
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
    if (decided.status === 'charged') capture(books, decided);
    else books.putCharge(decided);
    if (!isUnderWay(decided)) reviseLinesOf(books, charge, decidedAt);
  }

  /** What was charged belongs to the charge for good. */
  function capture(books: Books, charge: CollectedCharge): void {
    books.putCharge({ ...charge, nextAttemptDay: '' });
    books.change(books.itemsOf(charge), { owner: 'captured', status: 'charged', since: state.today() ?? '' });
  }

  /** What came while an attempt was under way counts now. */
  function reviseLinesOf(books: Books, charge: CollectedCharge, at: number): void {
    for (const lineId of new Set(charge.lines.map((line) => line.lineId))) {
      if (state.lines.get(lineId) !== undefined) revise(books, lineId, at);
    }
  }

  // Invoices.

  function isUnpaid(invoice: Invoice | undefined): boolean {
    return invoice !== undefined && lackingOf(invoice) > 0;
  }

  /** Brings an invoice to what its parts are now, and its parts to what was paid for it. */
  function changeInvoice(books: Books, invoice: Invoice, at: number): void {
    const { invoiceId, accountId, paidMinor, lineIds } = invoice;
    const items = lineIds.flatMap((lineId) => {
      const line = state.lines.get(lineId);
      return line === undefined ? [] : line.parts.filter((part) => part.ownerId === invoiceId && part.owner === 'invoice').map((part) => ({ line, part }));
    });
    const before = state.invoices.get(invoiceId)!;
    const changed = { ...invoice, ...sumOf(items.map(({ part }) => part)) };
    state.invoices.put(invoiceId, changed);
    const surplusMinor = paidMinor - changed.grossMinor - Math.max(0, before.paidMinor - before.grossMinor);
    if (surplusMinor > 0) {
      sink.matched({
        reference: `correction ${invoiceId}`, kid: invoice.kid, amountMinor: 0, currency: invoice.currency, bookedOn: occasionAt(at).today,
        fate: 'overpaid', accountId, invoiceId, matchedMinor: -surplusMinor, surplusMinor, at,
      });
    }
    if (lackingOf(changed) > 0) return;
    books.change(items.filter(({ part }) => part.status !== 'charged'), { status: 'charged' });
    unblockWhenSettled(accountId, at);
  }

  /** A settled debt unblocks: no invoice is unpaid, and nothing is about to become one. */
  function unblockWhenSettled(accountId: string, at: number): void {
    const account = accountOf(accountId);
    if (!account.isBlocked || state.invoicesOf(accountId).some(isUnpaid)) return;
    if (state.activeCharges(accountId).some(({ isExhausted }) => isExhausted)) return;
    state.accounts.put(accountId, { ...account, isBlocked: false });
    sink.control(wordToAccounts('unblock', accountId, String(at), at));
  }

  // Somebody's word.

  function waive(books: Books, subject: string, at: number): void {
    const charge = state.charges.get(subject);
    if (charge !== undefined) return waiveCharge(books, charge, at);
    const invoice = state.invoices.get(subject);
    if (invoice !== undefined) {
      const lines = invoice.lineIds.flatMap((lineId) => state.lines.get(lineId) ?? []);
      return waiveParts(books, itemsIn(lines, ({ owner, ownerId }) => owner === 'invoice' && ownerId === subject), at);
    }
    const line = state.lines.get(subject);
    if (line === undefined) throw new RejectedError('unknown_subject', `there is no line, charge or invoice '${subject}'`);
    waiveParts(books, itemsIn([line], ({ owner }) => owner === 'open' || owner === 'invoice'), at);
  }

  function itemsIn(lines: readonly Line[], chosen: (part: Part) => boolean): Item[] {
    return lines.flatMap((line) => line.parts.filter((part) => part.grossMinor > 0 && chosen(part)).map((part) => ({ line, part })));
  }

  function waiveCharge(books: Books, charge: CollectedCharge, at: number): void {
    if (!isActive(charge) || isUnderWay(charge) || charge.operation === 'reversal') {
      throw new RejectedError('not_to_be_waived', `charge '${charge.chargeId}' is ${charge.status}, or an attempt is under way`);
    }
    const debits = release(books, charge, occasionAt(at));
    books.change(debits, { owner: 'waived', ownerId: '' });
    books.putCharge(ended(cameTo(charge, 'waived', at, 'waived')));
  }

  function waiveParts(books: Books, items: readonly Item[], at: number): void {
    const owners = new Map(items.map(({ part }) => [part.ownerId, part.owner]));
    for (const [ownerId, owner] of owners) {
      const isTooLate = owner === 'open' ? ownerId !== '' && isUnderWay(state.charges.get(ownerId)!) : !isUnpaid(state.invoices.get(ownerId));
      if (isTooLate) throw new RejectedError('not_to_be_waived', `'${ownerId}' is paid, or an attempt is under way`);
    }
    if (items.length === 0) throw new RejectedError('not_to_be_waived', 'nothing of it is unpaid');
    for (const item of items) {
      const { part } = item;
      const [waived] = books.change([item], { owner: 'waived', ownerId: '' });
      if (part.toldMinor === 0) continue;
      const isInvoiced = part.owner === 'invoice';
      const references = isInvoiced
        ? { invoiceId: part.ownerId, originalSaleId: invoiceSaleIdOf(part.ownerId) }
        : { chargeId: part.ownerId, originalSaleId: receiptIdOf(part.ownerId, part.operatorId) };
      // The document takes back what was told, though the part keeps its amount.
      const nothing = { line: waived!.line, part: { ...waived!.part, grossMinor: 0, vatMinor: 0 } };
      books.tell([changeOf(nothing, references, occasionAt(at))]);
    }
    for (const [ownerId, owner] of owners) {
      if (owner === 'invoice') changeInvoice(books, state.invoices.get(ownerId)!, at);
      else if (ownerId !== '') syncCharge(books, ownerId, at);
    }
  }

  /** What was waived is collected with the next charge after all. */
  function approve(books: Books, subject: string): void {
    const line = state.lines.get(subject.split('~')[0]!);
    const isMeant = ({ entryId }: Part): boolean => entryId === subject || line!.lineId === subject;
    const items = line === undefined ? [] : itemsIn([line], (part) => part.owner === 'waived' && isMeant(part));
    if (items.length === 0) throw new RejectedError('unknown_subject', `nothing was waived of a line or entry '${subject}'`);
    books.change(items, { owner: 'open', ownerId: '', status: 'pending' });
  }
}

/** Of a credit that a charge has used and does not need any more. */
const RELEASED = { ownerId: '', status: 'pending' } as const;

function ended(charge: CollectedCharge): CollectedCharge {
  return { ...charge, nextAttemptDay: '', isExhausted: false };
}

function byBillingDay(one: CollectedCharge, other: CollectedCharge): number {
  if (one.billingDay !== other.billingDay) return one.billingDay < other.billingDay ? -1 : 1;
  return one.chargeId < other.chargeId ? -1 : 1;
}

function wordToAccounts(type: 'block' | 'unblock', accountId: string, occasion: string, at: number): Control {
  return {
    controlId: idOf(type, accountId, occasion), type, subject: accountId, to: null, version: null, issuedAt: at, issuedBy: 'charges',
    reason: type === 'block' ? PAYMENT_TROUBLE : '',
  };
}
