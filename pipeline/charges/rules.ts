import { RejectedError } from '../engine/stage.ts';
import { addDays, dayOf } from '../pricing/calendar.ts';
import type { BankPayment, BillingLine, Control, DayClose, PaymentResult } from '../records/records.ts';
import { matchPayment } from './bank-payments.ts';
import { openBooks } from './books.ts';
import { CORRECTION_DAYS, openClosing } from './closing.ts';
import { accountOf, type Desk } from './desk.ts';
import { openInvoicing } from './invoicing.ts';
import { takeLine } from './line.ts';
import { openOutcomes } from './outcomes.ts';
import { openRevisions } from './revisions.ts';
import { openWords } from './words.ts';

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

export function openChargesRules(desk: Desk): ChargesRules {
  const { state, sink, serviceZone } = desk;
  const invoicing = openInvoicing(desk);
  const revisions = openRevisions(desk, invoicing);
  const closing = openClosing(desk, invoicing);
  const outcomes = openOutcomes(desk, revisions);
  const words = openWords(desk, invoicing, revisions);
  return {
    line(line, at) {
      const known = state.lines.get(line.lineId);
      // Whether a line so old was charged is forgotten. Its first revision was not; a correction may never be guessed.
      if (known === undefined && line.revision > 1 && isForgotten(line.visitDay)) {
        const age = `of ${line.visitDay}, more than ${CORRECTION_DAYS} days before the last close`;
        throw new RejectedError('correction_too_late', `line '${line.lineId}' is ${age}`);
      }
      const taken = takeLine(known, line);
      if (taken === null) return;
      const books = openBooks(state, sink);
      books.putLine(taken);
      revisions.revise(books, taken.lineId, at);
      books.close(at);
    },

    close({ billingDay, closedAt }) {
      const lastClosedDay = state.lastClosedDay();
      if (lastClosedDay !== undefined && billingDay <= lastClosedDay) return;
      const day = dayOf(closedAt, serviceZone);
      const today = day > (state.today() ?? '') ? day : state.today()!;
      state.closeDay(billingDay, today);
      const occasion = { billingDay, today, at: closedAt };
      for (const accountId of state.dueAccounts()) closing.closeAccount(accountId, occasion);
      closing.forget(billingDay);
    },

    result(result) {
      const charge = state.charges.get(result.chargeId);
      // Of nobody's charge, or one long forgotten: the daily reconciliation names it.
      if (charge === undefined) return;
      const books = openBooks(state, sink);
      if (charge.operation === 'payment') outcomes.takeOutcome(books, charge, result);
      else outcomes.takeReversal(books, charge, result);
      books.close(result.decidedAt);
    },

    control(control) {
      const { type, subject, issuedAt } = control;
      const books = openBooks(state, sink);
      switch (type) {
        case 'card': {
          const card = { token: control.cardToken ?? '', expiryMonth: control.cardExpiryMonth ?? '' };
          const known = accountOf(desk, subject);
          // Told again, it is no new card.
          if (card.token === known.card.token && card.expiryMonth === known.card.expiryMonth) break;
          state.accounts.put(subject, { ...known, card, refusedCard: '' });
          if (card.token !== '') invoicing.unblockForCard(subject, issuedAt);
          break;
        }
        case 'hold_blocking':
        case 'release_blocking':
          state.accounts.put(subject, { ...accountOf(desk, subject), holdsBlocking: type === 'hold_blocking' });
          break;
        case 'waive':
          words.waive(books, subject, issuedAt);
          break;
        case 'approve':
          words.approve(books, subject);
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
      const paid = { ...invoice, paidMinor: invoice.paidMinor + matched.matchedMinor };
      invoicing.changeInvoice(books, paid, payment.receivedAt);
      books.close(payment.receivedAt);
    },
  };

  function isForgotten(visitDay: string): boolean {
    const lastClosedDay = state.lastClosedDay();
    return lastClosedDay !== undefined && visitDay < addDays(lastClosedDay, -CORRECTION_DAYS);
  }
}
