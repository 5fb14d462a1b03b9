import { partitionCounts, topics } from '../../topics/topics.ts';
import { accountFor, emptyAccountIndex, putAccount, vehicleKey, type AccountIndex } from '../accounts/account-rules.ts';
import type { GlobalTable } from '../engine/global-table.ts';
import { OutputsNow } from '../engine/outputs.ts';
import { NotYetError, RejectedError, type Stage, type StageTask } from '../engine/stage.ts';
import type { TaskState } from '../engine/state.ts';
import { followPermits } from '../permits/permit-rules.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import { normalisePlate } from '../records/plate.ts';
import type { Account, Control, ExternalPayment, Garage, Permit, VehicleOwner } from '../records/records.ts';
import { openPricingRules, type PricingSink } from './rules.ts';
import type { PricingTables } from './surroundings.ts';

export interface PricingOptions {
  readonly ids: SchemaIds;
  readonly garages: GlobalTable<Garage>;
  readonly accounts: GlobalTable<Account>;
  readonly permits: GlobalTable<Permit>;
  readonly owners: GlobalTable<VehicleOwner>;
  /** IANA zone of visit days. */
  readonly serviceZone: string;
}

/** The rules of pricing, joined to the engine: what each visit costs whom. */
export function pricingStage(options: PricingOptions): Stage {
  const { garages, accounts, permits, owners, serviceZone } = options;
  const index = followAccounts(accounts);
  const tables: PricingTables = {
    garage: (garageId) => garages.get(garageId),
    account: (visit) => accountFor(index, visit, visit.enteredAt, visit.exitedAt),
    permitsFor: followPermits(permits),
    ownerRef: (vehicle) => owners.get(vehicleKey(vehicle))?.ownerRef ?? '',
    serviceZone,
  };
  return {
    name: 'pricing',
    inputs: [topics.visits.name, topics.pricingControl.name, topics.externalPayments.name, topics.visitsClock.name],
    changelog: topics.pricingState.name,
    outputs: [topics.billing.name, topics.dispositions.name, topics.unpaid.name],
    gatherMs: 500,
    openTask: (task, state) => openPricingTask(task, state, options, tables),
  };
}

function openPricingTask(task: number, state: TaskState, options: PricingOptions, tables: PricingTables): StageTask {
  const { ids } = options;
  const visits = openCodec('Visit', ids);
  const controls = openCodec('Control', ids);
  const payments = openCodec('ExternalPayment', ids);
  const clockMoves = openCodec('ClockMove', ids);
  const rules = openPricingRules(state, tables);
  const now = new OutputsNow();
  const sink = sinkInto(now, task, ids);
  const ownGarages = new Set<string>();

  /** @throws {RejectedError} the garage belongs to another task, whose owner would not know of it */
  const checkPartition = (garageId: string): void => {
    if (ownGarages.has(garageId)) return;
    const partition = partitionOf(garageId, partitionCounts.garage);
    if (partition !== task) {
      throw new RejectedError('wrong_partition', `the garage's partition is ${partition}, not ${task}`);
    }
    ownGarages.add(garageId);
  };

  return {
    apply({ topic, record }, out) {
      const { value, timestamp } = record;
      if (value === null) throw new RejectedError('empty', 'a record without a value');
      now.begin(out, timestamp);
      switch (topic) {
        case topics.visits.name: {
          const visit = visits.decode(value);
          checkPartition(visit.garageId);
          return rules.visit(visit, timestamp, sink);
        }
        case topics.externalPayments.name: {
          const payment = payments.decode(value);
          checkPartition(payment.garageId);
          return rules.payment(checkedPayment(payment), sink);
        }
        case topics.visitsClock.name: {
          const move = clockMoves.decode(value);
          checkPartition(move.garageId);
          return rules.clockMove(move, sink);
        }
        default:
          return obey(controls.decode(value));
      }
    },
  };

  /** The tables are followed by themselves; a record that comes after this word is priced by no older ones. */
  function obey({ type, subject, version }: Control): void {
    const table = {
      garages: options.garages,
      accounts: options.accounts,
      permits: options.permits,
      owners: options.owners,
    }[subject];
    if (type !== 'configuration' || table === undefined || version === null) {
      throw new RejectedError('unknown_control', `pricing knows no control '${type}' of '${subject}'`);
    }
    if (table.version < version) {
      throw new NotYetError(`table ${subject} has not reached version ${version}`, () => table.reached(version));
    }
    if (subject === 'garages') rules.tariffsChanged(sink);
  }
}

/**
 * The payment with its plate and country as they are written everywhere: providers write them as they like.
 * @throws {RejectedError} no payment can be like that
 */
function checkedPayment(payment: ExternalPayment): ExternalPayment {
  const { provider, reference, plate, from, to, sumMinor } = payment;
  if (provider === '' || reference === '' || plate === '') {
    throw new RejectedError('incomplete_payment', 'a payment made elsewhere must name provider, reference and plate');
  }
  if (from > to || !Number.isSafeInteger(sumMinor) || sumMinor <= 0) {
    throw new RejectedError(
      'impossible_payment',
      'a payment made elsewhere must be for more than nothing, and end after it begins',
    );
  }
  // It is known, with its plate, until its time is over.
  if (to - from > PAID_FOR_MAX_MS) {
    throw new RejectedError('impossible_payment', 'a payment made elsewhere must be for 400 days at most');
  }
  const normalised = normalisePlate(plate);
  const country = payment.country.toUpperCase() || 'XX';
  if ('fault' in normalised || normalised.plate === '' || !/^[A-Z]{2}$/.test(country)) {
    throw new RejectedError(
      'impossible_payment',
      'a payment made elsewhere must be for a plate, and name a country by two letters, XX when unknown',
    );
  }
  return { ...payment, plate: normalised.plate, country };
}

/** More than a year, of whatever length. */
const PAID_FOR_MAX_MS = 400 * 86_400_000;

/** Encodes what the rules find and adds it to the outputs of the moment. */
function sinkInto(now: OutputsNow, task: number, ids: SchemaIds): PricingSink {
  const billing = openCodec('BillingRecord', ids);
  const dispositions = openCodec('Disposition', ids);
  const unpaid = openCodec('UnpaidVisit', ids);
  return {
    line(line) {
      const { accountId } = line;
      const partition = partitionOf(accountId, partitionCounts.account);
      now.add(topics.billing.name, partition, accountId, billing, { 'parking.BillingLine': line });
    },
    disposition: (disposition) =>
      now.add(topics.dispositions.name, task, disposition.garageId, dispositions, disposition),
    unpaid: (visit) => now.add(topics.unpaid.name, task, visit.garageId, unpaid, visit),
  };
}

function followAccounts(accounts: GlobalTable<Account>): AccountIndex {
  const index = emptyAccountIndex();
  for (const [accountId, account] of accounts.entries()) putAccount(index, accountId, account);
  accounts.onChange((accountId, account) => putAccount(index, accountId, account));
  return index;
}
