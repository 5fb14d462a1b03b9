import { isDeepStrictEqual } from 'node:util';
import type { Direction, Garage, GarageSettings } from '../records/records.ts';
import { sharedTexts } from '../records/shared-texts.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import type { Table } from '../engine/state.ts';
import type { BlankRead } from './blank-reads.ts';
import type { OneWayLane } from './blind-lanes.ts';
import type { GarageWatch } from './cameras/camera-watch.ts';
import { IntervalCounts } from './cameras/interval-counts.ts';
import { hoursOfWeek, intervalOf, judgedAt } from './cameras/intervals.ts';
import { newRhythm, setDay, type Rhythm } from './cameras/rhythm.ts';
import { DAYS, WHOLE_WEEK, type GarageRhythm } from './cameras/rhythm-codec.ts';
import { judgedWith, READS_WAIT } from './cameras/waiting.ts';
import { CandidateIndex } from './candidate-index.ts';
import { DueQueue } from './due-queue.ts';
import { SlotsDue } from './slots-due.ts';
import { DwellTimes, type LearnedDwell } from './dwell-times.ts';
import { leavesAt } from './emission.ts';
import { LaneTrace } from './lane-trace.ts';
import { STRADDLE_MS, TRAILER_MS } from './linking.ts';
import { haveSamePlates, type PlateEvidence } from './matching/evidence.ts';
import { nothingCounted, type Occupancy } from './occupancy.ts';
import { comparePassages, compareReads, firstRead, isRearOnly, type Passage, type PassageRead } from './passages.ts';
import { readsOfClosedRow, type OpenRow } from './plain-row.ts';
import { NO_PLATE, NO_SLOT, type PlateStays } from './plate-stays.ts';
import type { ReadHashes } from './read-hashes.ts';
import { NO_STAY, type StayColumns } from './stay-columns.ts';
import { StayTimes, type LearnedStays } from './stay-times.ts';
import type { LateRead, Stay } from './state.ts';
import { lastSeenAt } from './timeline.ts';

/** What a garage's rows in the tables come to, ready to be asked. Derived: nothing here is the truth. */
export class GarageIndex {
  readonly garageId: string;
  /** Its place among those of the task. */
  readonly number: number;
  /** What is due on stays (by their slot) and on late reads (by their key in the table): for what is added see the methods. */
  readonly staysDue = new SlotsDue();
  readonly lateReadsDue = new DueQueue();
  /** Recounts that wait for the clock, by their controlId. */
  readonly recountsDue = new DueQueue();
  /** By their key in the table. */
  readonly blankReadsDue = new DueQueue();
  settings: GarageSettings = defaultSettings;
  operatorId = 'default';
  timezone = 'UTC';
  onlyCamera = false;
  /** Of its row in the table of clocks: asked for at each read. */
  clockSlot = NO_SLOT;
  /** Garage clock at which the first of all that may be due is; NaN: to be found out anew. Asked at each read. */
  private knownFirstDue = NaN;
  private ownStayTimes: StayTimes | null = null;
  /** What they have not been told yet. */
  private learned: LearnedStays | null = null;
  private ownDwellTimes: DwellTimes | null = null;
  /** By interval: open visits that began in it. */
  readonly entered = new Map<number, number>();
  occupancy: Occupancy = nothingCounted;
  oneWayLanes: readonly OneWayLane[] = [];
  /** Stays whose vehicle may still be inside, or left by a decision that a better one may overturn. */
  readonly inside: CandidateIndex;
  /** Exits without an entry. */
  readonly strays: CandidateIndex;
  private readonly lanes = new Map<string, LaneIndex>();
  private lanesById: readonly LaneIndex[] | null = null;
  private rearCameras = new Set<string>();
  private readonly cameras = new Map<string, CameraIndex>();
  /** By their keys, rows of cameras as a former release wrote them, until they are taken over. */
  readonly formerWatches = new Map<string, GarageWatch>();
  readonly formerRhythms = new Set<string>();
  /** Those watched, in the order of the row. */
  private watched: readonly CameraIndex[] = [];
  /** The next interval to judge them by. */
  private nextInterval = 0;
  /** Their reads from that interval on. */
  private unjudged = 0;
  /** Something is the matter with one of them, or may be: no interval waits. */
  private isJudgedSoon = false;
  /** Configured cameras that are not watched yet. */
  unwatched = 0;
  /** Some are watched that are not configured any more. */
  areWatchedLeft = false;
  /** Garage clock at which the next interval is judged, or it and those after it; NaN: to be found out anew. */
  private knownIntervalDue = Infinity;
  /** When the quiet would have a camera called silent, as far as known; NaN: to be found out anew. */
  silentAt = NaN;
  /** By visitId of a stay: the exits without an entry that may have been its exit. */
  private readonly contested = new Map<string, string[]>();
  /** The live stays of each plate, those of other garages too. */
  readonly plates: PlateStays;
  /** Of the reads in live passages, those of other garages too. */
  private readonly reads: ReadHashes;
  private readonly columns: StayColumns;
  private forgotten = -1;
  /** Stays in the state. */
  live = 0;
  /** When the latest exit was read, ms UTC. */
  latestExitAt = 0;
  /** When the garage became quiet (monotonic), and what its clock was then. Not kept over a restart. */
  private quietSinceMs = NaN;
  private clockThen = 0;
  /** Of two stays, by when the vehicle was read last. */
  private readonly comesFirst: (slot: number, other: number) => boolean;

