import { TaskState } from '../../engine/state.ts';
import type { CameraRead, Control, Garage, Irregularity, Visit } from '../../records/records.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import { signsOf, type PairSigns } from '../confidence/pair-signs.ts';
import { pairOf } from '../confidence/rejudging.ts';
import { openVisitRules } from '../rules.ts';
import type { Ignored } from '../sink.ts';

export interface Found {
  readonly reads: number;
  readonly visits: Visit[];
  readonly irregularities: Irregularity[];
  readonly ignored: Readonly<Record<string, number>>;
}

/** The rules over reads that come one after the other, without Kafka. */
export interface RulesRun {
  /** @param offset of the read among all, those of other garages too: names are made of it */
  read(read: CameraRead, offset: number): void;
  recount(garageId: string, at: number, count: number): void;
  /** To be called now and then: what came before is not undone any more. */
  settle(): void;
  /** Everything that was told, newest revisions, after all clocks have passed the horizon. */
  end(): Found;
  /** What is known of a garage. */
  garage(garageId: string): GarageIndex;
  /** What there is to see of a visit that was told by the last read; null: it has not two ends, or its stay has left the state. */
  signsOf(visit: Visit): PairSigns | null;
}

/** Sees what is told as it is told; `isNew`: it had not been told of before. */
export interface Hearer {
  visit(visit: Visit, isNew: boolean): void;
  irregularity(irregularity: Irregularity, isNew: boolean): void;
}

export function openRulesRun(garages: readonly Garage[], hearer: Hearer): RulesRun {
  const state = new TaskState();
  const rules = openVisitRules(state);
  const visits = new Map<string, Visit>();
  const irregularities = new Map<string, Irregularity>();
  const ignored: Partial<Record<Ignored, number>> = {};
  const lastSeen = new Map<string, number>();
  let reads = 0;
  const sink = {
    visit(visit: Visit) {
      const known = visits.size;
      visits.set(visit.visitId, visit);
      hearer.visit(visit, visits.size > known);
    },
    irregularity(irregularity: Irregularity) {
      const known = irregularities.size;
      irregularities.set(irregularity.irregularityId, irregularity);
      hearer.irregularity(irregularity, irregularities.size > known);
    },
    clockMove() {},
    occupancy: null,
    ignored: (why: Ignored) => void (ignored[why] = (ignored[why] ?? 0) + 1),
  };
  for (const garage of garages) rules.control(control('configuration', garage.garageId, null), garage, 0, sink);

  return {
    read(read, offset) {
      reads++;
      rules.read(read, offset, 0, sink);
      if (read.capturedAt > (lastSeen.get(read.garageId) ?? 0)) lastSeen.set(read.garageId, read.capturedAt);
    },
    recount(garageId, at, count) {
      const recount = { controlId: `recount ${garageId} ${at}`, count };
      rules.control({ ...control('recount', garageId, at), ...recount }, null, 0, sink);
    },
    settle: () => state.settleUnwritten(),
    end() {
      for (const [garageId, at] of lastSeen) {
        const { horizonMs, allowedLatenessMs } = rules.state.garage(garageId).settings;
        // Nobody knows what the cameras did after the last read.
        rules.control(control('hold', garageId, null), null, 0, sink);
        rules.control(control('clock_advance', garageId, at + horizonMs + allowedLatenessMs), null, 0, sink);
      }
      return { reads, visits: [...visits.values()], irregularities: [...irregularities.values()], ignored };
    },
    garage: (garageId) => rules.state.garage(garageId),
    signsOf({ visitId, garageId, enteredAt, exitedAt }) {
      const { stays } = rules.state;
      const stay = stays.get(visitId);
      if (stay?.entry == null || stay.exit === null || enteredAt === null || exitedAt === null) return null;
      const garage = rules.state.garage(garageId);
      return signsOf(pairOf(stay, stays.slotOf(visitId), exitedAt - enteredAt, stays, garage), garage.taughtAt(exitedAt));
    },
  };
}

function control(type: Control['type'], garageId: string, to: number | null): Control {
  return { controlId: '', type, subject: garageId, to, version: 0, issuedAt: 0, issuedBy: 'evaluate', reason: '' };
}
