import type { Visit } from '../../records/records.ts';

/**
 * Many visits in the form that passes between threads quickest, as `packed-reads.ts` has reads: an object with a name to each field is
 * written out with all those names. What visits share (where, which country, how they ended) stands there once.
 */
export interface PackedVisits {
  readonly shared: readonly SharedFields[];
  /** Of each visit, the place of its shared fields. */
  readonly sharedAt: Uint32Array;
  /** Of each visit its numbers, NUMBERS of them; NaN: null. */
  readonly numbers: Float64Array;
  readonly visitIds: readonly string[];
  readonly plates: readonly string[];
  readonly entryReadIds: readonly (string | null)[];
  readonly exitReadIds: readonly (string | null)[];
}

type SharedFields = Pick<Visit, 'status' | 'operatorId' | 'garageId' | 'country' | 'plateRead' | 'flags' | 'rulesVersion'>;

/** revision, firstSeenAt, enteredAt, exitedAt, matchConfidence */
const NUMBERS = 5;

export function packVisits(visits: readonly Visit[]): PackedVisits {
  const shared: SharedFields[] = [];
  const places = new Map<string, number>();
  const sharedAt = new Uint32Array(visits.length);
  const numbers = new Float64Array(NUMBERS * visits.length);
  for (let at = 0; at < visits.length; at++) {
    const visit = visits[at]!;
    const { status, operatorId, garageId, country, plateRead, flags, rulesVersion } = visit;
    const key = `${status}\n${operatorId}\n${garageId}\n${country}\n${plateRead}\n${flags.join()}\n${rulesVersion}`;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = shared.length));
      shared.push({ status, operatorId, garageId, country, plateRead, flags, rulesVersion });
    }
    sharedAt[at] = place;
    const first = NUMBERS * at;
    numbers[first] = visit.revision;
    numbers[first + 1] = visit.firstSeenAt;
    numbers[first + 2] = visit.enteredAt ?? NaN;
    numbers[first + 3] = visit.exitedAt ?? NaN;
    numbers[first + 4] = visit.matchConfidence;
  }
  return {
    shared, sharedAt, numbers, visitIds: visits.map(({ visitId }) => visitId), plates: visits.map(({ plate }) => plate),
    entryReadIds: visits.map(({ entryReadId }) => entryReadId), exitReadIds: visits.map(({ exitReadId }) => exitReadId),
  };
}

/** The arrays whose memory can be handed over to the other thread. */
export function transferable({ sharedAt, numbers }: PackedVisits): ArrayBuffer[] {
  return [sharedAt, numbers].map(({ buffer }) => buffer as ArrayBuffer);
}

export function unpackVisits({ shared, sharedAt, numbers, visitIds, plates, entryReadIds, exitReadIds }: PackedVisits): Visit[] {
  const visits: Visit[] = [];
  for (let at = 0; at < visitIds.length; at++) {
    const { status, operatorId, garageId, country, plateRead, flags, rulesVersion } = shared[sharedAt[at]!]!;
    const first = NUMBERS * at;
    visits.push({
      visitId: visitIds[at]!, revision: numbers[first]!, status, operatorId, garageId, plate: plates[at]!, country, plateRead,
      entryReadId: entryReadIds[at]!, exitReadId: exitReadIds[at]!, firstSeenAt: numbers[first + 1]!,
      enteredAt: orNull(numbers[first + 2]!), exitedAt: orNull(numbers[first + 3]!), matchConfidence: numbers[first + 4]!, flags, rulesVersion,
    });
  }
  return visits;
}

function orNull(number: number): number | null {
  return Number.isNaN(number) ? null : number;
}