  /** @param stays of this garage and of others; @param columns over them */
  constructor(garageId: string, number: number, stays: Pick<Table<Stay>, 'at' | 'keyAt'>, columns: StayColumns) {
    this.garageId = garageId;
    this.number = number;
    this.columns = columns;
    this.plates = columns.plates;
    this.reads = columns.reads;
    this.comesFirst = (slot, otherSlot) => {
      const one = stays.at(slot)!;
      const other = stays.at(otherSlot)!;
      return (comparePassages((one.exit ?? one.entry)!, (other.exit ?? other.entry)!) || (one.visitId < other.visitId ? -1 : 1)) < 0;
    };
    const byVisitId = (one: number, other: number): boolean => stays.keyAt(one) < stays.keyAt(other);
    this.inside = new CandidateIndex((slot) => insideEvidence(stays.at(slot))!, byVisitId);
    this.strays = new CandidateIndex((slot) => strayExit(stays.at(slot))!.evidence, byVisitId);
  }

  /** The garage's configuration; null: none, the defaults hold. */
  configure(garage: Garage | null): void {
    this.settings = sharedSettings(garage?.settings ?? defaultSettings);
    this.operatorId = garage?.operatorId ?? 'default';
    this.timezone = garage?.timezone ?? 'UTC';
    const lanes = garage?.lanes ?? [];
    this.rearCameras = new Set(
      lanes.flatMap((lane) => lane.cameras.filter(({ view }) => view === 'rear').map(({ cameraId }) => cameraId)),
    );
    const configured = new Set(lanes.flatMap((lane) => lane.cameras.map((camera) => camera.cameraId)));
    this.onlyCamera = configured.size === 1;
    for (const camera of this.cameras.values()) camera.isConfigured = false;
    // Too soon forgotten to be judged by.
    const areWatched = this.settings.horizonMs >= WATCHED_FROM_MS;
    for (const cameraId of configured) this.camera(cameraId).isConfigured = areWatched;
    this.compareWatched();
    this.oneWayLanes = lanes.flatMap(({ direction, cameras }) => (direction === 'both' || cameras.length === 0 ? [] : [{
      direction: direction === 'in' ? 'IN' : 'OUT', cameras: cameras.map(({ cameraId }) => this.camera(cameraId)),
    }]));
    for (const lane of this.lanes.values()) {
      lane.direction = 'UNKNOWN';
      lane.adjacent = noLanes;
      lane.seesFronts = false;
    }
    for (const { laneId, direction, adjacent, cameras } of lanes) {
      const lane = this.lane(laneId);
      lane.seesFronts = cameras.some(({ view }) => view !== 'rear');
      lane.direction = direction === 'in' ? 'IN' : direction === 'out' ? 'OUT' : 'UNKNOWN';
      lane.adjacent = adjacent.map((next) => this.lane(next));
    }
  }

  /** How long vehicles stay here, and how often one goes by unread. */
  get stayTimes(): StayTimes {
    if (this.learned !== null) {
      this.ownStayTimes ??= new StayTimes();
      this.ownStayTimes.learn(this.learned);
      this.learned = null;
    }
    return this.ownStayTimes ?? usualStayTimes;
  }

  /** How long vehicles stay that come in at a certain hour. */
  get dwellTimes(): DwellTimes {
    if (this.ownDwellTimes === null && this.stayTimes === usualStayTimes) return usualDwellTimes;
    return (this.ownDwellTimes ??= new DwellTimes(() => this.stayTimes));
  }

