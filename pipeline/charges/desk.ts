import { dayOf } from '../pricing/calendar.ts';
import type { Control, MatchedPayment, PaymentRequest } from '../records/records.ts';
import type { BooksSink } from './books.ts';
import type { Occasion } from './sales.ts';
import type { ChargesState, PayingAccount } from './state.ts';

/** Where the rules put what they decide. */
export interface ChargesSink extends BooksSink {
  request(request: PaymentRequest): void;
  /** A word to the accounts. */
  control(control: Control): void;
  matched(payment: MatchedPayment): void;
}

/** What all rules of a task work with. */
export interface Desk {
  readonly state: ChargesState;
  readonly sink: ChargesSink;
  readonly task: number;
  /** IANA zone of billing days. */
  readonly serviceZone: string;
}

export function accountOf({ state }: Desk, accountId: string): PayingAccount {
  return state.accounts.get(accountId) ?? {
    card: { token: '', expiryMonth: '' },
    refusedCard: '',
    isBlocked: false,
    holdsBlocking: false,
  };
}

/** Documents between two closes bear the days of the last. @param at UTC ms */
export function occasionAt({ state, serviceZone }: Desk, at: number): Occasion {
  const day = dayOf(at, serviceZone);
  return { billingDay: state.lastClosedDay() ?? day, today: state.today() ?? day, at };
}
