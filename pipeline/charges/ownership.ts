import type { Books } from './books.ts';
import type { CollectedCharge, Item } from './charge.ts';
import { receiptsTakenBack, type Occasion } from './sales.ts';
import type { ChargesState } from './state.ts';

/** Of a credit that a charge has used and does not need any more. */
export const RELEASED = { ownerId: '', status: 'pending' } as const;

/** A charge that nothing is collected by any more. */
export function ended(charge: CollectedCharge): CollectedCharge {
  return { ...charge, nextAttemptDay: '', isExhausted: false };
}

/** What was charged belongs to the charge for good. */
export function capture(state: ChargesState, books: Books, charge: CollectedCharge): void {
  books.putCharge({ ...charge, nextAttemptDay: '' });
  books.change(books.itemsOf(charge), { owner: 'captured', status: 'charged', since: state.today() ?? '' });
}

/** Takes a charge's receipts back and its credits out of it; answers what was to be paid. */
export function release(books: Books, charge: CollectedCharge, occasion: Occasion): Item[] {
  const items = books.itemsOf(charge);
  books.change(items.filter(({ part }) => part.grossMinor < 0), RELEASED);
  const debits = items.filter(({ part }) => part.grossMinor > 0);
  books.tell(receiptsTakenBack(charge, debits, occasion));
  return debits.map(books.current);
}