  /** @param learned what stays that began in hours of that class have taught; undefined: nothing */
  learnDwellTimes(hourClass: number, learned: LearnedDwell | undefined): void {
    this.ownDwellTimes ??= new DwellTimes(() => this.stayTimes);
    this.ownDwellTimes.learn(hourClass, learned);
  }

  /** @param learned all that stays have taught so far */
  learnStayTimes(learned: LearnedStays): void {
    this.learned = learned;
    this.ownDwellTimes?.stayTimesChanged();
  }

  /** Something came in: the quiet begins anew. */
  quietSince(monotonicMs: number, clock: number): void {
    this.quietSinceMs = monotonicMs;
    this.clockThen = clock;
  }

  /** False until something came in, in this process. */
  get isQuiet(): boolean {
    return !Number.isNaN(this.quietSinceMs);
  }

  /** Where the quiet has brought the garage clock to; it moves there only if something is due. */
  quietClock(monotonicMs: number): number {
    return this.clockThen + (monotonicMs - this.quietSinceMs);
  }

  /** When that will be a garage clock, by the monotonic one. */
  quietUntil(clock: number): number {
    return this.quietSinceMs + (clock - this.clockThen);
  }

  /** Made when first met: a lane that is not configured serves both directions. */
  lane(laneId: string): LaneIndex {
    let lane = this.lanes.get(laneId);
    if (lane === undefined) {
      lane = {
        laneId: sharedTexts.of(laneId), direction: 'UNKNOWN', adjacent: noLanes, seesFronts: false, trace: new LaneTrace(),
        blanks: new LaneTrace(),
      };
      this.lanes.set(lane.laneId, lane);
      this.lanesById = null;
    }
    return lane;
  }

  /** In the order of their ids, as the cameras are. */
  allLanes(): readonly LaneIndex[] {
    this.lanesById ??= [...this.lanes.values()].sort((one, other) => (one.laneId < other.laneId ? -1 : 1));
    return this.lanesById;
  }

  /** Made when first met: one that is not configured is not watched. */
  camera(cameraId: string): CameraIndex {
    let camera = this.cameras.get(cameraId);
    if (camera === undefined) {
      camera = {
        cameraId: sharedTexts.of(cameraId), isConfigured: false, isWatched: false, counts: new IntervalCounts(), late: noCounts,
        rhythm: noRhythm, surprise: 0,
      };
      this.cameras.set(camera.cameraId, camera);
    }
    return camera;
  }

  /** Their ids. */
  configuredCameras(): string[] {
    return [...this.cameras.values()].filter(({ isConfigured }) => isConfigured).map(({ cameraId }) => cameraId);
  }

  /** @param index where it most likely stands among those watched */
  watchedCamera(index: number, cameraId: string): CameraIndex {
    const camera = this.watched[index];
    return camera?.cameraId === cameraId ? camera : this.camera(cameraId);
  }

  watchChanged(key: string, after: GarageWatch | null): void {
    if (key !== this.garageId) {
      if (after === null) this.formerWatches.delete(key);
      else this.formerWatches.set(key, after);
      return;
    }
    this.silentAt = NaN;
    const cameras = after?.cameras ?? [];
    const { watched } = this;
    if (cameras.length !== watched.length || !cameras.every(({ cameraId }, index) => cameraId === watched[index]!.cameraId)) {
      this.watched = cameras.map(({ cameraId }) => this.camera(cameraId));
      this.compareWatched();
    }
    const next = after?.next ?? 0;
    if (next !== this.nextInterval) {
      this.nextInterval = next;
      this.countUnjudged();
    }
    this.isJudgedSoon = cameras.some(({ odd, told, heardIn }) => odd.length > 0 || told.length > 0 || heardIn >= next);
    for (const [index, { quiet }] of cameras.entries()) this.watched[index]!.surprise = quiet.surprise;
    this.intervalDueChanged();
  }

  rhythmChanged(key: string, before: GarageRhythm | undefined, after: GarageRhythm | undefined): void {
    const { day, cameras } = (after ?? before)!;
    this.intervalDueChanged();
    if (day === WHOLE_WEEK) return this.formerRhythmChanged(key, after);
    for (const { cameraId } of before?.cameras ?? []) {
      if (!after?.cameras.some((camera) => camera.cameraId === cameraId)) setDay(this.camera(cameraId).rhythm, day, undefined);
    }
    if (after === undefined) return;
    for (const [index, camera] of cameras.entries()) setDay(ownRhythm(this.watchedCamera(index, camera.cameraId)), day, camera);
  }

