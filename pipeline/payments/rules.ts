import type { PaymentOutcome, PaymentRequest, PaymentResult } from '../records/records.ts';
import type { OperationAnswer } from './gateway.ts';
import { referenceOf } from './references.ts';

/**
 * The life of a payment: authorising -> capturing -> ended. Its references are fixed when it begins and are kept before
 * the gateway hears of them, so whatever is lost after that can be looked up and never becomes a second payment.
 */
export interface Payment extends PaymentRequest {
  readonly phase: 'authorising' | 'capturing' | 'ended';
  /** Of the newest result; 0: none yet. */
  readonly revision: number;
  readonly authorisationReference: string;
  readonly captureReference: string;
  /** The gateway's id of what is authorised; empty before. */
  readonly orderId: string;
}

/** What is heard of the operation that is under way; `unknown`: there was no answer, and it is being looked up. */
export type Heard = OperationAnswer | { readonly kind: 'unknown' };

export interface Step {
  readonly payment: Payment;
  readonly result: PaymentResult | null;
}

export function beginPayment(request: PaymentRequest): Payment {
  return {
    ...request,
    phase: 'authorising',
    revision: 0,
    authorisationReference: referenceOf(request.requestId, 'authorisation'),
    captureReference: referenceOf(request.requestId, 'capture'),
    orderId: '',
  };
}

/** What is wrong with a request, if anything is. Never quotes the card's token. */
export function requestFault({ requestId, grossMinor, vatMinor, currency, cardToken }: PaymentRequest): string | null {
  if (requestId === '') return 'a payment request needs an id';
  if (!(Number.isSafeInteger(grossMinor) && grossMinor > 0)) return 'a payment must be of more than nothing';
  if (!(Number.isSafeInteger(vatMinor) && vatMinor >= 0 && vatMinor <= grossMinor)) return 'the VAT of a payment is from nothing to all of it';
  if (!/^[A-Z]{3}$/.test(currency)) return 'a currency is an ISO 4217 code';
  return cardToken === '' ? 'a payment request needs the token of a card' : null;
}

/** @param at UTC ms, when it was heard */
export function afterHearing(payment: Payment, heard: Heard, at: number): Step {
  switch (heard.kind) {
    case 'unknown':
      // Told once: until it is known there is no news.
      return payment.revision > 0 ? { payment, result: null } : told(payment, 'unknown', '', at);
    case 'done':
      if (payment.phase === 'authorising') return { payment: { ...payment, phase: 'capturing', orderId: heard.orderId }, result: null };
      return told({ ...payment, phase: 'ended' }, 'captured', '', at);
    case 'declined':
      return told({ ...payment, phase: 'ended' }, heard.mayRetry ? 'declined_soft' : 'declined_hard', heard.code, at);
    case 'refused':
      return told({ ...payment, phase: 'ended' }, 'technical', heard.code, at);
  }
}

function told(payment: Payment, outcome: PaymentOutcome, code: string, at: number): Step {
  const { requestId, chargeId, attempt, accountId, authorisationReference, captureReference, orderId, grossMinor, currency } = payment;
  const revision = payment.revision + 1;
  return {
    payment: { ...payment, revision },
    result: {
      requestId, revision, chargeId, attempt, accountId, outcome, code, authorisationReference,
      captureReference: orderId === '' ? '' : captureReference, grossMinor, currency, decidedAt: at,
    },
  };
}
