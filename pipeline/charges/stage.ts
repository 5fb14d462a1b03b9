import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Outputs } from '../engine/outputs.ts';
import { RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { addDays } from '../pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { BillingLine, DayClose } from '../records/records.ts';
import { closeAccount, CORRECTION_DAYS, isForgotten, takeLine } from './rules.ts';
import { openChargesState, type ChargesState } from './state.ts';

/** parking.billing -> parking.charges: at a day close, what each account owes. */
export function chargesStage({ ids }: { readonly ids: SchemaIds }): Stage {
  const billingCodec = openCodec('BillingRecord', ids);
  const chargeCodec = openCodec('Charge', ids);

  return {
    name: 'charges',
    inputs: [topics.billing.name],
    changelog: topics.chargesState.name,
    outputs: [topics.charges.name],
    openTask(task, taskState): StageTask {
      const state = openChargesState(taskState);
      return {
        apply({ record }, out) {
          if (record.value === null) throw new RejectedError('empty', 'a record without a value');
          const billing = billingCodec.decode(record.value);
          if ('parking.DayClose' in billing) close(billing['parking.DayClose'], record.timestamp, task, state, out);
          else take(billing['parking.BillingLine'], task, state);
        },
      };
    },
  };

  function take(line: BillingLine, task: number, { lines, lastClosedDay }: ChargesState): void {
    if (partitionOf(line.accountId, partitionCounts.account) !== task) {
      throw new RejectedError('wrong_partition', `account '${line.accountId}' does not belong to partition ${task}`);
    }
    const known = lines.get(line.lineId);
    // Whether a line so old was charged is forgotten. Its first revision was not; a correction may never be guessed.
    if (known === undefined && line.revision > 1 && isForgotten(line.visitDay, lastClosedDay())) {
      throw new RejectedError('correction_too_late', `line '${line.lineId}' is of ${line.visitDay}, more than ${CORRECTION_DAYS} days before the last close`);
    }
    const taken = takeLine(known, line);
    if (taken !== null) lines.put(line.lineId, taken);
  }

  /** A day once closed stays closed: the same day again, or one before it, makes nothing. */
  function close({ billingDay }: DayClose, timestamp: number, task: number, state: ChargesState, out: Outputs): void {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(billingDay)) {
      throw new RejectedError('bad_day', 'the billing day of a day close is not of the form YYYY-MM-DD');
    }
    const lastClosedDay = state.lastClosedDay();
    if (lastClosedDay !== undefined && billingDay <= lastClosedDay) return;
    state.setLastClosedDay(billingDay);
    for (const accountId of state.dueAccounts()) {
      const { charges, lines } = closeAccount(accountId, billingDay, state.dueLines(accountId));
      for (const charge of charges) {
        out.add(topics.charges.name, task, { key: Buffer.from(accountId), value: chargeCodec.encode(charge), timestamp });
      }
      for (const line of lines) state.lines.put(line.lineId, line);
    }
    for (const lineId of state.settledBefore(addDays(billingDay, -CORRECTION_DAYS))) state.lines.delete(lineId);
  }
}