  /** When it is taken away, its days have rows of their own. */
  private formerRhythmChanged(key: string, after: GarageRhythm | undefined): void {
    if (after === undefined) return void this.formerRhythms.delete(key);
    this.formerRhythms.add(key);
    const { cameraId, shares, seen } = after.cameras[0]!;
    for (let day = 0; day < DAYS; day++) {
      const from = day * HOURS_OF_DAY;
      const ofDay = { shares: shares.slice(from, from + HOURS_OF_DAY), seen: seen.slice(from, from + HOURS_OF_DAY) };
      setDay(ownRhythm(this.camera(cameraId)), day, ofDay);
    }
  }

  /** Other cameras are watched, or configured. */
  private compareWatched(): void {
    for (const camera of this.cameras.values()) camera.isWatched = false;
    for (const camera of this.watched) camera.isWatched = true;
    this.unwatched = 0;
    for (const { isConfigured, isWatched } of this.cameras.values()) if (isConfigured && !isWatched) this.unwatched++;
    this.areWatchedLeft = this.watched.some(({ isConfigured }) => !isConfigured);
    this.countUnjudged();
  }

  private countUnjudged(): void {
    this.unjudged = this.watched.reduce((sum, { counts }) => sum + counts.since(this.nextInterval), 0);
    this.intervalDueChanged();
  }

  private addToCounts({ cameraId, at }: CameraMoment): void {
    const camera = this.camera(cameraId);
    camera.counts.add(at);
    if (camera.isWatched && intervalOf(at) >= this.nextInterval && ++this.unjudged === READS_WAIT) this.intervalDueChanged();
  }

  private removeFromCounts({ cameraId, at }: CameraMoment): void {
    const camera = this.camera(cameraId);
    camera.counts.remove(at);
    if (camera.isWatched && intervalOf(at) >= this.nextInterval && this.unjudged-- === READS_WAIT) this.intervalDueChanged();
  }

  private intervalDueChanged(): void {
    this.knownIntervalDue = NaN;
    this.knownFirstDue = NaN;
  }

  /** Garage clock at which intervals are judged. A function of what the state holds: a restart makes no difference. */
  get intervalDue(): number {
    if (Number.isNaN(this.knownIntervalDue)) this.knownIntervalDue = this.findIntervalDue();
    return this.knownIntervalDue;
  }

  /** Garage clock at which the next interval is judged if none waits. */
  get firstIntervalDue(): number {
    return this.watched.length === 0 ? Infinity : judgedAt(this.nextInterval, this.settings.allowedLatenessMs);
  }

  private findIntervalDue(): number {
    const { allowedLatenessMs, horizonMs } = this.settings;
    const nothingIsTheMatter = !this.isJudgedSoon && !this.areWatchedLeft;
    const areWaiting = nothingIsTheMatter && this.unjudged < READS_WAIT && horizonMs >= WAITING_FROM_MS + allowedLatenessMs;
    if (!areWaiting || this.watched.length === 0) return this.firstIntervalDue;
    return judgedAt(judgedWith(this.nextInterval, this.watched, hoursOfWeek(this.timezone)), allowedLatenessMs);
  }

  isRear(cameraId: string): boolean {
    return this.rearCameras.size > 0 && this.rearCameras.has(cameraId);
  }

  /** Of a passage seen from behind alone: a camera of the lane may yet see the vehicle's front. */
  readonly awaitsFront = (passage: Passage): boolean =>
    this.rearCameras.size > 0 && isRearOnly(passage) && this.lane(passage.laneId).seesFronts;

  /** Slots of the stays whose passages the read might belong to, by lane, time and a quick look at the plate. */
  readNear({ at, plate }: PassageRead, lane: LaneIndex): readonly number[] {
    const { passageGapMs } = this.settings;
    // One by one it keeps its room for those found next.
    while (nearby.length > 0) nearby.pop();
    const anyWithinMs = this.rearCameras.size > 0 ? TRAILER_MS : 0;
    lane.trace.near(at, passageGapMs, anyWithinMs, plate, nearby);
    for (const next of lane.adjacent) next.trace.near(at, STRADDLE_MS, 0, plate, nearby);
    return nearby;
  }

  /** visitIds of exits without an entry that may have been the stay's exit. */
  contestedBy(visitId: string): readonly string[] {
    return this.contested.get(visitId) ?? noVisitIds;
  }

