import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Outputs } from '../engine/outputs.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import type { TaskState } from '../engine/state.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
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
  givenUp(why: 'card' | 'technical'): void;
}

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

function openChargesTask(task: number, taskState: TaskState, { ids, serviceZone, told }: ChargesStageOptions): StageTask {
  const billing = openCodec('BillingRecord', ids);
  const results = openCodec('PaymentResult', ids);
  const controls = openCodec('Control', ids);
  const bankPayments = openCodec('BankPayment', ids);
  const sink = newOutputSink(task, ids, told);
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
      sink.out = out;
      sink.timestamp = timestamp;
      switch (topic) {
        case topics.billing.name: {
          const decoded = billing.decode(value);
          if ('parking.DayClose' in decoded) {
            const close = decoded['parking.DayClose'];
            if (!isDay(close.billingDay)) {
              throw new RejectedError('bad_day', 'the billing day of a day close is not of the form YYYY-MM-DD');
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
            throw new RejectedError('impossible_payment', 'a payment must have a reference, and be of more than nothing');
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

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

interface OutputSink extends ChargesSink {
  out: Outputs;
  timestamp: number;
}

/** Encodes what the rules decide and adds it to the outputs of the moment. */
function newOutputSink(task: number, ids: SchemaIds, told?: ChargesTold): OutputSink {
  const charges = openCodec('Charge', ids);
  const ledger = openCodec('LedgerEntry', ids);
  const requests = openCodec('PaymentRequest', ids);
  const sales = openCodec('Sale', ids);
  const controls = openCodec('Control', ids);
  const matched = openCodec('MatchedPayment', ids);
  const sink: OutputSink = {
    out: null!,
    timestamp: 0,
    charge(charge) {
      const code = charge.history.at(-1)?.code ?? '';
      if (code.startsWith('given_up')) told?.givenUp(code === 'given_up' ? 'card' : 'technical');
      sink.out.addEncoded(topics.charges.name, task, Buffer.from(charge.accountId), sink.timestamp, charges, charge);
    },
    ledger(entry) {
      sink.out.addEncoded(topics.ledger.name, task, Buffer.from(entry.accountId), sink.timestamp, ledger, entry);
    },
    request(request) {
      sink.out.addEncoded(topics.paymentRequests.name, task, Buffer.from(request.accountId), sink.timestamp, requests, request);
    },
    sale(sale) {
      const partition = partitionOf(sale.operatorId, partitionCounts.operator);
      sink.out.addEncoded(topics.sales.name, partition, Buffer.from(sale.operatorId), sink.timestamp, sales, sale);
    },
    control(control) {
      sink.out.addEncoded(topics.accountsControl.name, 0, Buffer.from(control.subject), sink.timestamp, controls, control);
    },
    matched(payment) {
      const key = payment.accountId === '' ? null : Buffer.from(payment.accountId);
      sink.out.add(topics.matchedPayments.name, task, { key, value: matched.encode(payment), timestamp: sink.timestamp });
    },
  };
  return sink;
}
