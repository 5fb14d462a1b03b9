import assert from 'node:assert/strict';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import type {
  CameraRead, ClockMove, Control, Direction, Garage, GarageSettings, Irregularity, Occupancy, Sighting, Visit,
} from '../records/records.ts';
import { openVisitRules, type VisitRules } from './rules.ts';
import type { Ignored, Sink } from './sink.ts';

/** For tests: one garage, its rules over a state of their own, and everything that they told. */

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Times in tests count from here. */
export const start = Date.UTC(2026, 4, 17);

export const settings: GarageSettings = {
  passageGapMs: 30 * second, allowedLatenessMs: 2 * minute, horizonMs: 48 * hour, forgetAfterMs: 30 * day,
  overstayAfterMs: 7 * day,
};

/** So long after a passage pairing looks at it, ms. */
export const decidedAfter = settings.passageGapMs + settings.allowedLatenessMs;

export function garageOf(changes: Partial<Garage> = {}): Garage {
  const lane = (laneId: string, direction: 'in' | 'out' | 'both') => ({
    laneId, direction, adjacent: [], cameras: [{ cameraId: `${laneId}-camera`, view: 'front', serial: '', directions: {} }],
  });
  return {
    garageId: 'g1', operatorId: 'operator', name: '', timezone: 'Europe/Oslo', capacity: 100,
    lanes: [lane('in', 'in'), lane('out', 'out'), lane('gate', 'both')], tariffs: [], settings, paymentWindowMs: 48 * hour, merchant: 'default',
    ...changes,
  };
}

let readsMade = 0;

/** A read of plate A at the lane, `at` ms after start; the camera saw no direction. */
export function readOf(laneId: string, at: number, changes: Partial<CameraRead> = {}): CameraRead {
  const capturedAt = start + at;
  return {
    readId: `r${readsMade++}`, garageId: 'g1', cameraId: `${laneId}-camera`, laneId, direction: 'UNKNOWN' as Direction,
    plate: 'A', country: 'NO', confidence: 0.9, candidates: [], capturedAt, receivedAt: capturedAt, source: '', timing: '', ...changes,
  };
}

export function controlOf(type: Control['type'], changes: Partial<Control> = {}): Control {
  return {
    controlId: 'c1', type, subject: 'g1', to: null, version: null, issuedAt: start, issuedBy: 'test', reason: '', ...changes,
  };
}

/** What the rules told, with the newest revision of each. A revision told twice, or out of turn, fails at once. */
export class Told implements Sink {
  readonly all: (Visit | Irregularity)[] = [];
  readonly clockMoves: ClockMove[] = [];
  readonly ignoredReads: Ignored[] = [];
  readonly sightings: Sighting[] = [];
  private readonly newestVisits = new Map<string, Visit>();
  private readonly newestIrregularities = new Map<string, Irregularity>();

  visit(visit: Visit): void {
    const before = this.newestVisits.get(visit.visitId)?.revision ?? 0;
    assert.equal(visit.revision, before + 1, 'revisions follow one another');
    this.newestVisits.set(visit.visitId, visit);
    this.all.push(visit);
  }

  irregularity(irregularity: Irregularity): void {
    const { irregularityId, revision } = irregularity;
    const before = this.newestIrregularities.get(irregularityId)?.revision ?? 0;
    assert.equal(revision, before + 1, 'revisions follow one another');
    this.newestIrregularities.set(irregularityId, irregularity);
    this.all.push(irregularity);
  }

  clockMove(move: ClockMove): void {
    this.clockMoves.push(move);
  }

  /** Looked at as the stage does, so that the state is the same. */
  occupancy(_told: Occupancy): void {}

  ignored(why: Ignored): void {
    this.ignoredReads.push(why);
  }

  sighting(sighting: Sighting): void {
    this.sightings.push(sighting);
  }

  /** Newest revisions in the order of time, withdrawn ones left out. */
  get visits(): Visit[] {
    return [...this.newestVisits.values()]
      .filter((visit) => visit.status !== 'withdrawn')
      .sort((a, b) => (a.enteredAt ?? a.exitedAt!) - (b.enteredAt ?? b.exitedAt!));
  }

  get irregularities(): Irregularity[] {
    return [...this.newestIrregularities.values()]
      .filter(({ status }) => status !== 'withdrawn')
      .sort((a, b) => a.at - b.at);
  }
}

export class TestGarage {
  readonly told = new Told();
  state: TaskState;
  rules: VisitRules;
  monotonicMs = 0;
  private offset = 0;
  private readonly changelog = new RecordBlock();

  /** @param garage null: the garage is not configured */
  constructor(garage: Garage | null = garageOf()) {
    this.state = new TaskState();
    this.rules = openVisitRules(this.state);
    if (garage !== null) this.rules.control(controlOf('configuration', { version: 1 }), garage, 0, this.told);
  }

  see(...reads: CameraRead[]): this {
    for (const read of reads) this.rules.read(read, this.offset++, this.monotonicMs, this.told);
    return this;
  }

  /** A control record moves the clock to `at` ms after start. */
  advance(at: number): this {
    this.rules.control(controlOf('clock_advance', { to: start + at }), null, this.monotonicMs, this.told);
    return this;
  }

  /** Nothing comes in for so long. */
  waitQuietly(ms: number): boolean {
    this.monotonicMs += ms;
    return this.rules.quiet(this.monotonicMs, this.told);
  }

  /** Commits, then goes on with a state restored from the changelog alone. */
  restart(): this {
    this.state.settle(this.changelog, 0);
    this.state = new TaskState();
    this.rules = openVisitRules(this.state);
    for (const { key, value } of this.changelog) this.state.restore(key!, value);
    return this;
  }
}

/** Times of a visit as ms after start. */
export function stayOf(visit: Visit | undefined) {
  assert.ok(visit, 'there is such a visit');
  const since = (at: number | null) => (at === null ? null : at - start);
  return { status: visit.status, enteredAt: since(visit.enteredAt), exitedAt: since(visit.exitedAt), flags: visit.flags };
}
