import type { Table } from '../../engine/state.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { likelierTwo } from '../confidence/own-stays.ts';
import { lookAlikesOf } from '../confidence/look-alikes.ts';
import { decidedRight } from '../confidence/pair-confidence.ts';
import { rejudge, type StayChange } from '../confidence/rejudging.ts';
import { isUndecided } from './undecided.ts';
import type { Weighing } from '../pairing/weighing.ts';
import {
  comparePassages, isPending, isRuledTogether, isSamePassage, lastRead, settledDecision, type Passage, type PlateKey,
} from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { sortShort } from '../lists/short-sort.ts';
import type { Stay } from '../state/stay.ts';
import { dueAt, leavesAt, settledDueAt } from './due-at.ts';
import { newestVisit, withdrawnVisit, type VisitSubject } from './emission.ts';
import { flagsOf } from './flags.ts';
import { kindsOf, type KindOfStay } from './irregular-stays.ts';
import { irregularitiesOf, noIrregularities, withdrawnIrregularity } from './irregularities.ts';
import { sameList } from '../lists/same-list.ts';
import { foldTimeline, type FoldedStay, type Gone, type RatesSinceEntry } from './timeline.ts';

/** A passage and the stays that held it so far: none for a new one, several after a join. */
export interface OwnedPassage {
  readonly passage: Passage;
  readonly owners: readonly Stay[];
}

/** The live passages of a plate, in the order of time: its own, and exits that pairing gave to it. */
export interface Timeline extends PlateKey {
  readonly passages: OwnedPassage[];
}

/** What telling needs to know of the moment. */
export interface Telling {
  readonly stays: Table<Stay>;
  readonly garage: GarageIndex;
  readonly clock: number;
  /** A new name for each stay that becomes known by this. */
  readonly mint: () => string;
  readonly sink: {
    visit(visit: Visit): void;
    irregularity(irregularity: Irregularity): void;
    weighed?(weighing: Weighing): void;
  };
  /** visitIds of stays that are found to have ended, or never to have been: filled by telling. */
  readonly ended: string[];
}

/** Timelines that change together, for passages move between them. */
export class Timelines {
  readonly all: Timeline[] = [];
  private readonly telling: Telling;
  /** Of the stays, while they are told. */
  private readonly changes: StayChange[] = [];

  constructor(telling: Telling) {
    this.telling = telling;
  }

  /** The timeline of a plate, as the state has it when first asked for. */
  of({ country, plate }: PlateKey): Timeline {
    const known = this.all.find((timeline) => timeline.plate === plate && timeline.country === country);
    if (known !== undefined) return known;
    const { stays, garage } = this.telling;
    const passages: OwnedPassage[] = [];
    for (const slot of garage.slotsOf(country, plate)) {
      const stay = stays.at(slot)!;
      if (stay.entry !== null) passages.push({ passage: stay.entry, owners: [stay] });
      if (stay.exit !== null) passages.push({ passage: stay.exit, owners: [stay] });
    }
    sortShort(passages, (a, b) => comparePassages(a.passage, b.passage));
    const timeline = { country, plate, passages };
    this.all.push(timeline);
    return timeline;
  }

  /** Takes the passage out of the timeline that holds it. */
  take(passage: Passage, { country, plate }: PlateKey): OwnedPassage {
    const { passages } = this.of({ country, plate });
    const place = passages.findIndex((owned) => isSamePassage(owned.passage, passage));
    return passages.splice(place, 1)[0]!;
  }

  /** Puts the passage where it belongs: under the plate that pairing gave it to, else under its own. */
  put(owned: OwnedPassage): void {
    const { passages } = this.of(homeOf(owned.passage));
    let place = passages.length;
    while (place > 0 && comparePassages(owned.passage, passages[place - 1]!.passage) < 0) place--;
    passages.splice(place, 0, owned);
  }

  /**
   * An exit that a person has given to this entry goes where that goes, when further reads make another plate of it.
   * @param before where both stood
   */
  takeAlong(entry: Passage, before: PlateKey): void {
    const { plate, country } = homeOf(entry);
    if (plate === before.plate && country === before.country) return;
    for (const { passage } of [...this.of(before).passages]) {
      if (!isRuledTogether(passage, entry)) continue;
      const { owners } = this.take(passage, before);
      this.put({ passage: { ...passage, decision: settledDecision({ country, plate }) }, owners });
    }
  }

  /**
   * Folds the timelines anew, gives the stays their names, and tells what differs from what was told before.
   * The table then holds what the fold says; stays that ended a horizon ago leave it.
   * @param after what is decided on passages that were given to a plate whose vehicle is not inside then: null, anew
   */
  tell(after: 'anew' | 'never' = 'anew'): void {
    const folds = this.fold(after);
    this.nameStays(folds);
    let undecidedIn: Timeline | null = null;
    for (const fold of folds) {
      // A timeline loses its stays from its beginning on: those behind one that pairing has yet to look at wait for it.
      const isDecided = this.tellStay(fold, folds, fold.timeline !== undecidedIn);
      if (!isDecided) undecidedIn = fold.timeline;
    }
    rejudge(this.changes.splice(0), this.telling);
  }