  /** Slots of stays that ended at that instant (ms UTC) or later, by plates that could be the evidence's. Mostly there are none. */
  leftSince(at: number, evidence: PlateEvidence): readonly number[] {
    if (this.latestExitAt < at) return noSlots;
    if (evidence !== soughtEvidence) {
      soughtEvidence = evidence;
      soughtPlates = evidence.candidates.length === 0 ? [evidence.plate] : [evidence.plate, ...evidence.candidates.map(({ plate }) => plate)];
    }
    for (const { trace } of this.lanes.values()) trace.leftSince(at, soughtPlates, this.columns, haveLeft);
    if (haveLeft.size === 0) return noSlots;
    const left = [...haveLeft];
    haveLeft.clear();
    return left;
  }

  /**
   * Slots of stays that ended at that instant (ms UTC) or later and may be by a plate near the evidence's: all that ended within the
   * allowed lateness, and of those before, by which only reads that come late are judged, nearly all that are near.
   */
  endedSince(at: number, evidence: PlateEvidence): Set<number> {
    const { columns, latestExitAt, settings } = this;
    const latelyFrom = Math.max(at, latestExitAt - settings.allowedLatenessMs);
    const found = new Set(latelyFrom > at ? this.leftSince(at, evidence) : noSlots);
    for (const { trace } of this.lanes.values()) {
      trace.between(latelyFrom, Infinity, (_at, slot) => columns.leftAt(slot) >= at && found.add(slot));
    }
    return found;
  }

  /** The number of a plate that has live stays here; NO_PLATE: it has none. */
  plateOf(country: string, plate: string): number {
    return this.plates.find(this.number, country, plate);
  }

  /** Slots of the live stays of a plate. */
  slotsOf(country: string, plate: string): number[] {
    const { plates } = this;
    const slots: number[] = [];
    const number = this.plateOf(country, plate);
    if (number === NO_PLATE) return slots;
    for (let slot = plates.firstSlot(number); slot !== NO_SLOT; slot = plates.nextSlot(slot)) slots.push(slot);
    return slots;
  }

  /** Slots of all live stays: each has reads, and each of them stands at its lane. */
  allSlots(): Set<number> {
    const slots = new Set<number>();
    for (const { trace } of this.lanes.values()) trace.between(-Infinity, Infinity, (_at, slot) => slots.add(slot));
    return slots;
  }

  /** Whether the stay that has the slot now is of this garage, and due then. */
  isStayDue(slot: number, at: number): boolean {
    const { columns, plates } = this;
    return columns.dueAt(slot) === at && plates.garageOf(plates.plateOf(slot)) === this.number;
  }

  /**
   * Takes out the slot of the stay that is due first, of those that are due at the same time the one whose last passage is the
   * earliest (their names follow from which read came in first); -1: of what was noted for that time nothing holds any more. The
   * queue can't tell: a slot that it had for another stay may be this one's now.
   */
  takeDueStay(): number {
    const { staysDue } = this;
    const at = staysDue.first;
    let first = NO_SLOT;
    let others: Set<number> | null = null;
    while (staysDue.first === at) {
      const slot = staysDue.firstKey;
      staysDue.pop();
      if (slot === first || !this.isStayDue(slot, at)) continue;
      if (first === NO_SLOT) {
        first = slot;
        continue;
      }
      const isFirst = this.comesFirst(slot, first);
      (others ??= new Set()).add(isFirst ? first : slot);
      if (isFirst) first = slot;
    }
    if (others !== null) for (const slot of others) staysDue.push(at, slot);
    return first;
  }

  /**
   * A stay that ended by an exit, all told, and is due only to leave the state: no fold would say more of it. What is in
   * doubt is due long before; one that explains a later passage (double_exit) leaves together with that.
   */
  isOver(slot: number): boolean {
    const { columns } = this;
    return columns.leftAt(slot) !== 0 && columns.dueAt(slot) === leavesAt(columns.lastSeenAt(slot), this.settings);
  }

  /** A plain stay was begun by the read of an entry, and is told; its row says so already. */
  enteredPlainly(slot: number, read: PassageRead, dueAt: number): void {
    const { columns, plates } = this;
    columns.makeRoomFor(slot);
    columns.setDueAt(slot, dueAt);
    columns.setLastSeenAt(slot, read.at);
    columns.setLeftAt(slot, 0);
    this.live++;
    plates.noteOpen(plates.add(this.number, read.country, read.plate, slot), slot);
    this.rememberRead(slot, read);
    columns.setInsideAt(slot, this.inside.add(slot, read));
    this.isIn(intervalOf(read.at));
    this.stayDue(dueAt, slot);
  }

