import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { Payment } from './rules.ts';

export interface PaymentsState {
  /** By request id; ended ones too, so that a request that comes again is known. */
  readonly payments: Table<Payment>;
  /** Payments that are not ended, in the order in which they began. */
  open(): Iterable<Payment>;
  /** Ended ones that were requested before this time (UTC ms). */
  endedBefore(requestedAt: number): string[];
}

/** Opens the tables; which payments are open, and which are due to be forgotten, is derived from them. */
export function openPaymentsState(state: TaskState): PaymentsState {
  const open = new Map<string, Payment>();
  const endedByDay = new Map<number, Set<string>>();
  const payments = state.table(1, paymentCodec, (requestId, before, after) => {
    if (before?.phase === 'ended') {
      const ids = endedByDay.get(dayOf(before))!;
      ids.delete(requestId);
      if (ids.size === 0) endedByDay.delete(dayOf(before));
    }
    if (after?.phase === 'ended') {
      endedByDay.set(dayOf(after), (endedByDay.get(dayOf(after)) ?? new Set()).add(requestId));
    }
    if (after === undefined || after.phase === 'ended') open.delete(requestId);
    else open.set(requestId, after);
  });
  return {
    payments,
    open: () => open.values(),
    endedBefore: (requestedAt) =>
      [...endedByDay].flatMap(([day, ids]) => ((day + 1) * DAY_MS <= requestedAt ? [...ids] : [])),
  };
}

const DAY_MS = 86_400_000;

function dayOf({ requestedAt }: Payment): number {
  return Math.floor(requestedAt / DAY_MS);
}

const paymentCodec = avroStateCodec<Payment>(1, {
  type: 'record', name: 'Payment', fields: [
    { name: 'requestId', type: 'string' }, { name: 'chargeId', type: 'string' }, { name: 'attempt', type: 'int' },
    { name: 'accountId', type: 'string' }, { name: 'merchant', type: 'string' }, { name: 'grossMinor', type: 'long' },
    { name: 'vatMinor', type: 'long' }, { name: 'currency', type: 'string' }, { name: 'cardToken', type: 'string' },
    { name: 'description', type: 'string' }, { name: 'requestedAt', type: 'long' }, { name: 'phase', type: 'string' },
    { name: 'revision', type: 'int' }, { name: 'authorisationReference', type: 'string' },
    { name: 'captureReference', type: 'string' },
    { name: 'orderId', type: 'string' }, { name: 'operation', type: 'string' },
  ],
});
