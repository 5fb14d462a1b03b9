import { sumOf } from './line.ts';
import type { PaymentRequest, PaymentResult } from '../records/records.ts';
import { cameTo, type CollectedCharge } from './charge.ts';
import { workingDayAfter } from './working-days.ts';

/** Working days after the first failure on which it is tried again. */
export const RETRY_WORKING_DAYS = [1, 3, 5] as const;

/** What an account pays with. */
export interface Card {
  /** Empty: none. */
  readonly token: string;
  /** YYYY-MM: usable to that month's end. */
  readonly expiryMonth: string;
}

/** Whether an attempt may be made with the card on that day. */
export function isUsable(card: Card, charge: CollectedCharge, today: string): boolean {
  return card.token !== '' && card.token !== charge.refusedCard && card.expiryMonth >= today.slice(0, 7);
}

export interface Attempt {
  readonly charge: CollectedCharge;
  /** Null: there is no card to ask. */
  readonly request: PaymentRequest | null;
}

/**
 * Asks for a charge of more than nothing, at a day close; with no usable card it has failed without an attempt.
 * @param at UTC ms of the close
 */
export function attemptOf(charge: CollectedCharge, card: Card, today: string, at: number): Attempt {
  if (!isUsable(card, charge, today)) {
    return { charge: afterFailure(cameTo(charge, 'failed', at, 'no_card'), today), request: null };
  }
  const attempt = charge.attempts + 1;
  const { chargeId, accountId, merchant, grossMinor, currency, billingDay } = charge;
  const requestId = `${chargeId}-${attempt}`;
  const asked = {
    ...cameTo(charge, charge.status, at, 'requested', attempt), attempts: attempt, requestId, cardToken: card.token,
    attemptDay: today, nextAttemptDay: '', isExhausted: false,
  };
  const request: PaymentRequest = {
    requestId, chargeId, attempt, accountId, merchant, grossMinor, vatMinor: vatOf(charge), currency,
    cardToken: card.token,
    description: `Parking ${billingDay}`, requestedAt: at, operation: 'payment', orderId: '',
  };
  return { charge: asked, request };
}

/** The charge after the outcome of its attempt; as it was after an `unknown` one, but for its history. */
export function afterOutcome(charge: CollectedCharge, result: PaymentResult): CollectedCharge {
  const { outcome, attempt, decidedAt, orderId } = result;
  const known = { ...charge, requestId: '' };
  const failed = (code: string): CollectedCharge => cameTo(known, 'failed', decidedAt, code, attempt);
  switch (outcome) {
    case 'unknown':
      return cameTo(charge, charge.status, decidedAt, 'unknown', attempt);
    case 'captured':
    case 'reversed':
      return { ...cameTo(known, 'charged', decidedAt, '', attempt), orderId, capturedMinor: charge.grossMinor };
    case 'technical': {
      // The card is not to blame: the next working day, and nothing counts.
      const nextAttemptDay = workingDayAfter(charge.attemptDay, 1);
      return { ...failed(result.code === '' ? 'technical' : `technical ${result.code}`), nextAttemptDay };
    }
    case 'declined_soft':
      return afterFailure(failed(result.code), charge.attemptDay);
    case 'declined_hard':
      return { ...failed(result.code), refusedCard: charge.cardToken, isExhausted: true };
  }
}

/** When it is tried again: on the next of the working days since the first failure, or not any more. */
function afterFailure(charge: CollectedCharge, day: string): CollectedCharge {
  const failingSince = charge.failingSince === '' ? day : charge.failingSince;
  const days = RETRY_WORKING_DAYS.map((count) => workingDayAfter(failingSince, count));
  const nextAttemptDay = days.find((next) => next > day) ?? '';
  return { ...charge, failingSince, nextAttemptDay, isExhausted: nextAttemptDay === '' };
}

/** Of credits with another VAT rate than what they are used for, the VAT of a sum may lie outside it. */
function vatOf({ lines, grossMinor }: CollectedCharge): number {
  return Math.min(grossMinor, Math.max(0, sumOf(lines).vatMinor));
}
