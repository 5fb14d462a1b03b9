import type { GarageSettings } from '../../records/records.ts';
import { undecidedPassage } from './undecided.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import { lastOwnRead } from '../passages/trailers.ts';
import type { EmittedVisit } from './emitted-visit.ts';
import { forgottenAt, overstayDueAt, SEEN_AGAIN_MS, type Entered, type FoldedStay } from './timeline.ts';

/**
 * The garage clock at which the stay must be looked at again, given the newest revision emitted: when what is held
 * may go out, when an open stay is forgotten, or when a stay that has ended leaves the state.
 */
export function dueAt(stay: FoldedStay, emitted: EmittedVisit | null, settings: GarageSettings, clock: number): number {
  const undecided = undecidedPassage(stay, emitted);
  if (undecided !== null) return decidedAt(undecided, settings);
  if (stay.certainAt > clock) return stay.certainAt;
  if (stay.status !== 'open') return leavesAt(stay.endAt, settings);
  if (!tellsEntry(emitted!, stay.entry!)) return lastRead(stay.entry!).at + settings.allowedLatenessMs;
  return toldDueAt(stay.entry!, stay.overstays, settings, clock);
}

/**
 * When a stay must be looked at again whose passages are those that it was told with, if all is told of it: no fold says more before.
 * NaN: there may be more to tell.
 */
export function settledDueAt(
  { entry, exit, status, endAt, certainAt, overstays }: FoldedStay, emitted: EmittedVisit | null, settings: GarageSettings, clock: number,
): number {
  if (exit !== null) return leavesAt(endAt, settings);
  if (certainAt > clock) return NaN;
  if (status === 'void') return emitted === null || emitted.status === 'withdrawn' ? leavesAt(endAt, settings) : NaN;
  return status === 'open' && emitted?.status === 'open' && tellsEntry(emitted, entry!)
    ? toldDueAt(entry!, overstays, settings, clock) : NaN;
}

/**
 * Garage clock at which pairing looks at a passage: when all has come in that was read within the passage gap after its first read. That
 * belongs to it, or to another that was there then, and may make another plate of either; and what was decided before, with what it changed
 * of earlier exits, can't be undone.
 */
export function decidedAt(passage: Passage, { passageGapMs, allowedLatenessMs }: GarageSettings): number {
  return firstRead(passage).at + passageGapMs + allowedLatenessMs;
}

/** Its entry is told as the passage has it, with all reads that came to it. */
function tellsEntry({ enteredAt, entryReadId }: EmittedVisit, entry: Passage): boolean {
  const { at, readId } = lastOwnRead(entry);
  return enteredAt === at && entryReadId === readId;
}

/**
 * When an open stay, all told, is looked at again: when it overstays, then when it is forgotten. An exit in time may
 * still come until the allowed lateness has passed.
 */
export function openDueAt(entry: Entered, settings: GarageSettings, overstays: boolean): number {
  const forgetAt = forgottenAt(entry, settings) + settings.allowedLatenessMs;
  return overstays ? forgetAt : Math.min(forgetAt, overstayDueAt(entry, settings));
}

/** The same at that clock: one that is there too long, and has likelier left unread, each time that it has been there for as long again. */
function toldDueAt(entry: Passage, overstays: boolean, settings: GarageSettings, clock: number): number {
  const overstayAt = overstayDueAt(entry, settings);
  if (overstays || clock < overstayAt) return openDueAt(entry, settings, overstays);
  const again = Math.max(settings.overstayAfterMs, LEAST_AGAIN_MS);
  const dueAt = overstayAt + (Math.floor((clock - overstayAt) / again) + 1) * again;
  return Math.min(forgottenAt(entry, settings) + settings.allowedLatenessMs, dueAt);
}

/** A garage may call any stay too long. */
const LEAST_AGAIN_MS = 60_000;

/**
 * When a stay whose last event was at `endAt` leaves the state: from then on no read can reach it, for what could
 * belong to its last passage, or be explained by it, is older than the horizon.
 */
export function leavesAt(endAt: number, settings: GarageSettings): number {
  return endAt + Math.max(settings.passageGapMs, SEEN_AGAIN_MS) + settings.horizonMs + 1;
}
