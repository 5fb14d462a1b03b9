import type { GarageSettings, Visit } from '../../records/records.ts';
import { decidedRight, pairConfidence } from '../confidence/pair-confidence.ts';
import { decidedShare, mayHoldAnother, unlikenessAmong, type LookAlikes } from '../confidence/pair-signs.ts';
import type { Taught } from '../confidence/taught.ts';
import { isUndecided } from './undecided.ts';
import { firstRead, isRearOnly, isRuledTogether, lastRead, type Passage } from '../passages/passages.ts';
import { firstOwnRead, lastOwnRead } from '../passages/trailers.ts';
import { sameList } from '../lists/same-list.ts';
import type { EmittedVisit } from './emitted-visit.ts';
import { plateOfStay } from './stay-plate.ts';
import type { FoldedStay } from './timeline.ts';

/** Raised when the same reads would give other visits. */
export const RULES_VERSION = 16;

/** Who and where: what a revision of a visit never changes. */
export interface VisitSubject {
  readonly visitId: string;
  readonly garageId: string;
  readonly operatorId: string;
}

/** The garage's part in what is told of its stays. */
export interface TellingOf {
  readonly settings: GarageSettings;
  readonly clock: number;
  /** Of the stay as it is now. */
  readonly flags: readonly string[];
  /** What the garage has taught, as it counts for a stay whose exit was read at that time, ms UTC. */
  taughtAt(at: number): Taught;
  /** The vehicle had been here shortly before, as far as was known when the stay was told last. */
  readonly cameBackBefore: boolean;
  /** Who else was inside when the stay's vehicle left; asked of a stay with both ends. */
  lookAlikes(): LookAlikes;
  /** The same of its own stays before (`own-stays.ts`). */
  likelierTwo(enteredAt: number, lengthMs: number): number;
  /** What the decision on its exit was worth (`decidedRight`), likewise. */
  readonly decidedBefore: number;
}

/**
 * The newest revision of a stay's visit: `before` itself when nothing changed, or while what changed is held back.
 *
 * At once: what the allowed lateness can't overturn. A stay in doubt waits until the clock passes it, and an entry
 * passage that only grew (a car before the camera is read again and again) until the exit or the allowed lateness.
 */
export function newestVisit(
  stay: FoldedStay, before: EmittedVisit | null, subject: VisitSubject, telling: TellingOf,
): EmittedVisit | null {
  const { settings, clock } = telling;
  if (stay.certainAt > clock || isUndecided(stay, before)) return before;
  if (stay.status === 'void') {
    return before === null || before.status === 'withdrawn' ? before : withdrawnVisit(before, subject);
  }
  const visit = visitOf(stay, before, subject, telling);
  if (before === null) return visit;
  if (sameContent(before, visit)) return before;
  const onlyGrew = before.status === 'open' && visit.status === 'open' && sameList(before.flags, visit.flags) &&
    before.plate === visit.plate && before.country === visit.country;
  return onlyGrew && clock < lastRead(stay.entry!).at + settings.allowedLatenessMs ? before : visit;
}

/** A visit that turned out not to exist. */
export function withdrawnVisit(before: EmittedVisit, subject: VisitSubject): Visit {
  return {
    ...before, ...subject, revision: before.revision + 1, status: 'withdrawn',
    plateRead: true, matchConfidence: 0, rulesVersion: RULES_VERSION,
  };
}

/**
 * Whether a pair is taken to be one stay, or is for a person to settle: it is about as likely two, stitched over a missed exit and a missed
 * entry, or likelier wrong than right by all that is known of it.
 * @param isOneStay how likely it is the one by pairing and by its length; @param matchConfidence by everything
 */
export function pairStatus(isOneStay: number, matchConfidence: number): 'closed' | 'review' {
  return isLikelyTwo(isOneStay) || matchConfidence < LEAST_SURE ? 'review' : 'closed';
}

export function isLikelyTwo(isOneStay: number): boolean {
  return isOneStay < REVIEW_BELOW;
}

