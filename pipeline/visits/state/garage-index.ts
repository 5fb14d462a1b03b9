import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../../engine/state.ts';
import { defaultSettings } from '../../garages/garages-file.ts';
import { foundOf } from '../../records/camera-read-decoder.ts';
import { PACKED_PLATE, READ_ID_HASH } from '../../records/read-words.ts';
import type { CameraRead, Garage, GarageSettings } from '../../records/records.ts';
import { GarageCameras, type CameraMoment } from '../cameras/garage-cameras.ts';
import { intervalOf } from '../cameras/intervals.ts';
import { QuietClock } from '../clock/quiet-clock.ts';
import type { DwellTimes } from '../learned/dwell-times.ts';
import { taughtOfPairs, type Taught } from '../confidence/taught.ts';
import { KnownConfidences } from '../learned/known-confidences.ts';
import { KnownConfusions } from '../learned/known-confusions.ts';
import { LearnedTimes } from '../learned/learned-times.ts';
import type { StayTimes } from '../learned/stay-times.ts';
import { haveSamePlates, type PlateEvidence } from '../matching/evidence.ts';
import type { OneWayLane } from '../occupancy/blind-lanes.ts';
import { nothingCounted, type Occupancy } from '../occupancy/occupancy.ts';
import { undecidedPassage } from '../stays/undecided.ts';
import type { BlankRead } from '../passages/blank-read.ts';
import { STRADDLE_MS, TRAILER_MS } from '../passages/linking.ts';
import {
  comparePassages, compareReads, firstRead, isRearOnly, type Passage, type PassageRead,
} from '../passages/passages.ts';
import { readIdHashOf } from './id-hashes.ts';
import { leavesAt } from '../stays/due-at.ts';
import { lastSeenAt } from '../stays/timeline.ts';
import { CandidateIndex } from './candidate-index.ts';
import type { ClosedRow } from './closed-row.ts';
import { ContestedStays } from './contested-stays.ts';
import { DueQueue } from '../../engine/due-queue.ts';
import { ExitCounts, HOUR_MS, hourOf, type Exits } from './exit-counts.ts';
import { GarageLanes, type LaneIndex } from './garage-lanes.ts';
import { GarageMemory } from './garage-memory.ts';
import { JudgedExits } from './judged-exits.ts';
import { countryWord, packPlate, takePacked } from './packed-plate.ts';
import { NO_PLATE, NO_SLOT, NO_STAY, NOT_THERE, SEVERAL } from './place-numbers.ts';
import { notThoseOf } from './plate-index.ts';
import type { PlateStays } from './plate-stays.ts';
import { enteredIn, insideEvidence, isStrangers, standAlike, strayExit } from './presence.ts';
import type { ReadHashes } from './read-hashes.ts';
import { look, lookedNear } from './read-look.ts';
import { SlotsDue } from './slots-due.ts';
import type { LateRead, Stay } from './stay.ts';
import type { StayColumns } from './stay-columns.ts';
import { garageState } from './task-memory.ts';

/** What a garage's rows in the tables come to, ready to be asked. Derived: nothing here is the truth. */
export class GarageIndex {
  readonly garageId: string;
  /** Its place among those of the task. */
  readonly number: number;
  readonly cameras: GarageCameras;
  readonly lanes: GarageLanes;
  readonly learned = new LearnedTimes();
  readonly confusions = new KnownConfusions();
  readonly confidences = new KnownConfidences();
  readonly quiet = new QuietClock();
  /** What is due on stays (by their slot) and on late reads (by their key in the table): for what is added see the methods. */
  readonly staysDue: SlotsDue;
  readonly lateReadsDue = new DueQueue();
  /** Recounts that wait for the clock, by their controlId. */
  readonly recountsDue = new DueQueue();
  /** By their key in the table. */
  readonly blankReadsDue = new DueQueue();
  settings: GarageSettings = defaultSettings;
  operatorId = 'default';
  timezone = 'UTC';
  /** Of its row in the table of clocks: asked for at each read. */
  clockSlot = NO_SLOT;
  /** Garage clock at which the first of all that may be due in the queues is; NaN: to be found out anew. Asked at each read. */
  private knownFirstDue = NaN;
  /** By interval: open visits that began in it. */
  readonly entered = new Map<number, number>();
  openVisits = 0;
  occupancy: Occupancy = nothingCounted;
  oneWayLanes: readonly OneWayLane[] = [];
  /** Stays whose vehicle may still be inside, or left by a decision that a better one may overturn. */
  readonly inside: CandidateIndex;
  /** Exits without an entry. */
  readonly strays: CandidateIndex;
  readonly contested = new ContestedStays();
  readonly judged = new JudgedExits();
  private readonly exits: ExitCounts;
  /** What `taughtAt` was asked last came to, and by which exits. */
  private taught: Taught | null = null;
  private taughtByExits: Exits | null = null;
  /** The live stays of each plate, those of other garages too. */
  readonly plates: PlateStays;
  /** Of the reads in live passages, those of other garages too. */
  private readonly reads: ReadHashes;
  private readonly columns: StayColumns;
  private readonly own: GarageMemory;
  /** Stays in the state. */
  live = 0;
  /** When the latest exit was read, ms UTC. */
  latestExitAt = 0;
  /** What `leftSince` was asked last, and found, if no stay has changed since: it is asked several times of an exit. */
  private readonly left = { areKnown: false, at: -Infinity, evidence: null as PlateEvidence | null, slots: noSlots };
  /** Of two stays that are due: see `takeDueStay`. */
  private readonly comesFirst: (slot: number, other: number) => boolean;

