import type { Direction, Garage } from '../../records/records.ts';
import { sharedTexts } from '../../records/shared-texts.ts';
import type { PlateEvidence } from '../matching/evidence.ts';
import { STRADDLE_MS } from '../passages/linking.ts';
import { idHashOf } from './id-hashes.ts';
import type { GarageMemory } from './garage-memory.ts';
import { LaneTrace } from './lane-trace.ts';
import type { StayColumns } from './stay-columns.ts';

/** A lane as configured, and what was read there. */
export interface LaneIndex {
  readonly laneId: string;
  /** UNKNOWN: it serves both, or is not configured. */
  direction: Direction;
  adjacent: readonly LaneIndex[];
  /** Not all of its cameras see vehicles from behind. */
  seesFronts: boolean;
  readonly trace: LaneTrace;
  /** The reads without a plate, by their key in the table. */
  readonly blanks: LaneTrace;
}

/** A garage's lanes. Derived: nothing here is the truth. */
export class GarageLanes {
  private readonly byId = new Map<string, LaneIndex>();
  /** Asked for last: of one read several times. */
  private asked: LaneIndex | null = null;
  /** As they were met: who asks each of them does so at nearly every read. */
  private readonly met: LaneIndex[] = [];
  private sorted: readonly LaneIndex[] | null = null;
  private readonly garageId: string;
  private readonly own: GarageMemory;
  private readonly columns: StayColumns;

  constructor(garageId: string, own: GarageMemory, columns: StayColumns) {
    this.garageId = garageId;
    this.own = own;
    this.columns = columns;
  }

  configure(lanes: Garage['lanes']): void {
    for (const lane of this.met) {
      lane.direction = 'UNKNOWN';
      lane.adjacent = noLanes;
      lane.trace.lieBeside([]);
      lane.seesFronts = false;
    }
    for (const { laneId, direction, adjacent, cameras } of lanes) {
      const lane = this.lane(laneId);
      lane.seesFronts = cameras.some(({ view }) => view !== 'rear');
      lane.direction = direction === 'in' ? 'IN' : direction === 'out' ? 'OUT' : 'UNKNOWN';
      lane.adjacent = adjacent.map((next) => this.lane(next));
      lane.trace.lieBeside(lane.adjacent.map(({ trace }) => trace));
    }
  }

  /** Made when first met: a lane that is not configured serves both directions. */
  lane(laneId: string): LaneIndex {
    let lane = this.known(laneId);
    if (lane === null) {
      lane = {
        laneId: sharedTexts.of(laneId), direction: 'UNKNOWN', adjacent: noLanes, seesFronts: false, trace: new LaneTrace(this.own.memory),
        blanks: new LaneTrace(this.own.memory),
      };
      this.byId.set(lane.laneId, lane);
      this.own.addLane(idHashOf(this.garageId, laneId), lane.trace.place);
      if (this.met.length > 0) lane.trace.follow(this.met[this.met.length - 1]!.trace);
      this.met.push(lane);
      this.sorted = null;
    }
    return (this.asked = lane);
  }

  /** Null: not met yet. */
  known(laneId: string): LaneIndex | null {
    if (this.asked === null || this.asked.laneId !== laneId) this.asked = this.byId.get(laneId) ?? null;
    return this.asked;
  }

  /** One of its own is asked for next. */
  ask(lane: LaneIndex): void {
    this.asked = lane;
  }

  /** In the order of their ids, as the cameras are. */
  all(): readonly LaneIndex[] {
    this.sorted ??= [...this.met].sort((one, other) => (one.laneId < other.laneId ? -1 : 1));
    return this.sorted;
  }

  /**
   * Slots of the stays that were read at the lane or next to it about then and may be by such a plate: one array for all
   * garages, written over at the next call.
   * @param from up to `to`: when the plate was read, ms UTC @param gapMs between reads of one passage
   * @param anyWithinMs within which any plate may be the vehicle's; 0: only such a plate
   */
  near(from: number, to: number, plate: string, lane: LaneIndex, gapMs: number, anyWithinMs: number): readonly number[] {
    const middle = (from + to) / 2;
    const halfMs = (to - from) / 2;
    return lane.trace.near(middle, halfMs + gapMs, anyWithinMs === 0 ? 0 : halfMs + anyWithinMs, plate, halfMs + STRADDLE_MS);
  }

  /** Slots of stays that ended at that instant (ms UTC) or later, by plates that could be the evidence's. Mostly there are none. */
  leftSince(at: number, evidence: PlateEvidence): readonly number[] {
    const plates = platesOf(evidence);
    const left: number[] = [];
    // And those that were met after it.
    this.met[0]?.trace.leftSince(at, plates, left);
    return left;
  }

  /** Adds those of the stays that ended since then, and were read since another time, by any plate. */
  endedSince(from: number, at: number, slots: number[]): void {
    this.met[0]?.trace.endedSince(from, at, slots);
  }

  /** The same of those that ended up to another instant. */
  leftBetween(from: number, to: number, evidence: PlateEvidence): readonly number[] {
    const { columns, met } = this;
    // One that left by then may have been read on until later, and be known by that alone.
    let until = -Infinity;
    this.between(from, to + 1, (_at, slot) => {
      const leftAt = columns.leftAt(slot);
      if (leftAt >= from && leftAt <= to) until = Math.max(until, columns.lastSeenAt(slot));
    });
    if (until === -Infinity) return noSlots;
    const plates = platesOf(evidence);
    const left: number[] = [];
    met[0]!.trace.leftBetween(from, to, until, plates, left);
    return left;
  }

  /** How many reads of live stays were made then (ms UTC) or later, and some that are forgotten. */
  readsSince(at: number): number {
    let reads = 0;
    for (let i = 0; i < this.met.length; i++) reads += this.met[i]!.trace.readsSince(at);
    return reads;
  }

  /** Of each read from then on, ms UTC. */
  between(from: number, to: number, visit: (at: number, slot: number) => void): void {
    for (let i = 0; i < this.met.length; i++) this.met[i]!.trace.between(from, to, visit);
  }
}

function platesOf(evidence: PlateEvidence): readonly string[] {
  if (evidence !== soughtEvidence) {
    soughtEvidence = evidence;
    soughtPlates = evidence.candidates.length === 0 ? [evidence.plate] : [evidence.plate, ...evidence.candidates.map(({ plate }) => plate)];
  }
  return soughtPlates;
}

const noLanes: readonly LaneIndex[] = [];
const noSlots: readonly number[] = [];
/** Whom was asked for last: mostly several times of one exit. */
let soughtEvidence: PlateEvidence | null = null;
let soughtPlates: readonly string[] = [];
