import { createHash } from 'node:crypto';

/** An id that is the same for the same parts. */
export function idOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

export function chargeIdOf(accountId: string, billingDay: string, merchant: string, currency: string): string {
  return idOf(accountId, billingDay, merchant, currency);
}

/** Of the charge by which credits of a day go back to the card. */
export function reversalIdOf(accountId: string, billingDay: string, merchant: string, currency: string): string {
  return idOf(accountId, billingDay, merchant, currency, 'reversal');
}

/** Of the receipt that comes with a charge, so that a credit note can name it. */
export function receiptIdOf(chargeId: string, operatorId: string): string {
  return idOf('receipt', chargeId, operatorId);
}

export function invoiceSaleIdOf(invoiceId: string): string {
  return idOf('invoice', invoiceId);
}
