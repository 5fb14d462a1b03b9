import type { GlobalTable } from '../engine/global-table.ts';
import type { Permit } from '../records/records.ts';

/** A vehicle in a garage, and when it came. */
export interface Entry {
  readonly garageId: string;
  readonly country: string;
  readonly plate: string;
  /** UTC ms */
  readonly enteredAt: number;
}

/** Answers which permits a vehicle may use for a visit that begins then, in the order of their ids. */
export type PermitsFor = (entry: Entry) => readonly Permit[];

/**
 * Follows the table of permits. A permit is that of the country and plate; a vehicle whose country was not read has
 * the permits of its plate in any.
 */
export function followPermits(permits: Pick<GlobalTable<Permit>, 'entries' | 'onChange'>): PermitsFor {
  const byId = new Map<string, Permit>();
  const byPlate = new Map<string, Permit[]>();
  const put = (permitId: string, permit: Permit | undefined): void => {
    const before = byId.get(permitId);
    if (before !== undefined) {
      const others = byPlate.get(before.plate)!.filter((other) => other !== before);
      if (others.length === 0) byPlate.delete(before.plate);
      else byPlate.set(before.plate, others);
    }
    byId.delete(permitId);
    if (permit === undefined) return;
    byId.set(permitId, permit);
    const others = byPlate.get(permit.plate) ?? [];
    byPlate.set(permit.plate, [...others, permit].sort((one, other) => (one.permitId < other.permitId ? -1 : 1)));
  };
  for (const [permitId, permit] of permits.entries()) put(permitId, permit);
  permits.onChange(put);

  return ({ garageId, country, plate, enteredAt }) =>
    byPlate.get(plate)?.filter((permit) =>
      permit.garages.includes(garageId) && (permit.country === country || country === 'XX')
      && permit.from <= enteredAt && (permit.to === null || enteredAt < permit.to)) ?? NONE;
}

const NONE: readonly Permit[] = [];