  /** A plain stay was ended by the read of an exit; its row says so already, or will. @param open as it was before */
  leftPlainly(slot: number, open: Pick<OpenRow, 'evidence' | 'firstSeenAt'>, read: PassageRead, dueAt: number): void {
    const { columns } = this;
    this.rememberRead(slot, read);
    this.inside.remove(slot, open.evidence, columns.insideAt(slot));
    this.isInNoMore(intervalOf(open.firstSeenAt));
    columns.setDueAt(slot, dueAt);
    columns.setLeftAt(slot, read.at);
    this.latestExitAt = Math.max(this.latestExitAt, read.at);
    if (read.at > columns.lastSeenAt(slot)) columns.setLastSeenAt(slot, read.at);
    this.stayDue(dueAt, slot);
  }

  /** Forgets a plain stay that is over. @returns false: it is not as plain, nothing is changed */
  forgetPlainly(slot: number, bytes: Buffer, start: number): boolean {
    this.forgotten = slot;
    if (!readsOfClosedRow(bytes, start, this.forget)) return false;
    this.live--;
    this.plates.remove(slot, false);
    this.columns.setDueAt(slot, NO_STAY);
    return true;
  }

  private readonly forget = (laneId: string, cameraId: string, at: number, hash: number): void => {
    this.reads.deleteHash(this.number, hash);
    this.lane(laneId).trace.removeAny(at, this.forgotten);
    this.removeFromCounts({ cameraId, at });
  };

  /** The first read of its exit, ms UTC; 0: it has none. */
  leftAt(slot: number): number {
    return this.columns.leftAt(slot);
  }

  /** The last read of the stay, ms UTC. */
  lastSeenAt(slot: number): number {
    return this.columns.lastSeenAt(slot);
  }

  /** Another of its plate is due at the same instant: it may be a passage that this stay explains, and they leave together. */
  leavesWithAnother(slot: number): boolean {
    const { plates, columns } = this;
    let other = plates.firstSlot(plates.plateOf(slot));
    for (; other !== NO_SLOT; other = plates.nextSlot(other)) if (other !== slot && columns.dueAt(other) === columns.dueAt(slot)) return true;
    return false;
  }

  /** False if the read stands in no live passage; true if it may (very rarely without standing there). */
  mayHaveRead(cameraId: string, readId: string): boolean {
    return this.reads.mayHave(this.number, cameraId, readId);
  }

  blankReadChanged(key: string, before: BlankRead | undefined, after: BlankRead | undefined, slot: number): void {
    if (before === undefined) {
      this.lane(after!.laneId).blanks.add(after!.at, slot, '');
      this.addToCounts(after!);
    } else if (after === undefined) {
      this.lane(before.laneId).blanks.removeAny(before.at, slot);
      this.removeFromCounts(before);
    }
    if (after === undefined) return;
    this.blankReadsDue.push(after.dueAt, key);
    this.isDue(after.dueAt);
  }

  stayChanged(slot: number, before: Stay | undefined, after: Stay | undefined): void {
    const { columns } = this;
    columns.makeRoomFor(slot);
    columns.setDueAt(slot, after === undefined ? NO_STAY : after.dueAt);
    if (before === undefined) {
      this.live++;
      this.plates.add(this.number, after!.country, after!.plate, slot);
    } else if (after === undefined) {
      this.live--;
      this.plates.remove(slot, before.exit === null);
    } else if (before.plate !== after.plate || before.country !== after.country) {
      this.plates.remove(slot, before.exit === null);
      this.plates.add(this.number, after.country, after.plate, slot);
    } else {
      this.plates.changed(this.plates.plateOf(slot));
    }
    if (before?.entry !== after?.entry) this.passageChanged(slot, before?.entry ?? null, after?.entry ?? null);
    if (before?.exit !== after?.exit) {
      this.passageChanged(slot, before?.exit ?? null, after?.exit ?? null);
      if (after !== undefined && after.exit !== null) this.latestExitAt = Math.max(this.latestExitAt, firstRead(after.exit).at);
    }
    this.candidacyChanged(slot, before, after);
    this.presenceChanged(before, after);
    if (after === undefined) return;
    columns.setLastSeenAt(slot, lastSeenAt(after));
    columns.setLeftAt(slot, after.exit === null ? 0 : firstRead(after.exit).at);
    if (before?.dueAt !== after.dueAt) this.stayDue(after.dueAt, slot);
  }

  /**
   * Share of passages that are not read, or not as what they are, these days: by the exits in the state that found no entry.
   * In steps, for who has just come in or left must not matter: they may have in another order.
   */
  get missedLately(): number {
    const left = this.live - this.inside.size;
    const { missedShare } = this.stayTimes;
    if (left < TELLING_EXITS) return missedShare;
    const share = (this.strays.size + TELLING_EXITS * missedShare) / (left + TELLING_EXITS);
    return 2 ** (Math.round(2 * Math.log2(share)) / 2);
  }

