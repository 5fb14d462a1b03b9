import type { Visit } from '../records/records.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A closed visit, at revision 2. */
export function visitOf(changes: Partial<Visit> = {}): Visit {
  return {
    visitId: 'v', revision: 2, status: 'closed', operatorId: 'operator',
    garageId: 'g', plate: 'AB12345', country: 'NO', plateRead: true,
    entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: 8 * hour,
    enteredAt: 8 * hour, exitedAt: 9 * hour, matchConfidence: 0.99,
    flags: [], rulesVersion: 1, ...changes,
  };
}
