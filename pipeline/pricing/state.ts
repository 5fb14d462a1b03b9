import type { StateCodec, Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { BillingLine, Disposition, ExternalPayment, UnpaidVisit, Visit } from '../records/records.ts';
import { DueQueue } from '../engine/due-queue.ts';
import type { DispositionContent, Taken, UnpaidContent } from './settlement.ts';
import type { Charged } from './tariff/caps.ts';

/** A visit as priced: what is known of it, what was told of it, and what later visits need to know. */
export interface PricedVisit extends VisitFacts {
  readonly visitId: string;
  /** Newest line of each account that ever had one. */
  readonly lines: readonly BillingLine[];
  /** As last told; null: never. */
  readonly disposition: ToldDisposition | null;
  readonly unpaid: ToldUnpaid | null;
  /** Ids of the contracts whose places it may want. */
  readonly contracts: readonly string[];
  /** Those of them of which it has a place. */
  readonly places: readonly string[];
  readonly charged: readonly Charged[];
  readonly taken: readonly Taken[];
  /** Garage time at which it may be forgotten; null: not before it has changed. */
  readonly forgetAt: number | null;
}

/** What the newest revision of a visit tells. */
export type VisitFacts = Pick<
  Visit,
  | 'revision' | 'status' | 'operatorId' | 'garageId' | 'country' | 'plate' | 'plateRead' | 'firstSeenAt' | 'enteredAt'
  | 'exitedAt'
>;

export type ToldDisposition = DispositionContent & Pick<Disposition, 'revision' | 'status'>;
export type ToldUnpaid = UnpaidContent & Pick<UnpaidVisit, 'revision' | 'status'>;

/** A payment made elsewhere. */
export interface KnownPayment extends Pick<ExternalPayment,
  'garageId' | 'country' | 'plate' | 'from' | 'to' | 'sumMinor' | 'currency'> {
  readonly paymentKey: string;
  readonly forgetAt: number;
}

export interface PricingState {
  readonly visits: Table<PricedVisit>;
  readonly payments: Table<KnownPayment>;
  /** Per garage its time, UTC ms: the latest that its visits and clock moves tell of. */
  readonly clocks: Table<number>;
  /** Ids of the visits of a plate in a garage, of whatever country; none where no plate was read. */
  ofPlate(garageId: string, plate: string): readonly string[];
  ofContract(garageId: string, contractId: string): readonly string[];
  /** Keys of the payments for a plate in a garage. */
  paymentsOf(garageId: string, plate: string): readonly string[];
  /** Visits that no tariff covers yet. */
  readonly unpriced: ReadonlySet<string>;
  /** What is due in a garage, by its time; entries may be out of date. */
  due(garageId: string): DueQueue;
}

/** When a visit is to be looked at again; Infinity: when it changes. */
export function visitDueAt({ disposition, forgetAt }: PricedVisit): number {
  return Math.min(disposition?.payableUntil ?? Infinity, forgetAt ?? Infinity);
}

/** When a visit began, or else was first seen; UTC ms. */
export function beginOf({ enteredAt, firstSeenAt }: PricedVisit): number {
  return enteredAt ?? firstSeenAt;
}

/** In the order of their entries; of two at the same instant by their ids. */
export function isBefore(one: PricedVisit, other: PricedVisit): boolean {
  return beginOf(one) < beginOf(other) || (beginOf(one) === beginOf(other) && one.visitId < other.visitId);
}

/** A due entry names a visit or a payment. */
export const DUE_VISIT = 'v';
const DUE_PAYMENT = 'p';

/** Opens the tables; all that is looked up otherwise than by id is derived from them. */
export function openPricingState(state: TaskState): PricingState {
  const byPlate = new IdLists();
  const byContract = new IdLists();
  const paymentsByPlate = new IdLists();
  const unpriced = new Set<string>();
  const queues = new Map<string, DueQueue>();
  const due = (garageId: string): DueQueue => {
    let queue = queues.get(garageId);
    if (queue === undefined) queues.set(garageId, (queue = new DueQueue()));
    return queue;
  };
  const visits = state.table<PricedVisit>(1, visitCodec, (visitId, before, after) => {
    if (before?.plate !== after?.plate) {
      if (before !== undefined && before.plate !== '') byPlate.remove(before.garageId, before.plate, visitId);
      if (after !== undefined && after.plate !== '') byPlate.add(after.garageId, after.plate, visitId);
    }
    if (before?.contracts !== after?.contracts) {
      for (const contractId of before?.contracts ?? []) byContract.remove(before!.garageId, contractId, visitId);
      for (const contractId of after?.contracts ?? []) byContract.add(after!.garageId, contractId, visitId);
    }
    if (after?.disposition?.reason === 'no_tariff') unpriced.add(visitId);
    else unpriced.delete(visitId);
    if (after === undefined) return;
    const at = visitDueAt(after);
    if (at === Infinity || (before !== undefined && visitDueAt(before) === at)) return;
    due(after.garageId).push(at, DUE_VISIT + visitId);
  });
  const clocks = state.table<number>(2, clockCodec);
  const payments = state.table<KnownPayment>(3, paymentCodec, (key, before, after) => {
    if (before !== undefined && after === undefined) paymentsByPlate.remove(before.garageId, before.plate, key);
    if (before === undefined && after !== undefined) paymentsByPlate.add(after.garageId, after.plate, key);
    if (after !== undefined) due(after.garageId).push(after.forgetAt, DUE_PAYMENT + key);
  });
  return {
    visits,
    payments,
    clocks,
    ofPlate: (garageId, plate) => byPlate.get(garageId, plate),
    ofContract: (garageId, contractId) => byContract.get(garageId, contractId),
    paymentsOf: (garageId, plate) => paymentsByPlate.get(garageId, plate),
    unpriced,
    due,
  };
}

/** Short lists of ids, by garage and another key; most are of one. */
class IdLists {
  private readonly garages = new Map<string, Map<string, string | readonly string[]>>();

  get(garageId: string, key: string): readonly string[] {
    const list = this.garages.get(garageId)?.get(key);
    if (list === undefined) return NONE;
    return typeof list === 'string' ? [list] : list;
  }

  add(garageId: string, key: string, id: string): void {
    let lists = this.garages.get(garageId);
    if (lists === undefined) this.garages.set(garageId, (lists = new Map()));
    const list = lists.get(key);
    lists.set(key, list === undefined ? id : typeof list === 'string' ? [list, id] : [...list, id]);
  }

  remove(garageId: string, key: string, id: string): void {
    const left = this.get(garageId, key).filter((other) => other !== id);
    const lists = this.garages.get(garageId)!;
    if (left.length === 0) lists.delete(key);
    else lists.set(key, left.length === 1 ? left[0]! : left);
  }
}

const NONE: readonly string[] = [];

const nullable = (type: unknown) => ['null', type];
const fieldsOf = (fields: Record<string, unknown>) => Object.entries(fields).map(([name, type]) => ({ name, type }));
const record = (name: string, fields: Record<string, unknown>) => ({ type: 'record', name, fields: fieldsOf(fields) });
const arrayOf = (items: unknown) => ({ type: 'array', items });

/** Most are not looked at again until they are forgotten, so they rest as bytes. */
const visitCodec: StateCodec<PricedVisit> = ((): StateCodec<PricedVisit> => {
  const present = avroStateCodec<PricedVisit>(3, visitSchema({ merchant: 'string', ownerRef: 'string' }));
  const former = avroStateCodec<PricedVisit>(2, visitSchema({}));
  return {
    ...present,
    decode: (bytes, version) =>
      (version === 2 ? withMerchant(former.decode(bytes, 2)) : present.decode(bytes, version)),
    rests: () => true,
  };
})();

/** A visit whose lines were made before merchants and owners stood on them. */
function withMerchant(visit: PricedVisit): PricedVisit {
  return { ...visit, lines: visit.lines.map((line) => ({ ...line, merchant: 'default', ownerRef: '' })) };
}

function visitSchema(lineFields: Record<string, unknown>): object {
  return record('PricedVisit', {
    visitId: 'string', revision: 'int', status: 'string', operatorId: 'string', garageId: 'string', country: 'string',
    plate: 'string',
    plateRead: 'boolean', firstSeenAt: 'long', enteredAt: nullable('long'), exitedAt: nullable('long'),
    lines: arrayOf(record('Line', {
      lineId: 'string', revision: 'int', status: 'string', operatorId: 'string', accountId: 'string',
      visitId: 'string', garageId: 'string',
      visitDay: 'string', grossMinor: 'long', vatMinor: 'long', currency: 'string', tariffVersion: 'string',
      accountVersion: 'long', ...lineFields,
    })),
    disposition: nullable(record('ToldDisposition', {
      revision: 'int', status: 'string', disposition: 'string', reason: 'string', enteredAt: nullable('long'),
      exitedAt: nullable('long'),
      accountId: 'string', permitId: 'string', permitKind: 'string', grossMinor: 'long', vatMinor: 'long',
      paidMinor: 'long',
      currency: 'string', tariffVersion: 'string', payableUntil: nullable('long'),
    })),
    unpaid: nullable(record('ToldUnpaid', {
      revision: 'int', status: 'string', country: 'string', plate: 'string', enteredAt: 'long', exitedAt: 'long',
      grossMinor: 'long',
      vatMinor: 'long', currency: 'string', tariffVersion: 'string',
    })),
    contracts: arrayOf('string'),
    places: arrayOf('string'),
    charged: arrayOf(record('Charged', { at: 'long', minor: 'long' })),
    taken: arrayOf(record('Taken', { paymentKey: 'string', minor: 'long' })),
    forgetAt: nullable('long'),
  });
}
const clockCodec = avroStateCodec<number>(2, 'long');
const paymentCodec = avroStateCodec<KnownPayment>(1, record('KnownPayment', {
  paymentKey: 'string', garageId: 'string', country: 'string', plate: 'string', from: 'long', to: 'long',
  sumMinor: 'long',
  currency: 'string', forgetAt: 'long',
}));
