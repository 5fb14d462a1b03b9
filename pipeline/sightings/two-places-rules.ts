import type { Table, TaskState } from '../engine/state.ts';
import { avroStateCodec } from '../engine/avro-state.ts';
import { schemaText } from '../records/codec.ts';
import type { Irregularity, Sighting } from '../records/records.ts';
import { DueQueue } from '../engine/due-queue.ts';
import { KEPT_MS, plateKey } from './sightings-of-visits.ts';
import { dismissedTwoPlaces, judgeTwoPlaces, settledTwoPlaces, type PlatePlaces, type Stay } from './two-places.ts';

/**
 * An open stay is told to be over, as unclosed at the latest; should its garage be gone, it is forgotten after so long.
 */
const LONGEST_MS = 60 * 86_400_000;
/** No vehicle comes and goes so often; what is read as one plate so often is a sign on the wall. */
const MOST_STAYS = 40;

interface PlateRow extends KnownPlaces {
  readonly forgetAt: number;
}

interface KnownPlaces extends PlatePlaces {
  readonly stays: readonly KnownStay[];
}

interface KnownStay extends Stay {
  /** Record time at which it is forgotten. */
  readonly forgetAt: number;
}

export interface TwoPlacesRules {
  /**
   * @param at timestamp of the sighting's record, ms UTC: by it alone is decided what is old enough to be forgotten
   * @throws {RejectedError} of a dismissal: nothing is known that it could be about
   */
  sighting(sighting: Sighting, at: number, tell: (irregularity: Irregularity) => void): void;
}

/** The stays of each plate with each operator, for as long as they can overlap others or be corrected. */
export function openTwoPlacesRules(state: TaskState): TwoPlacesRules {
  const due = new DueQueue();
  const plates: Table<PlateRow> = state.table(1, plateRowCodec, (key, before, after) => {
    if (after !== undefined && after.forgetAt !== before?.forgetAt) due.push(after.forgetAt, key);
  });

  return {
    sighting(sighting, at, tell) {
      while (due.first <= at) {
        const key = due.firstKey;
        const row = plates.get(key);
        if (row?.forgetAt === due.first) put(key, without(row, ({ forgetAt }) => forgetAt <= due.first, tell));
        due.pop();
      }
      const {
        operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence, dismissal,
      } = sighting;
      const key = `${operatorId} ${plateKey(sighting)}`;
      const known = plates.get(key) ?? nothingKnown;
      if (dismissal != null) {
        const told = dismissedTwoPlaces(known.told, dismissal, garageId);
        tellNew(told, known, tell);
        if (told !== known.told) put(key, { ...known, told });
        return;
      }
      const before = known.stays.find((stay) => stay.visitId === visitId);
      if (before !== undefined && before.revision >= revision) return;
      const stay: KnownStay = {
        garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence,
        forgetAt: at + (status === 'open' ? LONGEST_MS : KEPT_MS),
      };
      const stays = [...known.stays.filter((other) => other !== before), stay];
      const told = judgeTwoPlaces({ stays, told: known.told }, operatorId);
      tellNew(told, known, tell);
      const row = { stays, told };
      put(key, stays.length <= MOST_STAYS ? row : without(row, (other) => other === stays[0], tell));
    },
  };

  function put(key: string, { stays, told }: KnownPlaces): void {
    if (stays.length === 0) return plates.delete(key);
    plates.put(key, { stays, told, forgetAt: Math.min(...stays.map(({ forgetAt }) => forgetAt)) });
  }
}

const nothingKnown: KnownPlaces = { stays: [], told: [] };

function tellNew(told: readonly Irregularity[], known: KnownPlaces, tell: (irregularity: Irregularity) => void): void {
  for (const irregularity of told) if (!known.told.includes(irregularity)) tell(irregularity);
}

/** What is open of the stays that go is settled. */
function without(
  { stays, told }: KnownPlaces, goes: (stay: KnownStay) => boolean, tell: (irregularity: Irregularity) => void,
): KnownPlaces {
  const gone = new Set(stays.filter(goes).map(({ visitId }) => visitId));
  const ending = told.filter(({ visitIds }) => visitIds.some((visitId) => gone.has(visitId)));
  for (const known of ending) {
    const settled = settledTwoPlaces(known);
    if (settled !== known) tell(settled);
  }
  return { stays: stays.filter((stay) => !goes(stay)), told: told.filter((known) => !ending.includes(known)) };
}

const nullable = (type: string) => ['null', type];

/** Most plates are in one garage, and are not looked at again until they are forgotten: they rest as bytes. */
const plateRowCodec = {
  ...avroStateCodec<PlateRow>(1, {
    type: 'record', name: 'PlateRow', fields: [
      { name: 'stays', type: { type: 'array', items: { type: 'record', name: 'KnownStay', fields: [
        { name: 'garageId', type: 'string' }, { name: 'visitId', type: 'string' }, { name: 'revision', type: 'int' },
        { name: 'status', type: 'string' }, { name: 'enteredAt', type: nullable('long') },
        { name: 'exitedAt', type: nullable('long') },
        { name: 'matchConfidence', type: 'float' }, { name: 'forgetAt', type: 'long' },
      ] } } },
      { name: 'told', type: { type: 'array', items: JSON.parse(schemaText('Irregularity')) } },
      { name: 'forgetAt', type: 'long' },
    ],
  }),
  rests: () => true,
};
