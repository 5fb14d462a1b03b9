import { TaskState } from '../engine/state.ts';
import { addDays } from '../pricing/calendar.ts';
import type {
  BillingLine, Charge, Control, LedgerEntry, MatchedPayment, PaymentOutcome, PaymentRequest, Sale,
} from '../records/records.ts';
import type { ChargesSink } from './desk.ts';
import { openChargesRules, type ChargesRules } from './rules.ts';
import { openChargesState, type ChargesState } from './state.ts';

/** A line of account a, of a Monday. */
export const aLine: BillingLine = {
  lineId: 'line-1', revision: 1, status: 'live', operatorId: 'op', accountId: 'a', visitId: 'visit-1', garageId: 'p4',
  visitDay: '2026-06-01', grossMinor: 3_500, vatMinor: 700, currency: 'NOK', tariffVersion: 't1', accountVersion: 1,
  merchant: 'default', ownerRef: '',
};

/** The rules over a state of their own, with what they told, and the words a test speaks in. */
export class TestCharges {
  readonly state: ChargesState;
  readonly rules: ChargesRules;
  readonly charges: Charge[] = [];
  readonly ledger: LedgerEntry[] = [];
  readonly sales: Sale[] = [];
  readonly requests: PaymentRequest[] = [];
  readonly controls: Control[] = [];
  readonly matched: MatchedPayment[] = [];
  at = Date.parse('2026-06-01T10:00:00Z');

  constructor(taskState = new TaskState()) {
    this.state = openChargesState(taskState);
    const sink: ChargesSink = {
      charge: (charge) => this.charges.push(JSON.parse(JSON.stringify(charge)) as Charge),
      ledger: (entry) => this.ledger.push(entry),
      sale: (sale) => this.sales.push(sale),
      request: (request) => this.requests.push(request),
      control: (control) => this.controls.push(control),
      matched: (payment) => this.matched.push(payment),
    };
    this.rules = openChargesRules({ state: this.state, sink, task: 0, serviceZone: 'Europe/Oslo' });
  }

  /** Another revision of a line, or another line. */
  line(changes: Partial<BillingLine> = {}): this {
    this.rules.line({ ...aLine, ...changes }, this.at);
    return this;
  }

  card(token = 'good', expiryMonth = '2030-12', accountId = 'a'): this {
    return this.control('card', accountId, { cardToken: token, cardExpiryMonth: expiryMonth });
  }

  control(type: Control['type'], subject: string, changes: Partial<Control> = {}): this {
    this.rules.control({
      controlId: 'c', type, subject, to: null, version: null,
      issuedAt: this.at, issuedBy: 'test', reason: '', ...changes,
    });
    return this;
  }

  /** Closes a day at six in the morning of the next. */
  close(billingDay: string): this {
    this.at = Date.parse(`${addDays(billingDay, 1)}T04:00:00Z`);
    this.rules.close({ billingDay, closedAt: this.at });
    return this;
  }

  /** The outcome of the newest request, or of the one before it by so many. */
  outcome(outcome: PaymentOutcome, { code = '', back = 0 }: { code?: string; back?: number } = {}): this {
    const { requestId, chargeId, attempt, accountId, grossMinor, currency } = this.requests.at(-1 - back)!;
    this.at += 1_000;
    this.rules.result({
      requestId, revision: 1, chargeId, attempt, accountId, outcome, code,
      authorisationReference: 'r', captureReference: 'r', grossMinor,
      currency, decidedAt: this.at, orderId: `order-${requestId}`,
    });
    return this;
  }

  pay(kid: string, amountMinor: number, reference: string, currency = 'NOK'): this {
    this.rules.bankPayment({ reference, kid, amountMinor, currency, bookedOn: '2026-06-20', receivedAt: this.at });
    return this;
  }

  /** The newest revision of each charge. */
  get newest(): Charge[] {
    return [...new Map(this.charges.map((charge) => [charge.chargeId, charge])).values()];
  }

  /** The newest revision of each ledger entry. */
  get entries(): LedgerEntry[] {
    return [...new Map(this.ledger.map((entry) => [entry.entryId, entry])).values()];
  }

  /** What the ledger says of an entry, in a few words. */
  entry(entryId: string): string {
    const { grossMinor, owner, status } = this.entries.find((one) => one.entryId === entryId)!;
    return `${grossMinor} ${owner} ${status}`;
  }

  get invoices(): Sale[] {
    return this.sales.filter(({ kind }) => kind === 'invoice');
  }
}
