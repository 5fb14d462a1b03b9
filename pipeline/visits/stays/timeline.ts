import type { GarageSettings } from '../../records/records.ts';
import { looksLikeNothing } from '../passages/ghosts.ts';
import { oftenerThanOthers } from './own-returns.ts';
import { hasTurned } from '../passages/turning.ts';
import {
  firstRead, isOwn, isRuledApart, isRuledTogether, lastRead, type Passage, type PassageDirection, type PassageRead,
} from '../passages/passages.ts';

/**
 * The fold: what the passages of one plate in one garage, in the order of time, say about its stays. A pure
 * function of the passages and the garage clock; it knows no arrival order, no ids and nothing that was emitted.
 */
export interface FoldedStay {
  /** Null: an exit while outside, its entry was missed. */
  readonly entry: Passage | null;
  exit: Passage | null;
  /** A passage that made no stay (see `why`) is a void one, held as its entry. */
  status: 'open' | 'closed' | 'unclosed' | 'void';
  why: WhyVoid | null;
  /** The stay that was still open when this one's entry came (double entry), or the name of one that left the state. */
  readonly follows: FoldedStay | string | null;
  /** The passage shortly before, from which the vehicle is thought to have turned round; or its name once it is gone. */
  readonly secondTryOf: FoldedStay | string | null;
  /** Of a void one: nothing but another camera's wrong clock made it a passage of its own, so it is nothing to tell of. */
  isOneSight: boolean;
  /** The stay whose entry showed that this one's exit was missed. */
  followedBy: FoldedStay | null;
  /** When the vehicle was last seen here before its entry, ms UTC, if that was shortly before (`cameBack`); else null. */
  lastHereAt: number | null;
  /**
   * It lasts, or lasted, longer than the garage's `overstayAfterMs`. Of one that nobody saw end, only where those that are not seen
   * leaving for so long are mostly still there, or a count named it.
   */
  overstays: boolean;
  /**
   * Time of its last event; a horizon later nothing can change it. Never before that of an earlier stay, so that
   * stays leave the state in the order of time. Meaningless while open.
   */
  endAt: number;
  /** Garage clock from which the allowed lateness can no longer overturn it; 0 when nothing is in doubt. */
  certainAt: number;
}

export interface Gone {
  /** visitId of the unclosed stay that the first entry followed, or null. */
  readonly followed: string | null;
  /** Name of the passage from which the vehicle had turned round before the first entry, or null. */
  readonly turned: string | null;
  /** When the vehicle was last seen before that passage, ms UTC, in a stay that has left the state; or null. */
  lastHereAt(entry: Passage): number | null;
}

/**
 * reversed: it backed out of the lane, or turned round behind it. aaba: seen at an entry again soon after it came in. double_exit: seen at an exit
 * again soon after it left. ghost_read: there was no vehicle.
 */
export type WhyVoid = 'reversed' | 'aaba' | 'double_exit' | 'ghost_read';

/** Per ms, by how long ago the vehicle came in. */
export interface RatesSinceEntry {
  /** It has left and comes in again; and such of them as left unread. */
  rateOfReturn(sinceEntryMs: number): number;
  rateOfReturnUnread(sinceEntryMs: number): number;
  rateOfLeaving(sinceEntryMs: number): number;
}

/** A vehicle seen again at an exit within so long has not driven in and out unread. */
export const SEEN_AGAIN_MS = 5 * 60_000;

/** One seen again at an entry within so long after it came in has mostly driven past it, unless many come again as soon. */
const INSIDE_AGAIN_MS = 60 * 60_000;

/** Sooner than this it had turned round and comes in only now: in the driver's favour. */
const TURNED_ROUND_MS = 8 * 60_000;

/**
 * @param passages sorted by `comparePassages`; those given to this plate by pairing count as exits
 * @param gone what stood before the first passage and has left the state
 * @param clock the garage clock, ms
 * @param awaitsFront of a passage seen from behind alone: whether a camera of its lane may yet see the vehicle's front
 * @param isLikelyInside whether a vehicle that nobody saw leave for so long, and that a person saw inside so long after it came in, if any did,
 *   is likelier inside than gone unread
 * @param ratesAt how often (per ms) what happens so long after a vehicle came in, as known at that time (ms UTC)
 */