  /** @param stays of this garage and of others; @param columns over them */
  constructor(garageId: string, number: number, stays: Pick<Table<Stay>, 'at' | 'keyAt'>, columns: StayColumns) {
    this.garageId = garageId;
    this.number = number;
    this.columns = columns;
    this.plates = columns.plates;
    this.staysDue = new SlotsDue(columns.memory, number);
    this.reads = columns.reads;
    this.exits = new ExitCounts(columns.memory);
    this.own = new GarageMemory(columns.memory);
    this.cameras = new GarageCameras(garageId, this.own);
    this.lanes = new GarageLanes(garageId, this.own, columns);
    this.comesFirst = (slot, otherSlot) => {
      const one = stays.at(slot)!;
      const other = stays.at(otherSlot)!;
      return (comparePassages(passageDue(one), passageDue(other)) || (one.visitId < other.visitId ? -1 : 1)) < 0;
    };
    const byVisitId = (one: number, other: number): boolean => stays.keyAt(one) < stays.keyAt(other);
    this.inside = new CandidateIndex(columns.memory, byVisitId);
    this.strays = new CandidateIndex(columns.memory, byVisitId);
  }

  /** The garage's configuration; null: none, the defaults hold. */
  configure(garage: Garage | null): void {
    this.judged.forget();
    this.settings = sharedSettings(garage?.settings ?? defaultSettings);
    this.operatorId = garage?.operatorId ?? 'default';
    this.timezone = garage?.timezone ?? 'UTC';
    const lanes = garage?.lanes ?? [];
    this.cameras.configure({ lanes, settings: this.settings, timezone: this.timezone });
    this.lanes.configure(lanes);
    this.oneWayLanes = lanes.flatMap(({ direction, cameras }) => (direction === 'both' || cameras.length === 0 ? [] : [{
      direction: direction === 'in' ? 'IN' : 'OUT', cameras: cameras.map(({ cameraId }) => this.cameras.camera(cameraId)),
    }]));
  }

  /** How long vehicles stay here, and how often one goes by unread, by all that is known. */
  get stayTimes(): StayTimes {
    return this.learned.stayTimes;
  }

  /** The same, as it counts for what is read at that time (ms UTC). */
  stayTimesAt(at: number): StayTimes {
    return this.learned.stayTimesAt(at);
  }

  /** What the garage has taught of pairs whose exit was read at that time (ms UTC), whatever has come in since. */
  taughtAt(at: number): Taught {
    const stayTimes = this.stayTimesAt(at);
    const exits = this.decidedExits(at);
    if (this.taught === null || this.taught.stayTimes !== stayTimes || this.taughtByExits !== exits) {
      this.taught = taughtOfPairs(stayTimes, missedLately(exits, stayTimes));
      this.taughtByExits = exits;
    }
    return this.taught;
  }

  /** How long vehicles stay that come in at a certain hour. */
  get dwellTimes(): DwellTimes {
    return this.learned.dwellTimes;
  }

  lane(laneId: string): LaneIndex {
    return this.lanes.lane(laneId);
  }

  /** Of a passage seen from behind alone: a camera of the lane may yet see the vehicle's front. */
  readonly awaitsFront = (passage: Passage): boolean =>
    this.cameras.haveRear && isRearOnly(passage) && this.lane(passage.laneId).seesFronts;

