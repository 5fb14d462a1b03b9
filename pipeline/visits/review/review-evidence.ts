import type { ReviewAction, VisitStatus } from '../../records/records.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { decidedShare } from '../confidence/pair-signs.ts';
import type { Trace } from '../explain/trace.ts';
import { firstRead, lastRead } from '../passages/passages.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import { isLikelyTwo, shareOfOneStay } from '../stays/emission.ts';

/** The rules have left them undecided, or may have decided wrongly: these irregularities wait for a person. */
const forPersons: ReadonlySet<string> = new Set(['similar_inside', 'exit_without_entry']);

/** Whether that revision of an irregularity waits for a person. */
export function waitsForPerson({ status, type, severity }: Pick<Irregularity, 'status' | 'type' | 'severity'>): boolean {
  return status === 'open' && severity !== 'info' && forPersons.has(type);
}

/** A visit that waits for a person. */
export interface ReviewItem {
  readonly garageId: string;
  readonly visitId: string;
  /** Its exit's time, ms UTC. */
  readonly at: number;
  /** `review`: as likely two stays as one; else types of open irregularities. Sorted. */
  readonly types: readonly string[];
  readonly irregularityIds: readonly string[];
}

/** One for each visit, the oldest first. */
export function reviewItems(visits: Iterable<Visit>, irregularities: Iterable<Irregularity>): ReviewItem[] {
  const items = new Map<string, ReviewItem>();
  const add = (item: ReviewItem): void => {
    const known = items.get(item.visitId);
    items.set(item.visitId, known === undefined ? item : {
      ...known,
      types: [...known.types, ...item.types].sort(),
      irregularityIds: [...known.irregularityIds, ...item.irregularityIds].sort(),
    });
  };
  for (const { garageId, visitId, exitedAt, firstSeenAt } of visits) {
    add({ garageId, visitId, at: exitedAt ?? firstSeenAt, types: ['review'], irregularityIds: [] });
  }
  for (const { garageId, visitIds, at, type, irregularityId } of irregularities) {
    for (const visitId of visitIds) add({ garageId, visitId, at, types: [type], irregularityIds: [irregularityId] });
  }
  return [...items.values()].sort((a, b) => a.at - b.at || (a.visitId < b.visitId ? -1 : 1));
}

/** What a person must know to settle it. Plates stand in it. */
export interface Evidence {
  /** As the rules have it now; null: it has left the state, or its reads are gone. */
  readonly visit: EvidentVisit | null;
  readonly why: string;
  /** Vehicles that could have made the exit, the likeliest first. */
  readonly candidates: readonly Candidate[];
  /** Share of the likelihood that the exit's own entry was missed; null: it was not weighed. */
  readonly missedShare: number | null;
  /** Of a stay with both ends: how likely one of its length is two here. */
  readonly stitchedShare: number | null;
  /** How likely the exit is its vehicle's, by plates and rivals. */
  readonly pairedShare: number | null;
  readonly actions: readonly PossibleAction[];
}

export interface EvidentVisit {
  readonly status: VisitStatus;
  readonly country: string;
  readonly plate: string;
  /** As the two ends were read; null: there is none. */
  readonly entryPlate: string | null;
  readonly exitPlate: string | null;
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
  readonly lengthMs: number | null;
}

export interface Candidate {
  readonly visitId: string;
  readonly country: string;
  readonly plate: string;
  readonly enteredAt: number;
  /** How long it would have stayed. */
  readonly lengthMs: number;
  /** Nats; `likeness` is the plates' part. */
  readonly score: number;
  readonly likeness: number;
  /** Of the likelihood, when it was weighed last. */
  readonly share: number;
  /** Whether it has no exit by now. */
  readonly isInside: boolean;
}

/** What a person can do, and what would become of it. */
export interface PossibleAction {
  readonly type: ReviewAction;
  readonly visitId?: string;
  readonly otherVisitId?: string;
  readonly irregularityId?: string;
  readonly effect: string;
}