export function foldTimeline(
  passages: readonly Passage[], gone: Gone, settings: GarageSettings, clock: number, awaitsFront: (passage: Passage) => boolean,
  isLikelyInside: (lengthMs: number, seenMs: number) => boolean, ratesAt: (at: number) => RatesSinceEntry,
): FoldedStay[] {
  const stays: FoldedStay[] = [];
  let inside: FoldedStay | null = null;
  // The stay that ended by an exit of this very plate.
  let left: FoldedStay | null = null;
  // All that comes after something doubtful is in doubt as long as that is.
  let doubtUntil = 0;
  const doubt = (passage: Passage): number =>
    (doubtUntil = Math.max(doubtUntil, firstRead(passage).at + settings.allowedLatenessMs));
  const addVoid = (passage: Passage, why: WhyVoid, isOneSight = false): void => {
    stays.push({
      entry: passage, exit: null, status: 'void', why, follows: null, secondTryOf: null,
      isOneSight, followedBy: null, overstays: false, lastHereAt: null, endAt: lastRead(passage).at, certainAt: doubt(passage),
    });
  };
  const drivesPast = (sinceEntryMs: number, at: number): boolean => {
    if (sinceEntryMs >= INSIDE_AGAIN_MS) return false;
    const rates = ratesAt(at);
    return rateOfPassingAgain(sinceEntryMs) >= rates.rateOfReturnUnread(sinceEntryMs) * oftenerThanOthers(passages, sinceEntryMs, rates);
  };

  const isAnyRuled = passages.some(({ ruling }) => ruling?.pairedWith != null);
  const hasExitByWord = (entry: Passage, since: number): boolean =>
    isAnyRuled && passages.some((later, i) => i > since && isRuledTogether(later, entry));

  for (let i = 0; i < passages.length; i++) {
    const passage = passages[i]!;
    const { at } = firstRead(passage);
    // A person has said that it was inside until a later exit: what is read as its plate meanwhile begins and ends no stay of it.
    if (inside !== null && hasExitByWord(inside.entry!, i)) {
      if (directionOf(passage) === 'OUT') stays.push(strayExit(passage, doubt(passage)));
      else addVoid(passage, directionOf(passage) === 'NONE' ? 'reversed' : 'aaba');
      continue;
    }
    if (inside !== null && at >= forgottenAt(inside.entry!, settings) && !isRuledTogether(passage, inside.entry!)) {
      forget(inside, settings);
      inside = null;
    }
    // One that a count did not find may still leave, but it comes in anew as one that was outside.
    const isApart = inside !== null && isRuledApart(passage, inside.entry!);
    if (inside !== null && (isApart || (isGoneBy(inside.entry!, at) && directionOf(passage) !== 'OUT'))) {
      forget(inside, settings);
      inside.endAt = Math.min(inside.endAt, at);
      inside = null;
    }
    const direction = directionOf(passage);
    if (direction === 'NONE') {
      addVoid(passage, 'reversed');
      continue;
    }
    const sinceEntryMs = inside === null ? Infinity : at - lastRead(inside.entry!).at;
    const sinceExitMs = left === null || inside !== null ? Infinity : at - lastRead(left.exit!).at;
    const entersByWord = hasExitByWord(passage, i);
    const enters = entersByWord || entersHere(passage, inside !== null, Math.min(sinceEntryMs, sinceExitMs), passages[i + 1], settings, ratesAt);
    if (isDoubtful(passage) || awaitsFront(passage) || (direction === 'IN' && !enters)) doubt(passage);

    if (isGhost(passage, enters, inside !== null, passages[i + 1], settings)) {
      addVoid(passage, 'ghost_read');
    } else if (enters && inside !== null && !entersByWord && !turnedRound(inside.entry!, passage) && drivesPast(sinceEntryMs, at)) {
      addVoid(passage, 'aaba');
    } else if (enters) {
      const turnsRound = inside !== null && turnedRound(inside.entry!, passage);
      const isOneSight = turnsRound && areOneSight(inside!.entry!, passage);
      const secondTryOf = isOneSight ? null : turnsRound ? inside : stays.length === 0 ? gone.turned : null;
      if (inside !== null && turnsRound) {
        inside.status = 'void';
        inside.why = 'reversed';
        inside.isOneSight = isOneSight;
        inside.endAt = at;
        inside.certainAt = doubt(passage);
        inside = null;
      }
      const follows: FoldedStay | string | null = inside ?? (stays.length === 0 ? gone.followed : null);
      if (inside !== null) doubt(passage);
      const stay: FoldedStay = {
        entry: passage, exit: null, status: 'open', why: null, follows, secondTryOf, isOneSight: false, followedBy: null, overstays: false, lastHereAt: null,
        endAt: 0, certainAt: doubtUntil,
      };
      if (inside !== null) missExit(inside, stay);
      stays.push(stay);
      inside = stay;
    } else if (inside !== null) {
      inside.exit = passage;
      inside.status = 'closed';
      inside.endAt = Math.max(lastRead(passage).at, lastRead(inside.entry!).at);
      inside.certainAt = doubtUntil;
      // A decision may be wrong: what is then read right is not the same exit again.
      left = passage.decision?.given == null || isOwn(passage.decision.given, passage) ? inside : null;
      inside = null;
    } else if (left !== null && at < lastRead(left.exit!).at + SEEN_AGAIN_MS) {
      addVoid(passage, 'double_exit', areOneSight(left.exit!, passage) || standsThere(left.exit!, passage, settings));
      // It is explained by that stay, and so must not be left alone.
      left.endAt = Math.max(left.endAt, lastRead(passage).at);
    } else {
      left = strayExit(passage, doubt(passage));
      stays.push(left);
    }
  }
  if (inside !== null && (inside.entry!.ruling?.goneAt != null ||
    clock >= forgottenAt(inside.entry!, settings) + settings.allowedLatenessMs)) {
    forget(inside, settings);
  }
  let lastHereAt = -Infinity;
  for (const stay of stays) {
    stay.overstays = overstays(stay, settings, clock) &&
      (stay.exit !== null || isLikelyInside(settings.overstayAfterMs, seenAfterMs(stay.entry!)));
    if (stay.entry !== null) {
      const before = lastHereAt === -Infinity ? gone.lastHereAt(stay.entry) : lastHereAt;
      if (before !== null && cameBack(firstRead(stay.entry).at, before, settings)) stay.lastHereAt = before;
    }
    if (stay.status !== 'void') lastHereAt = Math.max(lastHereAt, lastSeenAt(stay));
  }
  return stays;
}

