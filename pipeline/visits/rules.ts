import { hash } from 'node:crypto';
import type { CameraRead, Control, Garage, Irregularity, Visit, ClockMove } from '../records/records.ts';
import type { Table, TaskState } from '../engine/state.ts';
import type { DueQueue } from './due-queue.ts';
import { clockAfterRead, clockAtStart, clockMovedTo } from './garage-clock.ts';
import type { GarageIndex } from './garage-index.ts';
import { lateArrival } from './irregularities.ts';
import { directionOf, passageOf } from './passages.ts';
import { plainlyOver, takePlainly } from './plain-stays.ts';
import { isRepeated } from './repeated-reads.ts';
import { openVisitsState, type VisitsState } from './state.ts';
import { addPassage, tellTimeline, timelineOf } from './stays.ts';

/** Where the rules put what they find. */
export interface Sink {
  visit(visit: Visit): void;
  irregularity(irregularity: Irregularity): void;
  clockMove(move: ClockMove): void;
  /** A read that changed nothing; for metrics. */
  ignored(why: Ignored): void;
}

export type Ignored = 'repeated_read' | 'no_plate';

/**
 * The rules of visits over the state of one task: what a read, a control record and the quiet do to a garage.
 * They know nothing of Kafka; time is an argument.
 */
export interface VisitRules {
  /** What they remember, to look at. */
  readonly state: VisitsState;
  /**
   * @param offset of the read in its partition
   * @param monotonicMs a clock that never jumps: when the read came in
   */
  read(read: CameraRead, offset: number, monotonicMs: number, sink: Sink): void;
  /** @param garage the garage as now configured, for a control record of type `configuration`; null: none */
  control(control: Control, garage: Garage | null, monotonicMs: number, sink: Sink): void;
  /** The inputs are read to their end. Moves the clocks of quiet garages to what is due; true if anything was. */
  quiet(monotonicMs: number, sink: Sink): boolean;
}