/** @param trace of the item's garage, rebuilt */
export function evidenceOf(item: ReviewItem, trace: Trace): Evidence {
  const { state } = trace.rebuild.rules;
  const stay = state.stays.get(item.visitId);
  if (stay === undefined || stay.garageId !== item.garageId) {
    return {
      visit: null, candidates: [], missedShare: null, stitchedShare: null, pairedShare: null, actions: actionsOn(item, null, []),
      why: 'its reads are gone, or it is older than the horizon',
    };
  }
  const visit = evidentVisit(stay);
  const { exit } = stay;
  const weighing = exit === null ? undefined : trace.weighingsOf(exit).at(-1);
  const candidates = (weighing?.rivals ?? []).map(({ visitId, country, plate, lengthMs, score, likeness, share }): Candidate => {
    const rival = state.stays.get(visitId);
    return {
      visitId, country, plate, lengthMs, score, likeness, share, enteredAt: firstRead(weighing!.exit).at - lengthMs,
      isInside: rival !== undefined && rival.entry !== null && rival.exit === null && rival.why === null,
    };
  });
  const { lengthMs } = visit;
  const garage = state.garage(item.garageId);
  const stitchedShare = lengthMs === null ? null : garage.stayTimesAt(visit.exitedAt!).stitchedShare(lengthMs);
  const given = exit === null ? 1 : decidedShare(exit);
  const evidence = {
    visit, candidates, missedShare: weighing?.missed?.share ?? null, stitchedShare, pairedShare: lengthMs === null ? null : given,
  };
  return { ...evidence, why: whyOf(item, evidence, stay, garage), actions: actionsOn(item, visit, candidates) };
}

function evidentVisit({ entry, exit, visit, country, plate }: Stay): EvidentVisit {
  const enteredAt = visit?.enteredAt ?? (entry === null ? null : lastRead(entry).at);
  const exitedAt = visit?.exitedAt ?? (exit === null ? null : firstRead(exit).at);
  return {
    status: visit?.status ?? 'open', country: visit?.country ?? country, plate: visit?.plate ?? plate,
    entryPlate: entry?.evidence.plate ?? null, exitPlate: exit?.evidence.plate ?? null, enteredAt, exitedAt,
    lengthMs: enteredAt === null || exitedAt === null ? null : exitedAt - enteredAt,
  };
}

function whyOf(
  { types }: ReviewItem, { visit, candidates, missedShare, stitchedShare }: Omit<Evidence, 'why' | 'actions'>, stay: Stay,
  garage: GarageIndex,
): string {
  const percent = (share: number): string => (share < 0.01 ? 'below 1 %' : `${Math.round(100 * share)} %`);
  if (types.includes('review')) {
    const { lengthMs, exitedAt } = visit!;
    if (!isLikelyTwo(shareOfOneStay(stay.exit!, lengthMs!, garage.taughtAt(exitedAt!)))) {
      return `likelier wrong than right: ${percent(stay.visit!.matchConfidence)} sure that the vehicle that left is the one that came in then`;
    }
    return `as likely two stays as one: ${percent(stitchedShare!)} of stays so long are two (exit and entry missed)`;
  }
  if (visit!.enteredAt !== null) return `${candidates.length} vehicles inside could have made the exit: given to the likeliest`;
  const missed = missedShare === null ? '' : `; its own entry missed: ${percent(missedShare)}`;
  if (candidates.length === 0) return 'no vehicle inside is like the one that left: its entry was missed';
  return candidates.length === 1
    ? `one vehicle inside is like the one that left, but not likely enough${missed}`
    : `${candidates.length} vehicles inside could have made the exit, none likely enough${missed}`;
}

function actionsOn(
  { visitId, irregularityIds }: ReviewItem, visit: EvidentVisit | null, candidates: readonly Candidate[],
): PossibleAction[] {
  const actions: PossibleAction[] = [];
  if (visit !== null && visit.lengthMs !== null) {
    actions.push(
      { type: 'review_confirm', visitId, effect: 'one stay: closed for sure, and billed' },
      {
        type: 'review_split', visitId,
        effect: visit.entryPlate === visit.exitPlate
          ? 'two stays, one unclosed, one without an entry: neither is billed'
          : 'two vehicles: one is inside still, one left without an entry',
      },
    );
  }
  if (visit !== null && visit.enteredAt === null) {
    for (const candidate of candidates.filter(({ isInside }) => isInside)) {
      actions.push({
        type: 'review_merge', visitId, otherVisitId: candidate.visitId, effect: 'the exit is that vehicle\'s: one stay, closed and billed',
      });
    }
  }
  if (visit !== null) {
    actions.push({ type: 'review_correct', visitId, effect: 'its plate is another: looked at anew' });
  }
  for (const irregularityId of irregularityIds) {
    actions.push({ type: 'review_dismiss', irregularityId, effect: 'settled: the visit stays as it is' });
  }
  return actions;
}
