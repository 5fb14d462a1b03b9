import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../records/avro-state.ts';
import type { BillingLine } from '../records/records.ts';

/** A visit that has or had a line. */
export interface PricedVisit {
  /** Newest revision met: older ones are of no more interest. */
  readonly revision: number;
  readonly garageId: string;
  /** The garage's hour when that revision came; null in review, which can last any time. */
  readonly revisedHour: number | null;
  /** Newest line of each account that ever had one. */
  readonly lines: readonly BillingLine[];
}

export interface PricingState {
  readonly visits: Table<PricedVisit>;
  /** Per garage the newest hour (since the epoch) that its visits tell of. */
  readonly hours: Table<number>;
  /** Visits of a garage last revised before that hour. */
  revisedBefore(garageId: string, hour: number): string[];
}

/** Opens the tables; which visits are due to be forgotten is derived from them. */
export function openPricingState(state: TaskState): PricingState {
  const byHour = new Map<string, Map<number, Set<string>>>();
  const visits = state.table(1, visitCodec, (visitId, before, after) => {
    if (before !== undefined && before.revisedHour !== null) {
      const hours = byHour.get(before.garageId)!;
      const ids = hours.get(before.revisedHour)!;
      ids.delete(visitId);
      if (ids.size === 0) hours.delete(before.revisedHour);
    }
    if (after !== undefined && after.revisedHour !== null) {
      const hours = byHour.get(after.garageId) ?? new Map<number, Set<string>>();
      byHour.set(after.garageId, hours);
      hours.set(after.revisedHour, (hours.get(after.revisedHour) ?? new Set()).add(visitId));
    }
  });
  const hours = state.table(2, hourCodec);
  return {
    visits,
    hours,
    revisedBefore: (garageId, hour) =>
      [...(byHour.get(garageId) ?? [])].flatMap(([revisedHour, ids]) => (revisedHour < hour ? [...ids] : [])),
  };
}

const visitCodec = avroStateCodec<PricedVisit>(1, {
  type: 'record', name: 'PricedVisit', fields: [
    { name: 'revision', type: 'int' },
    { name: 'garageId', type: 'string' },
    { name: 'revisedHour', type: ['null', 'long'] },
    { name: 'lines', type: { type: 'array', items: {
      type: 'record', name: 'Line', fields: [
        { name: 'lineId', type: 'string' }, { name: 'revision', type: 'int' }, { name: 'status', type: 'string' },
        { name: 'operatorId', type: 'string' }, { name: 'accountId', type: 'string' }, { name: 'visitId', type: 'string' },
        { name: 'garageId', type: 'string' }, { name: 'visitDay', type: 'string' }, { name: 'grossMinor', type: 'long' },
        { name: 'vatMinor', type: 'long' }, { name: 'currency', type: 'string' }, { name: 'tariffVersion', type: 'string' },
        { name: 'accountVersion', type: 'long' },
      ],
    } } },
  ],
});
const hourCodec = avroStateCodec<number>(1, 'long');