export function openVisitRules(taskState: TaskState): VisitRules {
  const state = openVisitsState(taskState);
  const { stays, clocks, configurations, lateReads } = state;

  return {
    state,

    read(read, offset, monotonicMs, sink) {
      const { garageId } = read;
      const garage = state.garage(garageId);
      const { settings } = garage;
      const before = clocks.get(garageId) ?? clockAtStart;
      if (isRepeated(read, stays, garage)) {
        clocks.put(garageId, { ...before, readsOffset: offset + 1 });
        return sink.ignored('repeated_read');
      }
      const after = clockAfterRead(
        before, read.cameraId, Math.min(read.capturedAt, read.receivedAt),
        settings.allowedLatenessMs / 2, garage.onlyCamera, offset + 1,
      );
      clocks.put(garageId, after);
      garage.quietSince(monotonicMs, after.clock);
      settleDue(garage, after.clock, sink);
      takeIn(read, garage, after.clock, sink);
    },

    control(control, configured, monotonicMs, sink) {
      const garageId = control.subject;
      const garage = state.garage(garageId);
      const clock = clocks.get(garageId) ?? clockAtStart;
      switch (control.type) {
        case 'clock_advance':
          moveClock(garage, control.to!, 'clock_advance', sink);
          garage.quietSince(monotonicMs, clocks.get(garageId)!.clock);
          break;
        case 'hold':
        case 'release':
          clocks.put(garageId, { ...clock, held: control.type === 'hold' });
          garage.quietSince(monotonicMs, clock.clock);
          break;
        case 'configuration':
          if (configured === null) configurations.delete(garageId);
          else configurations.put(garageId, { version: control.version!, garage: configured });
          break;
      }
    },

    quiet(monotonicMs, sink) {
      let moved = false;
      for (const garage of state.garages()) {
        const row = clocks.get(garage.garageId);
        if (row === undefined || row.held) continue;
        // The first quiet after a restore: it counts as a read.
        if (!garage.isQuiet) garage.quietSince(monotonicMs, row.clock);
        const now = garage.quietClock(monotonicMs);
        for (let due = nextDue(garage); due <= now; due = nextDue(garage)) {
          moveClock(garage, due, 'tick', sink);
          moved = true;
        }
      }
      return moved;
    },
  };

  function moveClock(garage: GarageIndex, to: number, cause: ClockMove['cause'], sink: Sink): void {
    const { garageId } = garage;
    const before = clocks.get(garageId) ?? clockAtStart;
    const after = clockMovedTo(before, to);
    clocks.put(garageId, after);
    if (after !== before) {
      sink.clockMove({ garageId, from: before.clock, to: after.clock, cause, readsOffset: after.readsOffset });
    }
    settleDue(garage, after.clock, sink);
  }

  /** One read into the passages of its plate, and what that changes. */
  function takeIn(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const { settings, operatorId } = garage;
    if (read.plate === '') return sink.ignored('no_plate');
    if (read.capturedAt < clock - settings.horizonMs) return setAside(read, garage, clock, sink);
    if (read.capturedAt < clock - settings.allowedLatenessMs) sink.irregularity(lateArrival(read, operatorId, true));

    const passage = passageOf(read, directionOf(read, garage.laneDirection(read.laneId)), garage.shared);
    const plain = takePlainly(stays, garage, read, passage, visitIdOf);
    if (plain !== null) {
      sink.visit(plain.visit as Visit);
      return;
    }
    const timeline = timelineOf(stays, garage, read.country, read.plate);
    addPassage(timeline, passage, settings.passageGapMs);
    const mint = (nth: number): string => visitIdOf(read, nth);
    const country = garage.shared(read.country);
    tellTimeline({ stays, garage, country, plate: read.plate, timeline, clock, mint, sink });
  }

  /** A read older than the horizon: what it could change has left the state. */
  function setAside(read: CameraRead, garage: GarageIndex, clock: number, sink: Sink): void {
    const key = `${read.garageId} ${read.cameraId} ${read.readId}`;
    if (lateReads.get(key) !== undefined) return sink.ignored('repeated_read');
    lateReads.put(key, { garageId: read.garageId, dueAt: clock + garage.settings.horizonMs });
    sink.irregularity(lateArrival(read, garage.operatorId, false));
  }

  /** Everything that is due at this clock: what was held goes out, open stays are forgotten, ended ones leave. */
  function settleDue(garage: GarageIndex, clock: number, sink: Sink): void {
    const { staysDue, lateReadsDue } = garage;
    while (staysDue.first <= clock) {
      const at = staysDue.first;
      const stay = stays.get(staysDue.firstKey);
      staysDue.pop();
      if (stay === undefined || stay.dueAt !== at) continue;
      const { country, plate, visitId } = stay;
      if (plainlyOver(stay, garage)) {
        stays.delete(visitId);
        continue;
      }
      const timeline = timelineOf(stays, garage, country, plate);
      const mint = (nth: number): string => `${visitId}-${clock}-${nth}`;
      tellTimeline({ stays, garage, country, plate, timeline, clock, mint, sink });
    }
    while (lateReadsDue.first <= clock) {
      const key = lateReadsDue.firstKey;
      if (lateReads.get(key)?.dueAt === lateReadsDue.first) lateReads.delete(key);
      lateReadsDue.pop();
    }
    if (garage.queueIsStale) staysDue.compact((at, visitId) => stays.get(visitId)?.dueAt === at);
  }

  /** Next garage clock at which something is due, Infinity if nothing is. */
  function nextDue(garage: GarageIndex): number {
    const { staysDue, lateReadsDue } = garage;
    dropStale(staysDue, stays);
    dropStale(lateReadsDue, lateReads);
    return Math.min(staysDue.first, lateReadsDue.first);
  }
}

/** Takes out what is not due any more, up to the first that is. */
function dropStale<V extends { readonly dueAt: number }>(queue: DueQueue, table: Table<V>): void {
  while (queue.size > 0 && table.get(queue.firstKey)?.dueAt !== queue.first) queue.pop();
}

/** Named after the read that made the stay known; the plate is not in it. */
function visitIdOf(read: CameraRead, nth = 0): string {
  const { garageId, cameraId, readId, capturedAt } = read;
  return `v${hash('sha1', `${garageId} ${cameraId} ${readId} ${capturedAt} ${nth}`, 'base64url').slice(0, 16)}`;
}