  /**
   * Slots of the stays whose passages the read might belong to, by lane, time and a quick look at the plate.
   * @param from up to `to`: as if it had been made at each instant between, ms UTC
   */
  readNear({ at, plate }: PassageRead, lane: LaneIndex, from = at, to = at): readonly number[] {
    const looked = from === to ? lookedNear(plate, lane.trace.place, from) : null;
    return looked ?? this.lanes.near(from, to, plate, lane, this.settings.passageGapMs, this.anyWithinMs);
  }

  /** Within which any plate read at a lane may be the vehicle's; 0: only such a plate. */
  private get anyWithinMs(): number {
    return this.cameras.haveRear ? TRAILER_MS : 0;
  }

  /**
   * Slots of the vehicles that were inside at an exit, of those that have not left: of plates near its own, but of others, and known to
   * have come in by the allowed lateness before it. In no order; written over when slots are found anew.
   * @param ownSlot of the exit's stay; NO_SLOT: it has none yet @param ownPlate the number of the plate that its stay stands under
   * @param at its first read, ms UTC
   */
  othersInside(evidence: PlateEvidence, ownSlot: number, ownPlate: number, at: number): readonly number[] {
    const { allowedLatenessMs, forgetAfterMs } = this.settings;
    return this.inside.insideOf(evidence, ownSlot, ownPlate, at - forgetAfterMs, at - allowedLatenessMs);
  }

  /** Slots of stays that ended at that instant (ms UTC) or later, by plates that could be the evidence's. Mostly there are none. */
  leftSince(at: number, evidence: PlateEvidence): readonly number[] {
    if (this.latestExitAt < at) return noSlots;
    const { left } = this;
    if (left.areKnown && left.at === at && haveSamePlates(evidence, left.evidence!)) return left.slots;
    left.slots = this.lanes.leftSince(at, evidence);
    left.at = at;
    left.evidence = evidence;
    left.areKnown = true;
    return left.slots;
  }

  /** The same of those that ended up to another instant. */
  leftBetween(from: number, to: number, evidence: PlateEvidence): readonly number[] {
    return this.latestExitAt < from ? noSlots : this.lanes.leftBetween(from, to, evidence);
  }

  /**
   * Slots of stays that ended at that instant (ms UTC) or later and may be by a plate near the evidence's: all that ended within the
   * allowed lateness, and of those before, by which only reads that come late are judged, nearly all that are near.
   */
  endedSince(at: number, evidence: PlateEvidence): number[] {
    const { latestExitAt, settings } = this;
    const latelyFrom = Math.max(at, latestExitAt - settings.allowedLatenessMs);
    const found = latelyFrom > at ? [...this.leftSince(at, evidence)] : [];
    this.lanes.endedSince(latelyFrom, at, found);
    return found;
  }

  /**
   * Finds out what is asked of nearly every read (`read-look.ts`).
   * @returns false if the read stands in no live passage; true if it may (very rarely without standing there)
   */
  look(read: CameraRead): boolean {
    const { readId, cameraId, laneId, country, plate, capturedAt } = read;
    const { reads, settings } = this;
    const found = foundOf(read);
    if (found !== null) {
      reads.know(readId, found[READ_ID_HASH]!);
      takePacked(plate, found, PACKED_PLATE);
    }
    const camera = this.cameras.camera(cameraId);
    const lane = this.lanes.known(laneId);
    if (lane === null) return reads.mayHave(camera.hash, readId);
    return look(
      this.columns.memory, this.staysDue.place, camera.hash, camera.counts.place, reads.hashOf(readId), this.number, countryWord(country),
      plate, lane.trace.place, capturedAt, settings.passageGapMs, this.anyWithinMs, STRADDLE_MS,
    );
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
    this.lanes.between(-Infinity, Infinity, (_at, slot) => slots.add(slot));
    return slots;
  }

  /**
   * Takes out the slot of the stay that is due first, of those that are due at the same time the one whose passage is the earliest: the
   * one that pairing has yet to look at, else its last (their names follow from which read came in first); -1: of what was noted for that
   * time nothing holds any more. The queue can't tell: a slot that it had for another stay may be this one's now.
   */
  takeDueStay(): number {
    const slot = this.staysDue.take();
    return slot === SEVERAL ? this.takeFirstOfSeveral() : slot;
  }