  /** A passage given to a plate whose vehicle turns out not to be inside then goes back to its own. */
  private fold(after: 'anew' | 'never'): Folded[] {
    const { garage, clock } = this.telling;
    const { settings, awaitsFront } = garage;
    const isLikelyInside = (lengthMs: number, seenMs: number): boolean =>
      garage.stayTimesAt(clock).stillInsideShare(lengthMs, seenMs) >= 0.5;
    const ratesAt = (at: number): RatesSinceEntry => garage.stayTimesAt(at);
    for (;;) {
      const folds: Folded[] = [];
      const misgiven: { readonly timeline: Timeline; readonly passage: Passage }[] = [];
      for (const timeline of this.all) {
        const passages = timeline.passages.map(({ passage }) => passage);
        const stays = foldTimeline(
          passages, this.goneBefore(timeline), settings, clock, awaitsFront, isLikelyInside, ratesAt,
        );
        for (const stay of stays) {
          folds.push({ timeline, stay, named: null });
          const { entry, exit, why } = stay;
          const passage = entry === null ? exit : why === null || why === 'reversed' ? entry : null;
          if (passage?.decision?.given != null) misgiven.push({ timeline, passage });
        }
      }
      if (misgiven.length === 0) return folds;
      for (const { timeline, passage } of misgiven) {
        const { owners } = this.take(passage, timeline);
        // A ruling that can't be followed any more is void.
        const ruling = passage.ruling === null ? null : { ...passage.ruling, pairedWith: null };
        const { probability, rivals, amongAlike } = passage.decision!;
        const decision = after === 'anew' || isPending(passage) ? null : { given: null, probability: 1 - probability, rivals, amongAlike };
        this.put({ passage: { ...passage, decision, ruling }, owners });
      }
    }
  }

  /** What stood before the first entry, if that has left the state. */
  private goneBefore({ passages }: Timeline): Gone {
    const { garage: { settings }, clock } = this.telling;
    const owners = passages[0]?.owners ?? [];
    const isGone = (visitId: string | null): boolean => visitId !== null && this.telling.stays.get(visitId) === undefined;
    return {
      followed: owners.find(({ followsId }) => isGone(followsId))?.followsId ?? null,
      turned: owners.find(({ turnedId }) => isGone(turnedId))?.turnedId ?? null,
      // One that is still there speaks for itself.
      lastHereAt: (entry) => passages.find(({ passage }) => passage === entry)!.owners
        .find(({ lastHereAt: at }) => at !== null && leavesAt(at, settings) <= clock)?.lastHereAt ?? null,
    };
  }

  /**
   * A stay keeps the name under which its entry passage was known, else its exit passage's; the rest get new ones.
   * Names left over are of stays that never were: they are withdrawn.
   */
  private nameStays(folds: readonly Folded[]): void {
    const free = ownersOfAll(this.all);
    for (const side of ['entry', 'exit'] as const) {
      for (const fold of folds) {
        const passage = fold.stay[side];
        if (passage === null || fold.named !== null) continue;
        for (const owner of ownersOf(passage, fold.timeline)) {
          const place = placeOf(owner, free);
          if (place < 0) continue;
          free.splice(place, 1);
          fold.named = { visitId: owner.visitId, before: owner };
          break;
        }
      }
    }
    for (const left of free) this.withdraw(left);
    for (const fold of folds) fold.named ??= { visitId: this.telling.mint(), before: undefined };
  }

