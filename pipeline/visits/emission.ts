import type { GarageSettings, Visit } from '../records/records.ts';
import { firstRead, lastRead, type Passage } from './passages.ts';
import { flagsOf, sameList } from './irregularities.ts';
import { forgottenAt, type FoldedStay } from './timeline.ts';

/** Raised when the same reads would give other visits. */
export const RULES_VERSION = 1;

/** What of the last emitted revision must be known to see whether the next would differ. */
export type EmittedVisit = Pick<
  Visit, 'revision' | 'status' | 'entryReadId' | 'exitReadId' | 'firstSeenAt' | 'enteredAt' | 'exitedAt' | 'flags'
>;

/** Who and where: what a revision of a visit never changes. */
export interface VisitSubject {
  readonly visitId: string;
  readonly garageId: string;
  readonly operatorId: string;
  readonly country: string;
  readonly plate: string;
}

/**
 * The newest revision of a stay's visit: `before` itself when nothing changed, or while what changed is held back.
 *
 * At once: what the allowed lateness can't overturn. A stay in doubt waits until the clock passes it, and an entry
 * passage that only grew (a car before the camera is read again and again) until the exit or the allowed lateness.
 */
export function newestVisit(
  stay: FoldedStay, before: EmittedVisit | null, subject: VisitSubject, settings: GarageSettings, clock: number,
): EmittedVisit | null {
  if (stay.certainAt > clock) return before;
  const visit = visitOf(stay, before, subject);
  if (before === null) return visit;
  if (sameContent(before, visit)) return before;
  const onlyGrew = before.status === 'open' && visit.status === 'open' && sameList(before.flags, visit.flags);
  return onlyGrew && clock < lastRead(stay.entry!).at + settings.allowedLatenessMs ? before : visit;
}

/** A visit that turned out not to exist. */
export function withdrawnVisit(before: EmittedVisit, subject: VisitSubject): Visit {
  return {
    ...subject, ...before, revision: before.revision + 1, status: 'withdrawn',
    plateRead: true, matchConfidence: 0, rulesVersion: RULES_VERSION,
  };
}

/**
 * The garage clock at which the stay must be looked at again, given the newest revision emitted: when what is held
 * may go out, when an open stay is forgotten, or when a stay that has ended leaves the state.
 */
export function dueAt(stay: FoldedStay, emitted: EmittedVisit | null, settings: GarageSettings, clock: number): number {
  if (stay.certainAt > clock) return stay.certainAt;
  if (stay.status !== 'open') return leavesAt(stay.endAt, settings);
  const growth = lastRead(stay.entry!);
  if (emitted!.enteredAt !== growth.at || emitted!.entryReadId !== growth.readId) {
    return growth.at + settings.allowedLatenessMs;
  }
  return forgetDueAt(stay.entry!, settings);
}

/** When an open stay is forgotten: an exit in time may still come until the allowed lateness has passed. */
export function forgetDueAt(entry: Passage, settings: GarageSettings): number {
  return forgottenAt(entry, settings) + settings.allowedLatenessMs;
}

/**
 * When a stay whose last event was at `endAt` leaves the state: from then on no read can reach it, for what could
 * belong to its last passage is older than the horizon.
 */
export function leavesAt(endAt: number, settings: GarageSettings): number {
  return endAt + settings.passageGapMs + settings.horizonMs + 1;
}

function visitOf(stay: FoldedStay, before: EmittedVisit | null, subject: VisitSubject): Visit {
  const entry = stay.entry === null ? null : lastRead(stay.entry);
  const exit = stay.exit === null ? null : firstRead(stay.exit);
  return {
    visitId: subject.visitId,
    revision: before === null ? 1 : before.revision + 1,
    status: stay.status,
    operatorId: subject.operatorId,
    garageId: subject.garageId,
    plate: subject.plate,
    country: subject.country,
    plateRead: true,
    entryReadId: entry === null ? null : entry.readId,
    exitReadId: exit === null ? null : exit.readId,
    firstSeenAt: before === null ? firstRead((stay.entry ?? stay.exit)!).at : before.firstSeenAt,
    // A vehicle still being read at the entry when the exit sees it has not stayed for less than nothing.
    enteredAt: entry === null ? null : exit !== null && exit.at < entry.at ? exit.at : entry.at,
    exitedAt: exit === null ? null : exit.at,
    matchConfidence: entry !== null && exit !== null ? 1 : 0,
    flags: flagsOf(stay),
    rulesVersion: RULES_VERSION,
  };
}

function sameContent(a: EmittedVisit, b: EmittedVisit): boolean {
  return (
    a.status === b.status &&
    a.enteredAt === b.enteredAt &&
    a.exitedAt === b.exitedAt &&
    a.entryReadId === b.entryReadId &&
    a.exitReadId === b.exitReadId &&
    sameList(a.flags, b.flags)
  );
}