/**
 * The vehicle had been here shortly before: it may well come and go all day. Far less than a horizon, so that the stay
 * before is known when the entry comes, however late (unless it comes in the last tenth of a horizon).
 */
export function cameBack(enteredAt: number, lastHereAt: number, { horizonMs }: GarageSettings): boolean {
  return horizonMs >= KNOWN_FROM_MS && enteredAt - lastHereAt < Math.min(CAME_BACK_MS, horizonMs / 10);
}

/** Where all is forgotten sooner, nobody knows who comes and goes all day. */
const KNOWN_FROM_MS = 60 * 60_000;

const CAME_BACK_MS = 4.5 * 60 * 60_000;

/** ms UTC: of the latest read of its passages. */
export function lastSeenAt({ entry, exit }: { readonly entry: Passage | null; readonly exit: Passage | null }): number {
  if (entry === null || exit === null) return lastRead((entry ?? exit)!).at;
  return Math.max(lastRead(entry).at, lastRead(exit).at);
}

/**
 * Whether a vehicle inside that is seen at an entry once more had turned round and comes in only now: by the same lane minutes later, or
 * at most an hour later where a camera told that it went back. Who drives past inside is seen by any lane's cameras.
 */
function turnedRound(entry: Passage, again: Passage): boolean {
  const sinceMs = firstRead(again).at - lastRead(entry).at;
  if (sinceMs < TURNED_ROUND_MS && again.reads.some(({ laneId }) => entry.reads.some((read) => read.laneId === laneId))) return true;
  return sinceMs < INSIDE_AGAIN_MS && hasTurned(entry.reads, SEEN_AGAIN);
}

/** Nats: so much likelier one comes in within an hour that turned round there, than one that had come in drives past there. */
const SEEN_AGAIN = 4.5;

