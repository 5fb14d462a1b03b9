import type { PaymentOutcome, PaymentRequest, PaymentResult } from '../records/records.ts';
import type { OperationAnswer } from './gateway.ts';
import { referenceOf } from './references.ts';

/**
 * The life of a payment: authorising -> capturing -> ended, that of a reversal: reversing -> ended. References are
 * fixed when it begins and are kept before the gateway hears of them, so whatever is lost after that can be looked up
 * and never becomes a second payment.
 */
export interface Payment extends PaymentRequest {
  readonly phase: 'authorising' | 'capturing' | 'reversing' | 'ended';
  /** Of the newest result; 0: none yet. */
  readonly revision: number;
  /** Empty for a reversal. */
  readonly authorisationReference: string;
  /** Of the capture, or of the reversal. */
  readonly captureReference: string;
}

/** What is heard of the operation that is under way; `unknown`: there was no answer, and it is being looked up. */
export type Heard = OperationAnswer | { readonly kind: 'unknown' };

export interface Step {
  readonly payment: Payment;
  readonly result: PaymentResult | null;
}

export function beginPayment(request: PaymentRequest): Payment {
  const { requestId } = request;
  return request.operation === 'reversal'
    ? {
      ...request, phase: 'reversing', revision: 0,
      authorisationReference: '', captureReference: referenceOf(requestId, 'reversal'),
    }
    : {
      ...request, orderId: '', phase: 'authorising', revision: 0,
      authorisationReference: referenceOf(requestId, 'authorisation'),
      captureReference: referenceOf(requestId, 'capture'),
    };
}

/** What is wrong with a request, if anything is. Never quotes the card's token. */
export function requestFault(request: PaymentRequest): string | null {
  const { requestId, operation, grossMinor, vatMinor, currency, cardToken, orderId } = request;
  if (requestId === '') return 'a payment request needs an id';
  if (!(Number.isSafeInteger(grossMinor) && grossMinor > 0)) return 'a payment must be of more than nothing';
  const isVat = Number.isSafeInteger(vatMinor) && vatMinor >= 0 && vatMinor <= grossMinor;
  if (!isVat) return 'the VAT of a payment is from nothing to all of it';
  if (!/^[A-Z]{3}$/.test(currency)) return 'a currency is an ISO 4217 code';
  switch (operation) {
    case 'payment': return cardToken === '' ? 'a payment needs the token of a card' : null;
    case 'reversal': return orderId === '' ? 'a reversal needs the order that was captured' : null;
    default: return 'an operation is payment or reversal';
  }
}

/** @param at UTC ms, when it was heard */
export function afterHearing(payment: Payment, heard: Heard, at: number): Step {
  switch (heard.kind) {
    case 'unknown':
      // Told once: until it is known there is no news.
      return payment.revision > 0 ? { payment, result: null } : told(payment, 'unknown', '', at);
    case 'done':
      if (payment.phase === 'authorising') {
        return { payment: { ...payment, phase: 'capturing', orderId: heard.orderId }, result: null };
      }
      return told({ ...payment, phase: 'ended' }, payment.phase === 'reversing' ? 'reversed' : 'captured', '', at);
    case 'declined':
      return told({ ...payment, phase: 'ended' }, heard.mayRetry ? 'declined_soft' : 'declined_hard', heard.code, at);
    case 'refused':
      return told({ ...payment, phase: 'ended' }, 'technical', heard.code, at);
  }
}

function told(payment: Payment, outcome: PaymentOutcome, code: string, at: number): Step {
  const { requestId, chargeId, attempt, accountId, authorisationReference, captureReference, orderId } = payment;
  const { grossMinor, currency } = payment;
  const revision = payment.revision + 1;
  return {
    payment: { ...payment, revision },
    result: {
      requestId, revision, chargeId, attempt, accountId, outcome, code, authorisationReference,
      captureReference: orderId === '' ? '' : captureReference, grossMinor, currency, decidedAt: at, orderId,
    },
  };
}
