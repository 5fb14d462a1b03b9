import { createHash, randomBytes } from 'node:crypto';

/** What the gateway takes as a payee reference. */
export const REFERENCE = /^[A-Za-z0-9]{1,30}$/;

/**
 * The payee reference of one operation of a payment request: always the same for the same request, so that a request
 * that is read twice, or taken over by another process, can not become two operations.
 */
export function referenceOf(requestId: string, operation: 'authorisation' | 'capture' | 'reversal'): string {
  return lettersAndDigits(createHash('sha256').update(`${operation} ${requestId}`).digest());
}

/** A reference of an operation that needs none to find it again by. */
export function newReference(): string {
  return lettersAndDigits(randomBytes(32));
}

/** 30 characters of 155 bits. */
function lettersAndDigits(bytes: Buffer): string {
  return BigInt(`0x${bytes.toString('hex')}`).toString(36).padStart(30, '0').slice(-30);
}