  lateReadChanged(key: string, before: LateRead | undefined, after: LateRead | undefined): void {
    if (before === undefined) this.countLate(after!, 'add');
    else if (after === undefined) this.countLate(before, 'remove');
    if (after === undefined) return;
    this.lateReadsDue.push(after.dueAt, key);
    this.isDue(after.dueAt);
  }

  private countLate({ told }: LateRead, how: 'add' | 'remove'): void {
    if (told?.type !== 'late_arrival' || told.cameraId === null) return;
    const camera = this.camera(told.cameraId);
    if (camera.late === noCounts) camera.late = new IntervalCounts();
    camera.late[how](told.at);
  }

  recountDue(at: number, controlId: string): void {
    this.recountsDue.push(at, controlId);
    this.isDue(at);
  }

  private stayDue(at: number, slot: number): void {
    this.staysDue.push(at, slot);
    // Settling compacts it.
    this.isDue(this.queueIsStale ? -Infinity : at);
  }

  private isDue(at: number): void {
    if (at < this.knownFirstDue) this.knownFirstDue = at;
  }

  /** Next garage clock at which something may be due, Infinity if nothing is. */
  get firstDue(): number {
    if (Number.isNaN(this.knownFirstDue)) {
      const { staysDue, lateReadsDue, recountsDue, blankReadsDue } = this;
      this.knownFirstDue =
        Math.min(staysDue.first, lateReadsDue.first, recountsDue.first, blankReadsDue.first, this.intervalDue);
    }
    return this.knownFirstDue;
  }

  /** What was due is settled. */
  settled(): void {
    this.knownFirstDue = NaN;
  }

  /** True when most of the queue is due times that changed meanwhile. */
  get queueIsStale(): boolean {
    return this.staysDue.size > 1000 + 4 * this.live;
  }

  private passageChanged(slot: number, before: Passage | null, after: Passage | null): void {
    const gone = before === null ? noReads : before.reads;
    const come = after === null ? noReads : after.reads;
    // Both are in the same order, and most reads of a passage that grew stand in both.
    for (let i = 0, j = 0; i < gone.length || j < come.length; ) {
      const order = i === gone.length ? 1 : j === come.length ? -1 : compareReads(gone[i]!, come[j]!);
      if (order < 0) this.forgetRead(slot, gone[i]!);
      if (order > 0) this.rememberRead(slot, come[j]!);
      if (order <= 0) i++;
      if (order >= 0) j++;
    }
  }

  private forgetRead(slot: number, read: PassageRead): void {
    this.reads.delete(this.number, read.cameraId, read.readId);
    this.lane(read.laneId).trace.remove(read.at, slot, read.plate);
    this.removeFromCounts(read);
  }

  private rememberRead(slot: number, read: PassageRead): void {
    this.reads.add(this.number, read.cameraId, read.readId);
    this.lane(read.laneId).trace.add(read.at, slot, read.plate);
    this.addToCounts(read);
  }

  private candidacyChanged(slot: number, before: Stay | undefined, after: Stay | undefined): void {
    const { columns } = this;
    const wasInside = insideEvidence(before);
    const isInside = insideEvidence(after);
    if (!standAlike(wasInside, isInside)) {
      if (wasInside !== null) this.inside.remove(slot, wasInside, columns.insideAt(slot));
      if (isInside !== null) columns.setInsideAt(slot, this.inside.add(slot, isInside));
    }
    const wasStray = strayExit(before);
    const isStray = strayExit(after);
    if (wasStray === isStray) return;
    if (wasStray !== null) {
      this.strays.remove(slot, wasStray.evidence);
      for (const rival of wasStray.decision?.rivals ?? noVisitIds) this.uncontest(rival, before!.visitId);
    }
    if (isStray !== null) {
      this.strays.add(slot, isStray.evidence);
      for (const rival of isStray.decision?.rivals ?? noVisitIds) this.contest(rival, after!.visitId);
    }
  }

  private presenceChanged(before: Stay | undefined, after: Stay | undefined): void {
    const wasIn = openSince(before);
    const isIn = openSince(after);
    if (wasIn === isIn) return;
    if (wasIn !== null) this.isInNoMore(wasIn);
    if (isIn !== null) this.isIn(isIn);
  }

  /** One more came in then. */
  private isIn(interval: number): void {
    this.entered.set(interval, (this.entered.get(interval) ?? 0) + 1);
  }

