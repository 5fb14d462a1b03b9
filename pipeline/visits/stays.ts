import type { Table } from '../engine/state.ts';
import type { Irregularity, Visit } from '../records/records.ts';
import { dueAt, leavesAt, newestVisit, withdrawnVisit, type VisitSubject } from './emission.ts';
import type { GarageIndex } from './garage-index.ts';
import { irregularitiesOf, noIrregularities, sameList, withdrawnIrregularity } from './irregularities.ts';
import { belongTogether, comparePassages, joined, type Passage } from './passages.ts';
import type { Stay } from './state.ts';
import { foldTimeline, type FoldedStay } from './timeline.ts';

/** A passage and the stays that held it so far: none for a new one, several after a join. */
export interface OwnedPassage {
  readonly passage: Passage;
  readonly owners: readonly Stay[];
}

/** The live passages of a plate, in the order of time. */
export function timelineOf(stays: Table<Stay>, garage: GarageIndex, country: string, plate: string): OwnedPassage[] {
  const timeline: OwnedPassage[] = [];
  for (const visitId of garage.staysOf(country, plate)?.visitIds ?? []) {
    const stay = stays.get(visitId)!;
    if (stay.entry !== null) timeline.push({ passage: stay.entry, owners: [stay] });
    if (stay.exit !== null) timeline.push({ passage: stay.exit, owners: [stay] });
  }
  return timeline.sort((a, b) => comparePassages(a.passage, b.passage));
}

/** Puts the passage in its place; those that it belongs with (one, or two that it links) are joined to it. */
export function addPassage(timeline: OwnedPassage[], passage: Passage, gapMs: number): void {
  let added: OwnedPassage = { passage, owners: [] };
  for (let i = timeline.length - 1; i >= 0; i--) {
    const known = timeline[i]!;
    if (!belongTogether(known.passage, passage, gapMs)) continue;
    timeline.splice(i, 1);
    added = { passage: joined(known.passage, added.passage), owners: [...known.owners, ...added.owners] };
  }
  let place = timeline.length;
  while (place > 0 && comparePassages(added.passage, timeline[place - 1]!.passage) < 0) place--;
  timeline.splice(place, 0, added);
}

export interface Timeline {
  readonly stays: Table<Stay>;
  readonly garage: GarageIndex;
  readonly country: string;
  readonly plate: string;
  /** All live passages of the plate, in the order of time. */
  readonly timeline: readonly OwnedPassage[];
  readonly clock: number;
  /** The name of the nth stay that becomes known by this. */
  readonly mint: (nth: number) => string;
  readonly sink: { visit(visit: Visit): void; irregularity(irregularity: Irregularity): void };
}

/**
 * Folds a plate's timeline anew, gives the stays their names, and tells what differs from what was told before.
 * The table then holds what the fold says; stays that ended a horizon ago leave it.
 */
export function tellTimeline(context: Timeline): void {
  const { stays, garage, country, plate, timeline, clock, sink } = context;
  const { settings, operatorId, garageId } = garage;
  const folded = foldTimeline(timeline.map(({ passage }) => passage), ghostOf(timeline, stays), settings, clock);
  const names = nameStays(folded, context);

  for (let i = 0; i < folded.length; i++) {
    const stay = folded[i]!;
    const { visitId, before } = names[i]!;
    const followsId = typeof stay.follows === 'object' && stay.follows !== null
      ? names[folded.indexOf(stay.follows)]!.visitId
      : stay.follows;
    const subject: VisitSubject = { visitId, garageId, operatorId, country, plate };
    const visit = newestVisit(stay, before?.visit ?? null, subject, settings, clock);
    if (visit !== null && visit !== before?.visit) sink.visit(visit as Visit);

    const known = before?.irregularities ?? noIrregularities;
    const irregularities = stay.certainAt > clock
      ? known
      : irregularitiesOf(stay, { garageId, operatorId, visitId, followsId }, known);
    for (const irregularity of irregularities) if (!known.includes(irregularity)) sink.irregularity(irregularity);

    const { entry, exit } = stay;
    const due = dueAt(stay, visit, settings, clock);
    const over = stay.certainAt <= clock && stay.status !== 'open' && leavesAt(stay.endAt, settings) <= clock;
    if (over) stays.delete(visitId);
    else if (
      before === undefined || before.entry !== entry || before.exit !== exit || before.visit !== visit ||
      before.followsId !== followsId || before.dueAt !== due || !sameList(before.irregularities, irregularities)
    ) {
      stays.put(visitId, { visitId, garageId, country, plate, entry, exit, followsId, visit, irregularities, dueAt: due });
    }
  }
}

/** The unclosed stay that the first entry followed, if that stay has left the state. */
function ghostOf(timeline: readonly OwnedPassage[], stays: Table<Stay>): string | null {
  for (const owner of timeline[0]?.owners ?? []) {
    if (owner.followsId !== null && stays.get(owner.followsId) === undefined) return owner.followsId;
  }
  return null;
}

interface Named {
  readonly visitId: string;
  /** What the state holds under that name. */
  readonly before: Stay | undefined;
}

/**
 * A stay keeps the name under which its entry passage was known, else its exit passage's; the rest get new ones.
 * Names left over are of stays that never were: they are withdrawn.
 */
function nameStays(folded: readonly FoldedStay[], context: Timeline): Named[] {
  const { timeline } = context;
  const ownersOf = (passage: Passage | null): readonly Stay[] =>
    timeline.find((owned) => owned.passage === passage)?.owners ?? [];
  const free = new Set<Stay>();
  for (const { owners } of timeline) for (const owner of owners) free.add(owner);

  const names: (Named | undefined)[] = folded.map(() => undefined);
  for (const side of ['entry', 'exit'] as const) {
    folded.forEach((stay, i) => {
      const owner = names[i] === undefined ? ownersOf(stay[side]).find((candidate) => free.has(candidate)) : undefined;
      if (owner === undefined) return;
      free.delete(owner);
      names[i] = { visitId: owner.visitId, before: owner };
    });
  }
  for (const left of free) withdraw(left, context);
  let minted = 0;
  return names.map((name) => name ?? { visitId: context.mint(minted++), before: undefined });
}

function withdraw(stay: Stay, { stays, garage, sink }: Timeline): void {
  const { visitId, garageId, country, plate } = stay;
  const subject: VisitSubject = { visitId, garageId, operatorId: garage.operatorId, country, plate };
  if (stay.visit !== null) sink.visit(withdrawnVisit(stay.visit, subject));
  for (const known of stay.irregularities) {
    const withdrawn = withdrawnIrregularity(known);
    if (withdrawn !== known) sink.irregularity(withdrawn);
  }
  stays.delete(visitId);
}