/** How likely the two passages are one stay, by what pairing decided of the exit and by its length (ms). */
export function shareOfOneStay(exit: Passage, lengthMs: number, { stayTimes }: Taught): number {
  return decidedShare(exit) * (1 - stayTimes.stitchedShare(lengthMs));
}

const REVIEW_BELOW = 0.6;
export const LEAST_SURE = 0.5;

function visitOf(
  stay: FoldedStay, before: EmittedVisit | null, { visitId, garageId, operatorId }: VisitSubject,
  { flags, taughtAt, cameBackBefore, decidedBefore, lookAlikes, likelierTwo }: TellingOf,
): Visit {
  const { plate, country } = plateOfStay(stay);
  const entry = stay.entry === null ? null : lastOwnRead(stay.entry);
  const exit = stay.exit === null ? null : firstOwnRead(stay.exit);
  // A vehicle still being read at the entry when the exit sees it has not stayed for less than nothing.
  const enteredAt = entry === null ? null : exit !== null && exit.at < entry.at ? exit.at : entry.at;
  const exitedAt = exit === null ? null : exit.at;
  let status = stay.status as Visit['status'];
  let matchConfidence = 0;
  if (enteredAt !== null && exitedAt !== null) {
    // Judged once: what the garage learns later is no reason for another revision.
    const isJudged = before !== null && before.enteredAt === enteredAt && before.exitedAt === exitedAt &&
      before.entryReadId === entry!.readId && before.exitReadId === exit!.readId &&
      (before.status === 'closed' || before.status === 'review') && sameList(before.flags, flags) &&
      cameBackBefore === (stay.lastHereAt !== null) && decidedBefore === decidedRight(stay.exit!);
    if (isJudged) {
      ({ matchConfidence, status } = before);
    } else {
      const lengthMs = exitedAt - enteredAt;
      const taught = taughtAt(firstRead(stay.exit!).at);
      const alike = lookAlikes();
      matchConfidence = pairConfidence({
        entry: stay.entry!, exit: stay.exit!, enteredBy: entry!, leftBy: exit!, isByOneLane: entry!.laneId === exit!.laneId,
        isOfOnePlate: stay.entry!.evidence.plate === stay.exit!.evidence.plate, lengthMs, lastHereAt: stay.lastHereAt,
        isSecondTry: stay.secondTryOf !== null, lookAlikes: alike, unlikeness: unlikenessAmong(alike, stay.entry!, stay.exit!),
        likelierTwo: likelierTwo(enteredAt, lengthMs),
        holdsAnother: mayHoldAnother(stay.entry!) || mayHoldAnother(stay.exit!),
      }, taught);
      status = pairStatus(shareOfOneStay(stay.exit!, lengthMs, taught), matchConfidence);
    }
    if (isRuledTogether(stay.exit!, stay.entry!)) {
      matchConfidence = 1;
      status = 'closed';
    }
  }
  return {
    visitId,
    revision: before === null ? 1 : before.revision + 1,
    status,
    operatorId,
    garageId,
    plate,
    country,
    plateRead: [stay.entry, stay.exit].some((passage) => passage !== null && !isRearOnly(passage)),
    entryReadId: entry === null ? null : entry.readId,
    exitReadId: exit === null ? null : exit.readId,
    firstSeenAt: before === null ? firstRead((stay.entry ?? stay.exit)!).at : before.firstSeenAt,
    enteredAt,
    exitedAt,
    matchConfidence,
    flags,
    rulesVersion: RULES_VERSION,
  };
}

function sameContent(a: EmittedVisit, b: EmittedVisit): boolean {
  return (
    a.status === b.status &&
    a.plate === b.plate &&
    a.country === b.country &&
    a.enteredAt === b.enteredAt &&
    a.exitedAt === b.exitedAt &&
    a.entryReadId === b.entryReadId &&
    a.exitReadId === b.exitReadId &&
    a.matchConfidence === b.matchConfidence &&
    sameList(a.flags, b.flags)
  );
}
