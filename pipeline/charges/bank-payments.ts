import type { BankPayment, MatchedPayment } from '../records/records.ts';
import type { Invoice } from './giving-up.ts';
import { isKid } from './kid.ts';

/** What becomes of a payment that came into the bank: the invoice takes of it what it still lacks. */
export function matchPayment(payment: BankPayment, invoice: Invoice | undefined): MatchedPayment {
  const { reference, kid, amountMinor, currency, bookedOn, receivedAt: at } = payment;
  const told = { reference, kid, amountMinor, currency, bookedOn, at };
  const nobodys = { ...told, accountId: '', invoiceId: '', matchedMinor: 0, surplusMinor: amountMinor };
  if (!isKid(kid)) return { ...nobodys, fate: 'bad_check_digit' };
  if (invoice === undefined) return { ...nobodys, fate: 'unknown_kid' };
  const own = { ...nobodys, accountId: invoice.accountId, invoiceId: invoice.invoiceId };
  if (currency !== invoice.currency) return { ...own, fate: 'other_currency' };
  const lacking = lackingOf(invoice);
  if (lacking === 0) return { ...own, fate: 'paid_twice' };
  const matchedMinor = Math.min(amountMinor, lacking);
  const fate = amountMinor < lacking ? 'underpaid' : amountMinor > lacking ? 'overpaid' : 'paid';
  return { ...own, fate, matchedMinor, surplusMinor: amountMinor - matchedMinor };
}

/** What an invoice still lacks; nothing when corrections have taken it below what was paid. */
export function lackingOf({ grossMinor, paidMinor }: Invoice): number {
  return Math.max(0, grossMinor - paidMinor);
}
