import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import type { Sighting, Visit } from '../records/records.ts';
import { DueQueue } from '../engine/due-queue.ts';

/** Longer than a visit can be corrected after it has ended (the horizon). */
export const KEPT_MS = 3 * 86_400_000;

/** Under which plate a visit was last told. */
interface ToldUnder {
  readonly revision: number;
  readonly country: string;
  readonly plate: string;
  /** Record time at which it is forgotten; null: not while the vehicle is inside. */
  readonly forgetAt: number | null;
}

export interface SightingRules {
  /**
   * @param at timestamp of the visit's record, ms UTC: by it alone is decided what is old enough to be forgotten
   * @param tell takes the sightings: of a visit whose plate has changed, first its end under the former plate
   */
  visit(visit: Visit, at: number, tell: (sighting: Sighting) => void): void;
}

/**
 * Visits of a plate as sightings of it. A visit without a plate is none; one whose plate was only seen from behind is,
 * for the plate was there, whoever owes for the stay. A revision that is not above the known one changes nothing.
 */
export function openSightingRules(state: TaskState): SightingRules {
  const due = new DueQueue();
  const known: Table<ToldUnder> = state.table(1, toldUnderCodec, (visitId, _before, after) => {
    if (after != null && after.forgetAt !== null) due.push(after.forgetAt, visitId);
  });

  return {
    visit(visit, at, tell) {
      forget(at);
      const { visitId, revision, country, plate, status } = visit;
      const before = known.get(visitId);
      if (before !== undefined && before.revision >= revision) return;
      const isSighting = plate !== '';
      if (before !== undefined && (!isSighting || before.plate !== plate || before.country !== country)) {
        tell({ ...sightingOf(visit), country: before.country, plate: before.plate, status: 'withdrawn' });
      }
      if (!isSighting) return known.delete(visitId);
      known.put(visitId, { revision, country, plate, forgetAt: status === 'open' ? null : at + KEPT_MS });
      tell(sightingOf(visit));
    },
  };

  function forget(at: number): void {
    while (due.first <= at) {
      const visitId = due.firstKey;
      if (known.get(visitId)?.forgetAt === due.first) known.delete(visitId);
      due.pop();
    }
  }
}

function sightingOf(visit: Visit): Sighting {
  const {
    country, plate, operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence,
  } = visit;
  return { country, plate, operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence };
}

/** What a sighting is keyed by. */
export function plateKey({ country, plate }: Pick<Sighting, 'country' | 'plate'>): string {
  return `${country} ${plate}`;
}

/** Looked at once more at most, when the visit changes: they rest as bytes. */
const toldUnderCodec = {
  ...avroStateCodec<ToldUnder>(1, {
    type: 'record', name: 'ToldUnder', fields: [
      { name: 'revision', type: 'int' }, { name: 'country', type: 'string' }, { name: 'plate', type: 'string' },
      { name: 'forgetAt', type: ['null', 'long'] },
    ],
  }),
  rests: () => true,
};