/**
 * How often (per ms) a vehicle that showed itself at the entry so long ago comes in only then, having turned round; and
 * how often one that came in passes the entry's camera again. As rare as that is, it is what two entries of one plate
 * without an exit mostly are.
 */
export function rateOfTurning(sinceMs: number): number {
  return sinceMs < TURNED_ROUND_MS ? TURNING_SHARE / TURNED_ROUND_MS : 0;
}

export function rateOfPassingAgain(sinceMs: number): number {
  return sinceMs < INSIDE_AGAIN_MS ? PASSING_SHARE / INSIDE_AGAIN_MS : 0;
}

const TURNING_SHARE = 0.002;
const PASSING_SHARE = 0.004;

/** An entry, as far as that tells how long its stay may last. */
export type Entered = Pick<Passage, 'ruling'> & { readonly reads: readonly Pick<PassageRead, 'at'>[] };

/** When an open stay has overstayed for certain: an exit in time may still come until the allowed lateness has passed. */
export function overstayDueAt(entry: Entered, settings: GarageSettings): number {
  return lastRead(entry).at + settings.overstayAfterMs + settings.allowedLatenessMs;
}

function overstays({ entry, exit, status, endAt }: FoldedStay, settings: GarageSettings, clock: number): boolean {
  if (entry === null || status === 'void') return false;
  if (status === 'open') return clock >= overstayDueAt(entry, settings);
  return (exit === null ? endAt : firstRead(exit).at) - lastRead(entry).at > settings.overstayAfterMs;
}

/** Whose entry nobody saw. */
function strayExit(passage: Passage, certainAt: number): FoldedStay {
  return {
    entry: null, exit: passage, status: 'closed', why: null, follows: null, secondTryOf: null, isOneSight: false,
    followedBy: null, overstays: false, lastHereAt: null, endAt: lastRead(passage).at, certainAt,
  };
}

/** A read that looks like nothing, and that nothing follows or explains: there was no vehicle. */
function isGhost(
  passage: Passage, enters: boolean, isInside: boolean, next: Passage | undefined, { horizonMs }: GarageSettings,
): boolean {
  if (!looksLikeNothing(passage) || passage.ruling !== null) return false;
  if (!enters) return !isInside;
  if (next === undefined || looksLikeNothing(next) || firstRead(next).at - lastRead(passage).at >= horizonMs) return true;
  const leaves = directionOf(next) === 'OUT' || (directionOf(next) === 'UNKNOWN' && !isAtEntry(next));
  return !leaves;
}

/** Of one that pairing gave to a timeline, or looks at yet: of its own plate's the timeline tells. */
function directionOf(passage: Passage): PassageDirection {
  const { decision, direction, ruling } = passage;
  if (decision?.given == null) return direction;
  return direction === 'UNKNOWN' && ruling?.pairedWith == null && isOwn(decision.given, passage) ? 'UNKNOWN' : 'OUT';
}

/** The direction was guessed, by the camera or by us; or others may have made the exit. */
function isDoubtful(passage: Passage): boolean {
  return passage.direction === 'UNKNOWN' || passage.decision !== null;
}

/** At a lane that only lets in, whatever the camera says. */
function isAtEntry(passage: Passage): boolean {
  return directionOf(passage) === 'UNKNOWN' && firstRead(passage).laneDirection === 'IN';
}

/**
 * Whether the vehicle comes in here. A direction that is not known follows from where the vehicle was; one that a
 * camera alone speaks for, at a lane that serves both, is wrong rather than that two passages in a row were missed; but
 * not within minutes: then another camera, whose clock is off, has seen the same passage.
 * @param sinceMs since it came in, if it is inside, or left
 */
