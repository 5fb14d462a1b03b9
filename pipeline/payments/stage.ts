import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Outputs } from '../engine/outputs.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { PaymentResult } from '../records/records.ts';
import type { Calls } from './calls.ts';
import { afterHearing, beginPayment, requestFault } from './rules.ts';
import { openPaymentsState, type PaymentsState } from './state.ts';

export interface PaymentsStageParts {
  readonly ids: SchemaIds;
  /** Calls of a task that begins. */
  readonly newCalls: () => Calls;
  /** Told of each result, just before it is committed. */
  readonly told: (result: PaymentResult) => void;
}

/**
 * parking.payment-requests -> the gateway -> parking.payment-results. A request becomes a payment with its references
 * in one transaction; only a later tick has the gateway called, so a call is never made before its reference is kept.
 * What is heard is taken in by a tick again: state and result in one transaction.
 */
export function paymentsStage({ ids, newCalls, told }: PaymentsStageParts): Stage {
  const requestCodec = openCodec('PaymentRequest', ids);
  const resultCodec = openCodec('PaymentResult', ids);

  return {
    name: 'payments',
    inputs: [topics.paymentRequests.name],
    changelog: topics.paymentsState.name,
    outputs: [topics.paymentResults.name],
    openTask(task, taskState): StageTask {
      const state = openPaymentsState(taskState);
      const calls = newCalls();
      /** Payments that came into their phase since the claim: the gateway can't have heard of that operation. */
      const fresh = new Set<string>();
      return {
        apply({ record }) {
          if (record.value === null) throw new RejectedError('empty', 'a record without a value');
          const request = requestCodec.decode(record.value);
          if (partitionOf(request.accountId, partitionCounts.account) !== task) {
            throw new RejectedError(
              'wrong_partition',
              `account '${request.accountId}' does not belong to partition ${task}`,
            );
          }
          const fault = requestFault(request);
          if (fault !== null) throw new RejectedError('bad_request', fault);
          if (state.payments.get(request.requestId) !== undefined) return;
          state.payments.put(request.requestId, beginPayment({ ...request }));
          fresh.add(request.requestId);
          for (const requestId of state.endedBefore(request.requestedAt - KEPT_MS)) state.payments.delete(requestId);
        },
        tick({ wallMs }, out) {
          // Everything in the state is committed here, so what it holds may be told to the gateway.
          for (const payment of state.open()) calls.begin(payment, fresh.delete(payment.requestId));
          return takeIn({ calls, state, fresh }, task, wallMs, out);
        },
      };
    },
  };

  /** Answers whether anything was heard. */
  function takeIn({ calls, state, fresh }: Task, task: number, at: number, out: Outputs): boolean {
    let any = false;
    for (const { requestId, phase, heard } of calls.heard()) {
      const payment = state.payments.get(requestId);
      if (payment?.phase !== phase) continue;
      const step = afterHearing(payment, heard, at);
      if (step.payment === payment) continue;
      any = true;
      state.payments.put(requestId, step.payment);
      if (step.payment.phase === 'capturing' && phase !== 'capturing') fresh.add(requestId);
      if (step.result === null) continue;
      told(step.result);
      out.add(topics.paymentResults.name, task, {
        key: Buffer.from(payment.accountId), value: resultCodec.encode(step.result), timestamp: at,
      });
    }
    return any;
  }
}

interface Task {
  readonly calls: Calls;
  readonly state: PaymentsState;
  readonly fresh: Set<string>;
}

/**
 * How long an ended payment is known. A request that comes again after that finds its references at the gateway, which
 * takes each once.
 */
const KEPT_MS = 60 * 86_400_000;
