import type { Visit } from '../../records/records.ts';
import type { TruePassage, TrueStay } from './truth.ts';

/** Truth and visits for tests, in garage g1 on a day that begins at 0. */

export function stayOf(
  vehicleId: string, entryReadIds: readonly string[], exitReadIds: readonly string[], more: Partial<TrueStay> = {},
): TrueStay {
  return {
    kind: 'stay', garageId: 'g1', vehicleId, plate: 'AB12345', country: 'NO', entryReadIds, exitReadIds,
    enteredAt: '1970-01-01T08:00:00.000Z', exitedAt: '1970-01-01T10:00:00.000Z', labels: [], faults: [], ...more,
  };
}

export function passageOf(readIds: readonly string[], more: Partial<TruePassage> = {}): TruePassage {
  return { kind: 'passage', garageId: 'g1', readIds, at: '1970-01-01T09:00:00.000Z', labels: [], faults: [], ...more };
}

export function visitOf(visitId: string, more: Partial<Visit> = {}): Visit {
  return {
    visitId, revision: 1, status: 'closed', operatorId: '', garageId: 'g1', plate: 'AB12345', country: 'NO', plateRead: true,
    entryReadId: null, exitReadId: null, firstSeenAt: 0, enteredAt: 0, exitedAt: 0, matchConfidence: 1, flags: [], rulesVersion: 1,
    ...more,
  };
}
