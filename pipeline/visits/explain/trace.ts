import type { Irregularity, Visit } from '../../records/records.ts';
import { pairedShare, stitchedLately } from '../confidence/pair-confidence.ts';
import { firstRead, readKey, type Passage } from '../passages/passages.ts';
import { pairOf } from '../confidence/rejudging.ts';
import type { Sink } from '../sink.ts';
import type { Stay } from '../state/stay.ts';
import type { Weighing } from '../pairing/weighing.ts';
import { openRebuild, type Cause, type GarageHistory, type Rebuild } from './rebuild.ts';

/** A revision as the rules told it, with what its certainty came from. */
export interface TracedRevision {
  readonly visit: Visit;
  /** Garage clock at which it was told, and what made the rules tell it. */
  readonly clock: number;
  readonly cause: Cause | null;
  /** Version of the garage's configuration in force; null: it had none. */
  readonly configurationVersion: number | null;
  /** Of a stay with both ends; null otherwise. */
  readonly certainty: Certainty | null;
}

export interface Certainty {
  readonly lengthMs: number;
  /** How likely the exit is this vehicle's, by plates and by the other stays. */
  readonly pairedShare: number;
  /** How likely a stay of this length is two here: a missed exit, and later a missed entry. */
  readonly stitchedShare: number;
}

/** What a rebuild tells of the visits that somebody asks about. */
export interface Trace {
  readonly rebuild: Rebuild;
  /** By visitId, of the visits asked about. */
  readonly revisions: ReadonlyMap<string, readonly TracedRevision[]>;
  /** By visitId, of the visits asked about: the stay as the state last had it. */
  readonly stays: ReadonlyMap<string, Stay>;
  readonly irregularities: readonly Irregularity[];
  /** How an exit was weighed, the last times, in the order of time. */
  weighingsOf(exit: Passage): readonly Weighing[];
}

/** An exit is weighed anew whenever a rival leaves: what came of it last is what counts. */
const MOST_WEIGHINGS = 10;

/** @param isAsked whether somebody asks about the visit of that id */
export function openTrace(garageId: string, history: GarageHistory, isAsked: (visitId: string) => boolean): Trace {
  const revisions = new Map<string, TracedRevision[]>();
  const stays = new Map<string, Stay>();
  const irregularities: Irregularity[] = [];
  /** By the first read that the exit then had: others may have joined it since. */
  const weighings = new Map<string, Weighing[]>();
  const changed = new Set<string>();
  const sink: Sink = {
    visit(visit) {
      if (!isAsked(visit.visitId)) return;
      changed.add(visit.visitId);
      const told = revisions.get(visit.visitId);
      const revision = {
        visit: { ...visit }, clock: state.clocks.get(garageId)?.clock ?? 0, cause: null, certainty: certaintyOf(visit),
        configurationVersion: state.configurations.get(garageId)?.version ?? null,
      };
      if (told === undefined) revisions.set(visit.visitId, [revision]);
      else told.push(revision);
    },
    irregularity: (irregularity) => void irregularities.push(irregularity),
    clockMove() {},
    occupancy: null,
    ignored() {},
    weighed(weighing) {
      const key = readKey(firstRead(weighing.exit));
      const known = weighings.get(key);
      if (known === undefined) weighings.set(key, [weighing]);
      else if (known.push(weighing) > MOST_WEIGHINGS) known.shift();
    },
  };
  const rebuild = openRebuild(history, sink, lookAtChanged);
  const { state } = rebuild.rules;
  return {
    rebuild, revisions, stays, irregularities,
    weighingsOf: ({ reads }) => reads.flatMap((read) => weighings.get(readKey(read)) ?? []).sort((a, b) => a.clock - b.clock),
  };

  /** The rules tell a revision before they keep the stay that it is of. */
  function lookAtChanged(cause: Cause): void {
    for (const visitId of changed) {
      const stay = state.stays.get(visitId);
      if (stay !== undefined) stays.set(visitId, stay);
      const told = revisions.get(visitId)!;
      for (let i = told.length - 1; i >= 0 && told[i]!.cause === null; i--) {
        const { certainty } = told[i]!;
        told[i] = { ...told[i]!, cause, certainty: certainty && { ...certainty, pairedShare: pairedShareOf(stay, certainty.lengthMs) } };
      }
    }
    changed.clear();
  }

  /** How sure the stay's passages are what they are taken for. */
  function pairedShareOf(stay: Stay | undefined, lengthMs: number): number {
    if (stay === undefined || stay.entry === null || stay.exit === null) return 1;
    const garage = state.garage(garageId);
    const pair = pairOf(stay, state.stays.slotOf(stay.visitId), lengthMs, state.stays, garage);
    return pairedShare(pair, garage.taughtAt(firstRead(stay.exit).at));
  }

  function certaintyOf({ enteredAt, exitedAt }: Visit): Certainty | null {
    if (enteredAt === null || exitedAt === null) return null;
    const lengthMs = exitedAt - enteredAt;
    return { lengthMs, pairedShare: 1, stitchedShare: stitchedLately(lengthMs, state.garage(garageId).taughtAt(exitedAt)) };
  }
}