function entersHere(
  passage: Passage, isInside: boolean, sinceMs: number, next: Passage | undefined, { horizonMs, forgetAfterMs }: GarageSettings,
  ratesAt: (at: number) => RatesSinceEntry,
): boolean {
  const { at, laneDirection } = firstRead(passage);
  const untilNextMs = next === undefined ? Infinity : firstRead(next).at - lastRead(passage).at;
  // What comes later than a horizon may find this passage gone, and a stay so long is none.
  const isLast = untilNextMs >= Math.min(horizonMs, forgetAfterMs);
  const isNextStep = untilNextMs >= SEEN_AGAIN_MS && !isLast;
  const after = isNextStep ? directionOf(next!) : null;
  const mayBeWrong = laneDirection === 'UNKNOWN' && sinceMs >= SEEN_AGAIN_MS && !doCamerasAgree(passage);
  switch (directionOf(passage)) {
    case 'IN':
      return !(isInside && mayBeWrong && (after === 'IN' || (isLast && isLikelierLeaving(sinceMs, ratesAt(at)))));
    case 'OUT':
      return !isInside && mayBeWrong && passage.decision?.given == null && after === 'OUT';
    default:
      // Where camera and lane contradict each other, the camera is wrong more often than a driver: if the vehicle then
      // leaves, it came in here, however it had left before.
      return isInside ? laneDirection === 'IN' && after === 'OUT' : laneDirection !== 'OUT' || after === 'OUT';
  }
}

/**
 * Of a vehicle that came in so long ago and comes in once more, by one camera's word at a lane that serves both, and is not seen again:
 * whether the camera is likelier wrong than that it left unread, or drove past.
 */
function isLikelierLeaving(sinceEntryMs: number, rates: RatesSinceEntry): boolean {
  return WRONG_WORD_SHARE * rates.rateOfLeaving(sinceEntryMs) > rates.rateOfReturnUnread(sinceEntryMs) + rateOfPassingAgain(sinceEntryMs);
}

/** How often a camera's word on the direction is wrong. */
const WRONG_WORD_SHARE = 0.01;

/**
 * One camera of the lane saw the vehicle the first time, others of it the second time, and within minutes: who truly passes twice is
 * mostly seen by the same ones both times, so that it passed once, and a clock is off.
 */
function areOneSight({ reads }: Passage, again: Passage): boolean {
  return again.reads.every(({ laneId, cameraId }) => reads.every((read) => read.laneId === laneId && read.cameraId !== cameraId));
}

/** It has not gone on since: were it read as the same plate again, that would be the passage before still. */
export function standsThere(passage: Passage, again: Passage, { passageGapMs }: GarageSettings): boolean {
  return firstRead(again).at - lastRead(passage).at < passageGapMs && passage.reads.some(({ laneId }) => laneId === again.laneId);
}

/** Two cameras saw it go the same way, and none the other. */
function doCamerasAgree({ reads }: Passage): boolean {
  const [first, ...others] = reads.filter(({ word }) => word !== 'UNKNOWN');
  return first !== undefined && others.every(({ word }) => word === first.word) && others.some(({ cameraId }) => cameraId !== first.cameraId);
}

/** When a stay without an exit can have none any more. */
export function forgottenAt(entry: Entered, { forgetAfterMs, horizonMs }: GarageSettings): number {
  const forgetAt = lastRead(entry).at + forgetAfterMs;
  const goneAt = entry.ruling?.goneAt ?? null;
  return goneAt === null ? forgetAt : Math.min(forgetAt, goneAt + horizonMs);
}

/** So long after it came in a count named it; 0: none did. */
export function seenAfterMs(entry: Passage): number {
  return Math.max(0, (entry.ruling?.seenAt ?? 0) - lastRead(entry).at);
}

/** A count before that time did not find its vehicle. */
function isGoneBy({ ruling }: Passage, at: number): boolean {
  return ruling?.goneAt != null && at > ruling.goneAt;
}

/** Entry while inside: the exit of the stay before was missed. */
function missExit(stay: FoldedStay, next: FoldedStay): void {
  stay.status = 'unclosed';
  stay.followedBy = next;
  stay.endAt = firstRead(next.entry!).at;
  stay.certainAt = next.certainAt;
}

/** No exit within forgetAfter, or not inside at a count: the exit was missed too. A count leaves no doubt. */
function forget(stay: FoldedStay, settings: GarageSettings): void {
  stay.status = 'unclosed';
  stay.endAt = forgottenAt(stay.entry!, settings);
  if (stay.entry!.ruling?.goneAt == null) {
    stay.certainAt = Math.max(stay.certainAt, stay.endAt + settings.allowedLatenessMs);
  }
}
