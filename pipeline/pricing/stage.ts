import { partitionCounts, topics } from '../../topics/topics.ts';
import { accountFor, emptyAccountIndex, putAccount, type AccountIndex } from '../accounts/account-rules.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import type { LogRecord } from '../engine/log.ts';
import type { Outputs } from '../engine/outputs.ts';
import { NotYetError, RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Account, BillingRecord, Control, Garage, Visit } from '../records/records.ts';
import { isBillable, lineOf, newestLines, reviseLines } from './lines.ts';
import { openPricingState, type PricingState } from './state.ts';

export interface PricingOptions {
  readonly ids: SchemaIds;
  readonly garages: GlobalTable<Garage>;
  readonly accounts: GlobalTable<Account>;
  /** IANA zone of visit days. */
  readonly serviceZone: string;
}

/** parking.visits -> parking.billing: what each visit costs whom. */
export function pricingStage({ ids, garages, accounts, serviceZone }: PricingOptions): Stage {
  const visitCodec = openCodec('Visit', ids);
  const controlCodec = openCodec('Control', ids);
  const billingCodec = openCodec('BillingRecord', ids);
  const index = followAccounts(accounts);

  return {
    name: 'pricing',
    inputs: [topics.visits.name, topics.pricingControl.name],
    changelog: topics.pricingState.name,
    outputs: [topics.billing.name],
    openTask(task, taskState): StageTask {
      const state = openPricingState(taskState);
      return {
        apply({ topic, record }, out) {
          const bytes = valueOf(record);
          if (topic === topics.pricingControl.name) obey(controlCodec.decode(bytes));
          else price(visitCodec.decode(bytes), record.timestamp, task, state, out);
        },
      };
    },
  };

  /** The tables are followed by themselves; a record that comes after this word is priced by no older ones. */
  function obey({ type, subject, version }: Control): void {
    const table = { garages, accounts }[subject];
    if (type !== 'configuration' || table === undefined || version === null) {
      throw new RejectedError('unknown_control', `pricing knows no control '${type}' of '${subject}'`);
    }
    if (table.version < version) {
      throw new NotYetError(`table ${subject} has not reached version ${version}`, () => table.reached(version));
    }
  }

  function price(visit: Visit, timestamp: number, task: number, state: PricingState, out: Outputs): void {
    if (partitionOf(visit.garageId, partitionCounts.garage) !== task) {
      throw new RejectedError('wrong_partition', `garage '${visit.garageId}' does not belong to partition ${task}`);
    }
    const hour = moveHour(visit, state);
    const known = state.visits.get(visit.visitId);
    if (known !== undefined && visit.revision <= known.revision) return;
    const lines = known?.lines ?? [];
    const written = reviseLines(lines, wantedLine(visit));
    if (known === undefined && written.length === 0) return;
    for (const line of written) {
      const record: BillingRecord = { 'parking.BillingLine': line };
      out.add(topics.billing.name, partitionOf(line.accountId, partitionCounts.account), {
        key: Buffer.from(line.accountId), value: billingCodec.encode(record), timestamp,
      });
    }
    state.visits.put(visit.visitId, {
      revision: visit.revision,
      garageId: visit.garageId,
      revisedHour: visit.status === 'review' ? null : hour,
      lines: newestLines(lines, written),
    });
  }

  function wantedLine(visit: Visit) {
    if (!isBillable(visit)) return null;
    const account = accountFor(index, visit, visit.enteredAt, visit.exitedAt);
    return account === undefined ? null : lineOf(visit, account, garages.get(visit.garageId), serviceZone);
  }

  /**
   * Moves the garage's hour on and forgets what can't be revised any more: the visits stage repairs a visit within
   * its horizon, and twice that is sure to be beyond.
   */
  function moveHour(visit: Visit, { hours, visits, revisedBefore }: PricingState): number {
    const { garageId } = visit;
    const newest = Math.max(visit.firstSeenAt, visit.enteredAt ?? 0, visit.exitedAt ?? 0);
    const before = hours.get(garageId) ?? 0;
    const hour = Math.max(before, Math.floor(newest / HOUR_MS));
    if (hour > before) {
      hours.put(garageId, hour);
      const { horizonMs } = garages.get(garageId)?.settings ?? defaultSettings;
      for (const visitId of revisedBefore(garageId, hour - Math.ceil((2 * horizonMs) / HOUR_MS))) visits.delete(visitId);
    }
    return hour;
  }
}

const HOUR_MS = 3_600_000;

function followAccounts(accounts: GlobalTable<Account>): AccountIndex {
  const index = emptyAccountIndex();
  for (const [accountId, account] of accounts.entries()) putAccount(index, accountId, account);
  accounts.onChange((accountId, account) => putAccount(index, accountId, account));
  return index;
}

function valueOf({ value }: LogRecord): Buffer {
  if (value === null) throw new RejectedError('empty', 'a record without a value');
  return value;
}
