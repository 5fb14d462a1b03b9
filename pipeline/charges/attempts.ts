import { sumOf } from './line.ts';
import type { PaymentRequest, PaymentResult } from '../records/records.ts';
import { cameTo, type CollectedCharge } from './charge.ts';
import { workingDayAfter } from './working-days.ts';

/** Working days after the first failure on which it is tried again. */
const RETRY_WORKING_DAYS = [1, 3, 5] as const;

/**
 * So many technical failures one after the other, one each working day, and there is an end: somebody
 * must look, not the driver.
 */
const TECHNICAL_FAILURES_MAX = 20;

/** What an account pays with. */
export interface Card {
  /** Empty: none. */
  readonly token: string;
  /** YYYY-MM: usable to that month's end. */
  readonly expiryMonth: string;
}

/** What is known of how an account pays. */
export interface Paying {
  readonly card: Card;
  /** The token that was declined for good, whatever it was asked for; empty: none was. */
  readonly refusedCard: string;
}

/** Whether an attempt may be made with the card on that day. */
export function isUsable({ card, refusedCard }: Paying, charge: CollectedCharge, today: string): boolean {
  // State of before accounts knew it has it with the charge alone.
  const isRefused = card.token === refusedCard || card.token === charge.refusedCard;
  return card.token !== '' && !isRefused && card.expiryMonth >= today.slice(0, 7);
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
export function attemptOf(charge: CollectedCharge, paying: Paying, today: string, at: number): Attempt {
  if (!isUsable(paying, charge, today)) {
    return { charge: afterFailure(cameTo(charge, 'failed', at, 'no_card'), today), request: null };
  }
  const { card } = paying;
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
      // The card is not to blame: the next working day, and nothing counts, but not for ever.
      const again = failed(result.code === '' ? TECHNICAL : `${TECHNICAL} ${result.code}`);
      if (hasFailedTechnically(again)) return { ...again, isExhausted: true };
      return { ...again, nextAttemptDay: workingDayAfter(charge.attemptDay, 1) };
    }
    case 'declined_soft':
      return afterFailure(failed(result.code), charge.attemptDay);
    case 'declined_hard':
      return { ...failed(result.code), refusedCard: charge.cardToken, isExhausted: true };
  }
}

/** Whether there is an end to it: the gateway is to blame, not the card or the want of one. */
export function hasFailedTechnically(charge: Pick<CollectedCharge, 'history'>): boolean {
  return technicalFailures(charge) >= TECHNICAL_FAILURES_MAX;
}

/** Of the newest attempts of the charge that are over so many have failed technically, one after the other. */
export function technicalFailures({ history }: Pick<CollectedCharge, 'history'>): number {
  const codes = history.filter(({ status, attempt, code }) =>
    attempt > 0 && status === 'failed' && code !== 'requested' && code !== 'unknown')
    .map(({ code }) => code.split(' ')[0]);
  return codes.length - 1 - codes.findLastIndex((code) => code !== TECHNICAL);
}

const TECHNICAL = 'technical';

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
