import { hash } from 'node:crypto';
import { RejectedError } from '../../engine/stage.ts';
import type { Control, Irregularity } from '../../records/records.ts';
import { intervalOf } from '../cameras/intervals.ts';
import {
  comparePassages, firstRead, lastRead, noRuling, passageOfReads, type Passage, type Ruling,
} from '../passages/passages.ts';
import type { Recount, VisitsState } from '../state/state.ts';
import type { Stay } from '../state/stay.ts';
import { Timelines, type Telling } from '../stays/stays.ts';
import { foldTimeline, seenAfterMs, type Gone } from '../stays/timeline.ts';

/**
 * A person has counted the vehicles inside: the open stays that are least likely to be there become `unclosed`, until
 * as many stay open as were counted. One whose exit is read after all, within the horizon, is closed by it.
 *
 * The count holds at an instant, and is settled when the garage clock has passed that by the allowed lateness. Only
 * what happened up to that instant decides, so that the order in which reads and count came in makes no difference.
 */

/**
 * Notes the count, to be settled when it is due. The same control record again changes nothing: false.
 * @param clock the garage clock, ms UTC
 * @throws {RejectedError} its instant is before the horizon: who has left since is not known any more, nor whether it was taken in before
 */
export function noteRecount(control: Control, clock: number, { recounts, garage }: VisitsState): boolean {
  const { controlId, subject: garageId, issuedBy, reason, plates = [] } = control;
  if (recounts.get(controlId) !== undefined) return false;
  const at = control.to!;
  const { allowedLatenessMs, horizonMs } = garage(garageId).settings;
  if (at < clock - horizonMs) {
    throw new RejectedError('recount_too_late', 'the count is of an instant before the horizon: who was inside then is not known any more');
  }
  recounts.put(controlId, {
    garageId, at, count: control.count!, plates, issuedBy, reason, isSettled: false, dueAt: at + allowedLatenessMs,
  });
  return true;
}

export interface SettledRecount {
  readonly told: Irregularity;
  /** By interval (`intervalOf`) in which they began: the visits that were open at that instant, and those that the count left open. */
  readonly open: ReadonlyMap<number, number>;
  readonly kept: ReadonlyMap<number, number>;
  /** Of the plates that were noted, those that have an open visit, and those that have none. */
  readonly namedOpen: number;
  readonly namedUnknown: number;
}

/** Ends the stays that were counted out, and notes who was named; what is to be told of the count. */
export function settleRecount(recount: Recount, controlId: string, telling: Telling): SettledRecount {
  const { garage } = telling;
  const open = openAt(recount.at, telling);
  const listed = new Set(recount.plates);
  const ranked = open
    .map((inside) => ({
      ...inside,
      named: [inside.owner.plate, inside.owner.visit?.plate].filter((plate) => plate !== undefined && listed.has(plate)),
      share: garage.stayTimes.stillInsideShare(recount.at - firstRead(inside.passage).at, seenAfterMs(inside.passage)),
    }))
    .sort((a, b) =>
      Math.sign(b.named.length) - Math.sign(a.named.length) || b.share - a.share || comparePassages(b.passage, a.passage));
  const kept = ranked.slice(0, recount.count);
  for (const inside of kept) {
    if (inside.named.length > 0) rule(inside, { seenAt: Math.max(recount.at, inside.passage.ruling?.seenAt ?? 0) }, telling);
  }
  const gone = ranked.slice(recount.count);
  for (const inside of gone) rule(inside, { goneAt: recount.at }, telling);

  const missing = recount.count - open.length;
  const outcome = missing > 0
    ? `${missing} more than are known to be inside: look for entries that were missed`
    : `${gone.length} of ${open.length} open visits became unclosed`;
  const told: Irregularity = {
    irregularityId: `recount-${hash('sha1', `${recount.garageId} ${controlId}`, 'base64url').slice(0, 16)}`,
    revision: 1,
    status: 'open',
    type: 'recount',
    operatorId: garage.operatorId,
    garageId: recount.garageId,
    at: recount.at,
    cameraId: null,
    readIds: [],
    visitIds: gone.map(({ owner }) => owner.visitId).sort(),
    severity: missing > 0 ? 'warning' : 'info',
    action: `${recount.count} counted by ${recount.issuedBy}${recount.reason === '' ? '' : ` (${recount.reason})`}: ${outcome}`,
  };
  const found = new Set(ranked.flatMap(({ named }) => named));
  return {
    told,
    open: byInterval(ranked),
    kept: byInterval(kept),
    namedOpen: ranked.filter(({ named }) => named.length > 0).length,
    namedUnknown: listed.size - found.size,
  };
}

function byInterval(inside: readonly Inside[]): Map<number, number> {
  const visits = new Map<number, number>();
  for (const { passage } of inside) {
    const interval = intervalOf(lastRead(passage).at);
    visits.set(interval, (visits.get(interval) ?? 0) + 1);
  }
  return visits;
}

interface Inside {
  /** By which the vehicle came in. */
  readonly passage: Passage;
  /** The stay that holds it. */
  readonly owner: Stay;
}

/** What was inside at that instant by the passages up to it: later ones may have come in already, or not yet. */
function openAt(at: number, telling: Telling): Inside[] {
  const { garage, stays } = telling;
  const open: Inside[] = [];
  const seen = new Set<string>();
  // Who is forgotten by the instant is inside no more, whether that was told already, or is at the same clock.
  const settledAt = at + garage.settings.allowedLatenessMs;
  for (const slot of garage.allSlots()) {
    const stay = stays.at(slot)!;
    const key = `${stay.country} ${stay.plate}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const timeline = new Timelines(telling).of(stay);
    const known = new Map<Passage, Inside>();
    for (const { passage, owners } of timeline.passages) {
      if (firstRead(passage).at > at) continue;
      const reads = passage.reads.filter((read) => read.at <= at);
      const isWhole = reads.length === passage.reads.length;
      const then = isWhole ? passage : passageOfReads(reads, passage.decision, passage.ruling);
      known.set(then, { passage, owner: owners[0]! });
    }
    const folded = foldTimeline(
      [...known.keys()], nothingGone, garage.settings, settledAt, garage.awaitsFront, () => false, (at) => garage.stayTimesAt(at),
    );
    const last = folded.findLast(({ status }) => status === 'open');
    if (last !== undefined) open.push(known.get(last.entry!)!);
  }
  return open;
}

const nothingGone: Gone = { followed: null, turned: null, lastHereAt: () => null };

/** Takes down what the count says of one. */
function rule({ passage, owner }: Inside, word: Partial<Ruling>, telling: Telling): void {
  const timelines = new Timelines(telling);
  const { owners } = timelines.take(passage, owner);
  timelines.put({ passage: { ...passage, ruling: { ...(passage.ruling ?? noRuling), ...word } }, owners });
  timelines.tell();
}