  /** @returns false if pairing has yet to look at it */
  private tellStay({ stay, timeline, named }: Folded, folds: readonly Folded[], mayLeave: boolean): boolean {
    const { stays, garage, clock, sink } = this.telling;
    const { settings, operatorId, garageId } = garage;
    const { country, plate } = timeline;
    const { visitId, before } = named!;
    const followsId = nameOf(stay.follows, folds);
    const turnedId = nameOf(stay.secondTryOf, folds);
    const { entry, exit, status, why } = stay;
    const isHeld = stay.certainAt > clock || isUndecided(stay, before?.visit ?? null);
    // By which the visit was judged, until it is told anew. Some seconds more make no difference.
    const isJudgedBy = before !== undefined &&
      ((isHeld && before.visit !== null && before.visit.exitedAt !== null) || (before.lastHereAt !== null && stay.lastHereAt !== null));
    const lastHereAt = isJudgedBy ? before.lastHereAt : stay.lastHereAt;
    const isAsKnown = before !== undefined && before.plate === plate && before.country === country &&
      before.entry === entry && before.exit === exit && before.why === why && before.turnedId === turnedId &&
      before.followsId === followsId && before.lastHereAt === lastHereAt;
    // All told, and nothing that is new is of this one.
    if (isAsKnown && before.dueAt > clock && before.dueAt === settledDueAt(stay, before.visit, settings, clock)) return true;
    const subject: VisitSubject = { visitId, garageId, operatorId };
    // While it is held nothing is told of it.
    const kinds = isHeld ? noKinds : kindsOf(stay);
    const visit = newestVisit(stay, before?.visit ?? null, subject, {
      settings, clock, flags: flagsOf(kinds), taughtAt: (at) => garage.taughtAt(at),
      cameBackBefore: before !== undefined && before.lastHereAt !== null,
      decidedBefore: before?.exit == null ? 1 : decidedRight(before.exit),
      lookAlikes: () => lookAlikesOf(stays.slotOf(visitId), garage.plateOf(country, plate), lastRead(entry!).at, exit!, stays, garage),
      likelierTwo: (enteredAt, lengthMs) => likelierTwo(garage.plateOf(country, plate), enteredAt, lengthMs, stays, garage),
    });
    if (visit !== null && visit !== before?.visit) sink.visit(visit as Visit);

    const known = before?.irregularities ?? noIrregularities;
    const irregularities = isHeld ? known : irregularitiesOf(stay, kinds, { garageId, operatorId, visitId, followsId }, known);
    for (const irregularity of irregularities) if (!known.includes(irregularity)) sink.irregularity(irregularity);

    if (before !== undefined && leavesNow(stay, before)) this.telling.ended.push(visitId);
    const due = dueAt(stay, visit, settings, clock);
    const isDecided = !isUndecided(stay, visit);
    const over = stay.certainAt <= clock && status !== 'open' && isDecided && leavesAt(stay.endAt, settings) <= clock;
    if (over && mayLeave) {
      stays.delete(visitId);
      return isDecided;
    }
    const isSame = isAsKnown && before.visit === visit && before.dueAt === due && sameList(before.irregularities, irregularities);
    if (isSame) return isDecided;
    const after: Stay = {
      visitId, garageId, country, plate, entry, exit, why, turnedId, followsId, lastHereAt, visit, irregularities, dueAt: due,
    };
    stays.put(visitId, after);
    this.changes.push({ before, after });
    return isDecided;
  }

  private withdraw(stay: Stay): void {
    const { stays, garage, sink } = this.telling;
    const { visitId, garageId } = stay;
    const subject: VisitSubject = { visitId, garageId, operatorId: garage.operatorId };
    if (stay.visit !== null && stay.visit.status !== 'withdrawn') sink.visit(withdrawnVisit(stay.visit, subject));
    for (const known of stay.irregularities) {
      const withdrawn = withdrawnIrregularity(known);
      if (withdrawn !== known) sink.irregularity(withdrawn);
    }
    stays.delete(visitId);
    this.changes.push({ before: stay, after: undefined });
    this.telling.ended.push(visitId);
  }
}

/** It turns out that its vehicle can't have made the exits that others may have made; as one that came in again still can. */
function leavesNow({ entry, exit, why }: FoldedStay, before: Stay): boolean {
  if (exit !== null) return !isPending(exit) && (before.exit === null || isPending(before.exit));
  if (entry!.ruling?.goneAt != null) return before.entry?.ruling?.goneAt == null;
  return why !== null && why !== 'reversed' && why !== 'ghost_read' && before.why !== why;
}

const noKinds: readonly KindOfStay[] = [];

interface Folded {
  readonly timeline: Timeline;
  readonly stay: FoldedStay;
  /** Null: it has no name yet. */
  named: Named | null;
}

interface Named {
  readonly visitId: string;
  /** What the state holds under that name. */
  readonly before: Stay | undefined;
}

/** @param other a stay that is told with the others, or the name of one that is gone */
function nameOf(other: FoldedStay | string | null, folds: readonly Folded[]): string | null {
  return typeof other === 'object' && other !== null ? folds.find(({ stay }) => stay === other)!.named!.visitId : other;
}

/** Each once, in the order of their passages. */
function ownersOfAll(timelines: readonly Timeline[]): Stay[] {
  const owners: Stay[] = [];
  let names: Set<string> | null = null;
  for (const { passages } of timelines) {
    for (const { owners: some } of passages) {
      for (const owner of some) {
        if (owner === owners[owners.length - 1] || (names === null ? placeOf(owner, owners) >= 0 : names.has(owner.visitId))) continue;
        owners.push(owner);
        // Mostly few, so that a look through them takes less.
        if (names !== null) names.add(owner.visitId);
        else if (owners.length > FEW) names = new Set(owners.map(({ visitId }) => visitId));
      }
    }
  }
  return owners;
}

const FEW = 16;

function ownersOf(passage: Passage, { passages }: Timeline): readonly Stay[] {
  return passages.find((owned) => owned.passage === passage)!.owners;
}

/** By name: a stay at rest is another object each time it is looked at. */
function placeOf({ visitId }: Stay, stays: readonly Stay[]): number {
  for (let i = 0; i < stays.length; i++) if (stays[i]!.visitId === visitId) return i;
  return -1;
}

/** The plate under which a passage stands. */
export function homeOf({ decision, evidence }: Passage): PlateKey {
  return decision?.given ?? evidence;
}