  private takeFirstOfSeveral(): number {
    const { staysDue } = this;
    const at = staysDue.first;
    const slots = new Set<number>();
    for (; staysDue.first === at; staysDue.pop()) if (staysDue.isDue(staysDue.firstSlot, at)) slots.add(staysDue.firstSlot);
    const first = [...slots].reduce((earliest, slot) => (this.comesFirst(slot, earliest) ? slot : earliest));
    for (const slot of slots) if (slot !== first) staysDue.push(at, slot);
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

  /** A plain stay was begun by the read of an entry, and is told; its row says so already. @param plate its number before */
  enteredPlainly(slot: number, plate: number, read: PassageRead, dueAt: number): void {
    const { columns, plates } = this;
    this.left.areKnown = false;
    const { at, country, cameraId, readId } = read;
    const known = plates.knownOrOdd(this.number, country, read.plate, plate);
    const camera = this.cameras.camera(cameraId);
    packPlate(read.plate);
    const size = garageState.enter(
      columns.memory.task, this.staysDue.place, this.inside.place, this.number, countryWord(country), known, slot, camera.hash,
      camera.counts.place, this.reads.hashOf(readId), this.lane(read.laneId).trace.place, at, dueAt,
    );
    this.live++;
    this.judged.forgetFrom(at);
    this.cameras.counted(camera, at);
    const place = columns.insideAt(slot);
    const isAt = this.inside.addRest(slot, read, place);
    if (isAt !== place) columns.setInsideAt(slot, isAt);
    this.isIn(intervalOf(at));
    this.noteDue(dueAt, size);
  }

  /** A plain stay was ended by the read of an exit; its row says so already, or will. @param firstSeenAt at its entry, ms UTC */
  leftPlainly(slot: number, firstSeenAt: number, read: PassageRead, dueAt: number): void {
    const size = this.goesOn(slot, read, dueAt, true);
    if (size === NOT_THERE) throw new Error(notThoseOf(slot, this.columns.insideAt(slot)));
    this.inside.wasRemoved(slot);
    this.isInNoMore(intervalOf(firstSeenAt));
    this.exits.count(read.at, false, 1);
    this.latestExitAt = Math.max(this.latestExitAt, read.at);
    this.noteDue(dueAt, size);
  }

  /**
   * A passage of a plain stay grew by a read at its end; all else of the stay is as it was, but when it is due.
   * @param was what its entry spoke for, by which its vehicle is found inside; null: it has left
   * @param is what the passage speaks for now
   */
  grewPlainly(slot: number, was: PlateEvidence | null, is: PlateEvidence, read: PassageRead, dueAt: number): void {
    const size = this.goesOn(slot, read, dueAt, false);
    if (was !== null) this.standsAs(slot, was, is);
    if (size !== 0) this.noteDue(dueAt, size);
  }

  /** A further read of a plain stay. @param leaves it ends it @returns how many are due then; 0: the stay is due when it was */
  private goesOn(slot: number, { at, plate, cameraId, readId, laneId }: PassageRead, dueAt: number, leaves: boolean): number {
    this.left.areKnown = false;
    const camera = this.cameras.camera(cameraId);
    packPlate(plate);
    const size = garageState.goOn(
      this.columns.memory.task, this.staysDue.place, this.inside.place, slot, camera.hash, camera.counts.place,
      this.reads.hashOf(readId), this.lane(laneId).trace.place, at, dueAt, leaves,
    );
    this.cameras.counted(camera, at);
    return size;
  }

  /** A plain stay is looked at again then; all else of it is as it was. */
  dueAnew(slot: number, dueAt: number): void {
    const { columns } = this;
    if (dueAt === columns.dueAt(slot)) return;
    columns.setDueAt(slot, dueAt);
    this.stayDue(dueAt, slot);
  }

  /** Its cameras and lanes can be told by the hashes of their ids, as those of a `ClosedRow` are. */
  get areHashesApart(): boolean {
    return this.own.areApart;
  }

  /** Forgets a plain stay that is over. */
  forgetPlainly(slot: number, closed: ClosedRow): void {
    this.left.areKnown = false;
    this.plates.forgetOdd(closed.forget(this.own, slot));
    // By what is so long ago mostly all cameras are judged.
    if (this.cameras.waitFor(this.lastSeenAt(slot))) {
      for (let i = 0; i < closed.reads; i++) this.cameras.discountedOf(closed.camera(i), closed.at(i));
    }
    this.live--;
    this.exits.count(this.columns.leftAt(slot), false, -1);
  }

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

  blankReadChanged(key: string, before: BlankRead | undefined, after: BlankRead | undefined, slot: number): void {
    if (before === undefined) {
      this.lane(after!.laneId).blanks.add(after!.at, slot, '');
      this.cameras.count(after!);
    } else if (after === undefined) {
      this.lane(before.laneId).blanks.removeAny(before.at, slot);
      this.cameras.discount(this.cameras.camera(before.cameraId), before.at);
    }
    if (after === undefined) return;
    this.blankReadsDue.push(after.dueAt, key);
    this.isDue(after.dueAt);
  }

  stayChanged(slot: number, before: Stay | undefined, after: Stay | undefined): void {
    const { columns } = this;
    this.left.areKnown = false;
    this.judged.forget();
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
    if (after === undefined) this.forgetReads(slot, before!);
    else if (before?.entry !== after.entry) this.passageChanged(slot, before?.entry ?? null, after.entry);
    if (after !== undefined && before?.exit !== after.exit) {
      this.passageChanged(slot, before?.exit ?? null, after.exit);
      if (after.exit !== null) this.latestExitAt = Math.max(this.latestExitAt, firstRead(after.exit).at);
    }
    this.candidacyChanged(slot, before, after);
    this.presenceChanged(before, after);
    this.exitsChanged(before, after);
    if (after === undefined) return;
    columns.setLastSeenAt(slot, lastSeenAt(after));
    columns.setLeftAt(slot, after.exit === null ? 0 : firstRead(after.exit).at);
    if (before?.dueAt !== after.dueAt) this.stayDue(after.dueAt, slot);
  }

  /**
   * The exits within a horizon: of the hours in which all is decided, and of which nothing has left the state: then it makes no difference in
   * which order reads come.
   */
  private decidedExits(at: number): Exits {
    const { horizonMs, passageGapMs, allowedLatenessMs } = this.settings;
    const begin = hourOf(at) * HOUR_MS;
    const from = hourOf(begin - horizonMs - 1) + 2;
    return this.exits.between(from, hourOf(begin - passageGapMs - allowedLatenessMs) - 1);
  }

  lateReadChanged(key: string, before: LateRead | undefined, after: LateRead | undefined): void {
    const late = lateMoment((after ?? before)!);
    if (late !== null && before === undefined) this.cameras.countLate(late);
    if (late !== null && after === undefined) this.cameras.discountLate(late);
    if (after === undefined) return;
    this.lateReadsDue.push(after.dueAt, key);
    this.isDue(after.dueAt);
  }

  recountDue(at: number, controlId: string): void {
    this.recountsDue.push(at, controlId);
    this.isDue(at);
  }

  private stayDue(at: number, slot: number): void {
    this.noteDue(at, this.staysDue.push(at, slot));
  }

  /** @param size of the queue then */
  private noteDue(at: number, size: number): void {
    // Settling compacts it.
    this.isDue(this.isStale(size) ? -Infinity : at);
  }

  private isDue(at: number): void {
    if (at < this.knownFirstDue) this.knownFirstDue = at;
  }

  /** Next garage clock at which something may be due, Infinity if nothing is. */
  get firstDue(): number {
    if (Number.isNaN(this.knownFirstDue)) {
      const { staysDue, lateReadsDue, recountsDue, blankReadsDue } = this;
      staysDue.dropStale();
      this.knownFirstDue = Math.min(staysDue.first, lateReadsDue.first, recountsDue.first, blankReadsDue.first);
    }
    return Math.min(this.knownFirstDue, this.cameras.intervalDue);
  }

  /** What was due is settled. */
  settled(): void {
    this.knownFirstDue = NaN;
  }

  /** True when most of the queue is due times that changed meanwhile. */
  get queueIsStale(): boolean {
    return this.isStale(this.staysDue.size);
  }

  private isStale(size: number): boolean {
    return size > 1000 + 4 * this.live;
  }

  /** All of a stay. */
  private forgetReads(slot: number, { entry, exit }: Stay): void {
    for (const read of entry?.reads ?? noReads) this.forgetAny(slot, read);
    for (const read of exit?.reads ?? noReads) this.forgetAny(slot, read);
  }

  private forgetAny(slot: number, { laneId, cameraId, readId, at }: PassageRead): void {
    const camera = this.cameras.camera(cameraId);
    this.reads.delete(camera.hash, readIdHashOf(readId));
    this.lane(laneId).trace.removeAny(at, slot);
    this.cameras.discount(camera, at);
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
    const camera = this.cameras.camera(read.cameraId);
    this.reads.delete(camera.hash, readIdHashOf(read.readId));
    this.lane(read.laneId).trace.remove(read.at, slot, read.plate);
    this.cameras.discount(camera, read.at);
  }

  private rememberRead(slot: number, read: PassageRead): void {
    this.reads.add(this.cameras.camera(read.cameraId).hash, read.readId);
    this.lane(read.laneId).trace.add(read.at, slot, read.plate);
    this.cameras.count(read);
  }

  private candidacyChanged(slot: number, before: Stay | undefined, after: Stay | undefined): void {
    this.standsAs(slot, insideEvidence(before), insideEvidence(after));
    const wasStray = strayExit(before);
    const isStray = strayExit(after);
    if (wasStray === isStray) return;
    if (wasStray !== null) {
      this.strays.remove(slot, wasStray.evidence);
      for (const rival of wasStray.decision?.rivals ?? noVisitIds) this.contested.remove(rival, before!.visitId);
    }
    if (isStray !== null) {
      this.strays.add(slot, isStray.evidence);
      for (const rival of isStray.decision?.rivals ?? noVisitIds) this.contested.add(rival, after!.visitId);
    }
  }

  /** @param was null: it did not stand among those inside @param is null: it does so no more */
  private standsAs(slot: number, was: PlateEvidence | null, is: PlateEvidence | null): void {
    if (standAlike(was, is)) return;
    const { columns } = this;
    if (was !== null) this.inside.removeAt(slot, columns.insideAt(slot));
    if (is !== null) columns.setInsideAt(slot, this.inside.add(slot, is));
  }

  private presenceChanged(before: Stay | undefined, after: Stay | undefined): void {
    const wasIn = enteredIn(before);
    const isIn = enteredIn(after);
    if (wasIn === isIn) return;
    if (wasIn !== null) this.isInNoMore(wasIn);
    if (isIn !== null) this.isIn(isIn);
  }

  private exitsChanged(before: Stay | undefined, after: Stay | undefined): void {
    if (before?.exit === after?.exit && (before?.entry === null) === (after?.entry === null)) return;
    if (before?.exit != null) this.countExit(before.exit, before.entry, -1);
    if (after?.exit != null) this.countExit(after.exit, after.entry, 1);
  }

  private countExit(exit: Passage, entry: Passage | null, by: 1 | -1): void {
    this.exits.count(firstRead(exit).at, entry === null && isStrangers(exit), by);
  }

  /** One more came in then. */
  private isIn(interval: number): void {
    this.openVisits++;
    this.entered.set(interval, (this.entered.get(interval) ?? 0) + 1);
  }

  /** One of those that came in then. */
  private isInNoMore(interval: number): void {
    this.openVisits--;
    const left = this.entered.get(interval)! - 1;
    if (left === 0) this.entered.delete(interval);
    else this.entered.set(interval, left);
  }
}

/**
 * Share of passages that are not read, or not as what they are, these days: by the exits that found no entry which might be theirs. In
 * steps, for what comes late may change what was decided.
 */
function missedLately({ exits, strays }: Exits, { missedShare }: StayTimes): number {
  if (exits < TELLING_EXITS) return missedShare;
  const share = (strays + TELLING_EXITS * missedShare) / (exits + TELLING_EXITS);
  return 2 ** (Math.round(2 * Math.log2(share)) / 2);
}

function passageDue(stay: Stay): Passage {
  return undecidedPassage(stay, stay.visit) ?? (stay.exit ?? stay.entry)!;
}

/** Most garages have the same: one copy for those configured one after the other. */
function sharedSettings(settings: GarageSettings): GarageSettings {
  if (!isDeepStrictEqual(settings, lastSettings)) lastSettings = settings;
  return lastSettings;
}

/** Null: no camera's read. */
function lateMoment({ told }: LateRead): CameraMoment | null {
  return told?.type === 'late_arrival' && told.cameraId !== null ? { cameraId: told.cameraId, at: told.at } : null;
}

let lastSettings = defaultSettings;
/** Fewer exits say less than the garage has learned. */
const TELLING_EXITS = 100;

const noReads: readonly PassageRead[] = [];
const noVisitIds: readonly string[] = [];
const noSlots: readonly number[] = [];