  /** One of those that came in then. */
  private isInNoMore(interval: number): void {
    const left = this.entered.get(interval)! - 1;
    if (left === 0) this.entered.delete(interval);
    else this.entered.set(interval, left);
  }

  private contest(visitId: string, by: string): void {
    const known = this.contested.get(visitId);
    // Sorted: what is decided must not depend on the order in which a restart met them.
    this.contested.set(visitId, known === undefined ? [by] : [...known, by].sort());
  }

  private uncontest(visitId: string, by: string): void {
    const left = this.contested.get(visitId)!.filter((known) => known !== by);
    if (left.length === 0) this.contested.delete(visitId);
    else this.contested.set(visitId, left);
  }
}

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

/** A camera, and what is known of it. */
export interface CameraIndex {
  readonly cameraId: string;
  isConfigured: boolean;
  isWatched: boolean;
  /** Of its reads in the state. */
  readonly counts: IntervalCounts;
  /** Of those that came later than the allowed lateness; `noCounts` until there is one. */
  late: IntervalCounts;
  rhythm: Rhythm;
  /** How unlikely its quiet was when it was judged last. */
  surprise: number;
}

/** Most garages have the same: one copy for those configured one after the other. */
function sharedSettings(settings: GarageSettings): GarageSettings {
  if (!isDeepStrictEqual(settings, lastSettings)) lastSettings = settings;
  return lastSettings;
}

function ownRhythm(camera: CameraIndex): Rhythm {
  if (camera.rhythm === noRhythm) camera.rhythm = newRhythm();
  return camera.rhythm;
}

/** When a camera read something. */
type CameraMoment = Pick<PassageRead, 'cameraId' | 'at'>;

let lastSettings = defaultSettings;
/** Of all garages that have learned nothing yet. */
const usualStayTimes = new StayTimes();
const usualDwellTimes = new DwellTimes(() => usualStayTimes);
/** Of all cameras that have taught nothing yet; never written to. */
const noRhythm = newRhythm();
const noCounts = new IntervalCounts();
const HOURS_OF_DAY = 24;
/** Fewer exits say less than the garage has learned. */
const TELLING_EXITS = 100;

const WATCHED_FROM_MS = 3_600_000;
/** A day, the longest is of 25 hours, waits to be judged while its reads are in the state. */
const WAITING_FROM_MS = 26 * 3_600_000;

const noLanes: readonly LaneIndex[] = [];
const noReads: readonly PassageRead[] = [];
const noVisitIds: readonly string[] = [];
const noSlots: readonly number[] = [];
/** Whom `leftSince` was asked for last, and those it finds: it is asked several times of one exit, and mostly finds none. */
let soughtEvidence: PlateEvidence | null = null;
let soughtPlates: readonly string[] = [];
const haveLeft = new Set<number>();
/** What `readNear` found last: one array for all garages, for it is asked at each read. */
const nearby: number[] = [];

/** As what a vehicle was read that came in and did not leave by an exit that was read as its own. Null: it is not inside. */
function insideEvidence(stay: Stay | undefined): PlateEvidence | null {
  if (stay === undefined || !mayHaveComeIn(stay)) return null;
  const { entry, exit } = stay;
  if (entry!.ruling?.goneAt != null) return null;
  if (exit !== null && (exit.decision?.given == null || exit.ruling?.pairedWith != null)) return null;
  return entry!.evidence;
}

/**
 * If it is thought to have turned round, only because it came in again, it may have left in between. Of one taken for a
 * ghost an exit may yet show that it was there.
 */
export function mayHaveComeIn({ entry, why }: Stay): boolean {
  if (entry === null) return false;
  if (why === 'ghost_read') return entry.direction !== 'OUT';
  return why === null || (why === 'reversed' && entry.direction !== 'NONE');
}

/** Of a passage that grew mostly only the confidence is another: then it stands among candidates as it did. */
function standAlike(one: PlateEvidence | null, other: PlateEvidence | null): boolean {
  return one === null || other === null ? one === other : haveSamePlates(one, other);
}

/** The interval in which it began, if nothing has ended it; else null. */
function openSince(stay: Stay | undefined): number | null {
  if (stay === undefined) return null;
  const { entry, exit, why, visit } = stay;
  if (entry === null || exit !== null || why !== null || entry.ruling?.goneAt != null || visit?.status === 'unclosed') return null;
  return intervalOf(firstRead(entry).at);
}

function strayExit(stay: Stay | undefined): Passage | null {
  return stay !== undefined && stay.entry === null ? stay.exit : null;
}
