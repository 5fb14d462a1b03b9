import type { VerifiedCard } from '../accounts/account-changes.ts';

/**
 * A card payment gateway as Bomfri needs it. Every operation has a payee reference of its own (A-Z a-z 0-9, at most 30
 * characters) that the gateway takes once: sent again it makes nothing new. Amounts are minor units, VAT included.
 * Each call throws {UnknownOutcomeError} when there was no answer, or none that tells.
 */
export interface Gateway {
  /** Begins a zero-sum Verify: the driver enters a card on the gateway's own page at `url`, never here. */
  beginVerify(verify: Verify): Promise<{ readonly orderId: string; readonly url: string }>;
  /** What became of a Verify. */
  verified(orderId: string): Promise<VerifyState>;
  /** Reserves an amount on a card whose holder is not there. */
  authorise(authorisation: Authorisation): Promise<OperationAnswer>;
  /** Takes what was reserved. */
  capture(capture: Capture): Promise<OperationAnswer>;
  /** Gives back what was taken, or a part of it. */
  reverse(reversal: Capture): Promise<OperationAnswer>;
  /** What became of the authorisation with this reference. */
  lookUpAuthorisation(reference: string): Promise<LookedUp>;
  /** What became of the capture with this reference, of an order that was authorised. */
  lookUpCapture(reference: string, orderId: string): Promise<LookedUp>;
  /** The same for a reversal. */
  lookUpReversal(reference: string, orderId: string): Promise<LookedUp>;
}

export interface Verify {
  readonly reference: string;
  readonly description: string;
  readonly currency: string;
  /** Where the page sends the driver when a card is entered, and when they give up. */
  readonly completeUrl: string;
  readonly cancelUrl: string;
}

export type VerifyState =
  | { readonly state: 'waiting' }
  | { readonly state: 'failed' }
  | { readonly state: 'verified'; readonly card: VerifiedCard };

export interface Authorisation {
  readonly reference: string;
  readonly cardToken: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly currency: string;
  readonly description: string;
}

/** Of an order that was authorised before; the same for a reversal. */
export interface Capture {
  readonly reference: string;
  /** The gateway's id of the order. */
  readonly orderId: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly description: string;
}

/** A known outcome of one operation. */
export type OperationAnswer =
  | { readonly kind: 'done'; readonly orderId: string }
  /** By the issuer or the card's scheme. */
  | { readonly kind: 'declined'; readonly mayRetry: boolean; readonly code: string }
  /** Nothing was done, and the card is not to blame. */
  | { readonly kind: 'refused'; readonly code: string };

/** `none`: the gateway has never taken the operation in. */
export type LookedUp = OperationAnswer | { readonly kind: 'none' };

/** There was no answer, or none that tells: the outcome is unknown until it is looked up. */
export class UnknownOutcomeError extends Error {
  override name = 'UnknownOutcomeError';
}
