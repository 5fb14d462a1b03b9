import { partitionCounts, topics } from '../../topics/topics.ts';
import { OutputsNow } from '../engine/outputs.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import type { TaskState } from '../engine/state.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { isDay } from '../service/days.ts';
import type { PaymentOutcome } from '../records/records.ts';
import type { ChargesSink } from './desk.ts';
import { partitionOfKid } from './kid.ts';
import { openChargesRules } from './rules.ts';
import { openChargesState } from './state.ts';

export interface ChargesStageOptions {
  readonly ids: SchemaIds;
  /** IANA zone of billing days. */
  readonly serviceZone: string;
  readonly told?: ChargesTold;
}

/** For metrics. */
export interface ChargesTold {
  /** An attempt or a reversal came to this; attempts that are known already count as often as they are told. */
  outcome(outcome: PaymentOutcome): void;
  /** A charge goes on an invoice, or what a reversal was to give back waits as a credit again. */
  givenUp(why: 'card' | 'technical' | 'reversal'): void;
}

/** By the code in the charge's history. */
const WHY_GIVEN_UP: ReadonlyMap<string, 'card' | 'technical' | 'reversal'> = new Map([
  ['given_up', 'card'], ['given_up technical', 'technical'], ['given_up reversal', 'reversal'],
]);

/** The rules of charges, joined to the engine: what each account owes, and its collecting. */
export function chargesStage(options: ChargesStageOptions): Stage {
  return {
    name: 'charges',
    inputs: [topics.billing.name, topics.paymentResults.name, topics.chargesControl.name, topics.bankPayments.name],
    changelog: topics.chargesState.name,
    outputs: [
      topics.charges.name, topics.ledger.name, topics.paymentRequests.name, topics.matchedPayments.name,
      topics.chargesOrder.name,
    ],
    // Whether an outcome came before a day close or after it decides what the close does.
    order: topics.chargesOrder.name,
    openTask: (task, state) => openChargesTask(task, state, options),
  };
}

function openChargesTask(
  task: number, taskState: TaskState, { ids, serviceZone, told }: ChargesStageOptions,
): StageTask {
  const billing = openCodec('BillingRecord', ids);
  const results = openCodec('PaymentResult', ids);
  const controls = openCodec('Control', ids);
  const bankPayments = openCodec('BankPayment', ids);
  const now = new OutputsNow();
  const sink = sinkInto(now, task, ids, told);
  const rules = openChargesRules({ state: openChargesState(taskState), sink, task, serviceZone });

  /** @throws {RejectedError} the account belongs to another task, whose owner would not know of it */
  const checkAccount = (accountId: string): void => {
    if (partitionOf(accountId, partitionCounts.account) === task) return;
    throw new RejectedError('wrong_partition', `account '${accountId}' does not belong to partition ${task}`);
  };

  return {
    apply({ topic, record }, out) {
      const { value, timestamp } = record;
      if (value === null) throw new RejectedError('empty', 'a record without a value');
      now.begin(out, timestamp);
      switch (topic) {
        case topics.billing.name: {
          const decoded = billing.decode(value);
          if ('parking.DayClose' in decoded) {
            const close = decoded['parking.DayClose'];
            if (!isDay(close.billingDay)) {
              throw new RejectedError('bad_day', 'the billing day of a day close is no day of the calendar, YYYY-MM-DD');
            }
            return rules.close(close);
          }
          const line = decoded['parking.BillingLine'];
          checkAccount(line.accountId);
          return rules.line(line, timestamp);
        }
        case topics.paymentResults.name: {
          const result = results.decode(value);
          checkAccount(result.accountId);
          told?.outcome(result.outcome);
          return rules.result(result);
        }
        case topics.bankPayments.name: {
          const payment = bankPayments.decode(value);
          if (partitionOfKid(payment.kid, partitionCounts.account) !== task) {
            throw new RejectedError('wrong_partition', `a payment with this KID does not belong to partition ${task}`);
          }
          if (payment.reference === '' || !Number.isSafeInteger(payment.amountMinor) || payment.amountMinor <= 0) {
            throw new RejectedError(
              'impossible_payment',
              'a payment must have a reference, and be of more than nothing',
            );
          }
          return rules.bankPayment(payment);
        }
        default: {
          const control = controls.decode(value);
          if (control.type !== 'waive' && control.type !== 'approve') checkAccount(control.subject);
          return rules.control(control);
        }
      }
    },
  };
}

/** Encodes what the rules decide and adds it to the outputs of the moment. */
function sinkInto(now: OutputsNow, task: number, ids: SchemaIds, told?: ChargesTold): ChargesSink {
  const charges = openCodec('Charge', ids);
  const ledger = openCodec('LedgerEntry', ids);
  const requests = openCodec('PaymentRequest', ids);
  const sales = openCodec('Sale', ids);
  const controls = openCodec('Control', ids);
  const matched = openCodec('MatchedPayment', ids);
  return {
    charge(charge) {
      const code = charge.history.at(-1)?.code ?? '';
      const why = WHY_GIVEN_UP.get(code);
      if (why !== undefined) told?.givenUp(why);
      now.add(topics.charges.name, task, charge.accountId, charges, charge);
    },
    ledger: (entry) => now.add(topics.ledger.name, task, entry.accountId, ledger, entry),
    request: (request) => now.add(topics.paymentRequests.name, task, request.accountId, requests, request),
    sale: (sale) =>
      now.add(topics.sales.name, partitionOf(sale.operatorId, partitionCounts.operator), sale.operatorId, sales, sale),
    control: (control) => now.add(topics.accountsControl.name, 0, control.subject, controls, control),
    matched(payment) {
      if (payment.accountId !== '') {
        return now.add(topics.matchedPayments.name, task, payment.accountId, matched, payment);
      }
      now.out.add(topics.matchedPayments.name, task, {
        key: null,
        value: matched.encode(payment),
        timestamp: now.timestamp,
      });
    },
  };
}
