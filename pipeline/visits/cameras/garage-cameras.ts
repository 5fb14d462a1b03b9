import { defaultSettings } from '../../garages/garages-file.ts';
import type { Garage, GarageSettings } from '../../records/records.ts';
import { sharedTexts } from '../../records/shared-texts.ts';
import { idHashOf } from '../state/id-hashes.ts';
import type { GarageMemory } from '../state/garage-memory.ts';
import type { GarageWatch } from './camera-watch.ts';
import { IntervalCounts } from './interval-counts.ts';
import { hoursOfWeek, intervalOf, judgedAt } from './intervals.ts';
import { newRhythm, setDay, type Rhythm } from './rhythm.ts';
import { DAYS, WHOLE_WEEK, type GarageRhythm } from './rhythm-codec.ts';
import { judgedWith, READS_WAIT } from './waiting.ts';

/** A camera, and what is known of it. */
export interface CameraIndex {
  readonly cameraId: string;
  /** As `idHashOf` gives it. */
  readonly hash: number;
  isConfigured: boolean;
  isWatched: boolean;
  /** Of its reads in the state. */
  readonly counts: IntervalCounts;
  /** Of those that came later than the allowed lateness; null until there is one. */
  late: IntervalCounts | null;
  rhythm: Rhythm;
  /** How unlikely its quiet was when it was judged last. */
  surprise: number;
}

/** When a camera read something. */
export interface CameraMoment {
  readonly cameraId: string;
  /** ms UTC. */
  readonly at: number;
}

/** A garage's cameras as the tables of its state hold them, and when they are judged next. Derived: nothing here is the truth. */
export class GarageCameras {
  /** The garage has one: nobody else could confirm what it says. */
  isOnlyOne = false;
  /** By their keys, rows of cameras as a former release wrote them, until they are taken over. */
  readonly formerWatches = new Map<string, GarageWatch>();
  readonly formerRhythms = new Set<string>();
  /** Configured cameras that are not watched yet. */
  unwatched = 0;
  /** Some are watched that are not configured any more. */
  areWatchedLeft = false;
  /** When the quiet would have a camera called silent, as far as known; NaN: to be found out anew. */
  silentAt = NaN;
  private readonly garageId: string;
  private settings: Pick<GarageSettings, 'allowedLatenessMs' | 'horizonMs'> = defaultSettings;
  private timezone = 'UTC';
  private rear = new Set<string>();
  private readonly byId = new Map<string, CameraIndex>();
  /** As they were met: by their numbers. */
  private readonly met: CameraIndex[] = [];
  private readonly own: GarageMemory;
  /** Asked for last: of one read several times. */
  private asked: CameraIndex | null = null;
  /** Those watched, in the order of the row. */
  private watched: readonly CameraIndex[] = [];
  /** The next interval to judge them by. */
  private nextInterval = 0;
  /** Their reads from that interval on. */
  private unjudged = 0;
  /** Something is the matter with one of them, or may be: no interval waits. */
  private isJudgedSoon = false;
  /** Garage clock at which the next interval is judged, or it and those after it; NaN: to be found out anew. */
  private knownIntervalDue = Infinity;

  constructor(garageId: string, own: GarageMemory) {
    this.garageId = garageId;
    this.own = own;
  }

  configure({ lanes, settings, timezone }: Pick<Garage, 'lanes' | 'settings' | 'timezone'>): void {
    this.settings = settings;
    this.timezone = timezone;
    const configured = lanes.flatMap(({ cameras }) => cameras);
    this.rear = new Set(configured.filter(({ view }) => view === 'rear').map(({ cameraId }) => cameraId));
    const cameraIds = new Set(configured.map(({ cameraId }) => cameraId));
    this.isOnlyOne = cameraIds.size === 1;
    for (const camera of this.byId.values()) camera.isConfigured = false;
    // Too soon forgotten to be judged by.
    const areWatched = settings.horizonMs >= WATCHED_FROM_MS;
    for (const cameraId of cameraIds) this.camera(cameraId).isConfigured = areWatched;
    this.compareWatched();
  }

  /** Made when first met: one that is not configured is not watched. */
  camera(cameraId: string): CameraIndex {
    let camera = this.known(cameraId);
    if (camera === null) {
      camera = {
        cameraId: sharedTexts.of(cameraId), hash: idHashOf(this.garageId, cameraId), isConfigured: false, isWatched: false,
        counts: new IntervalCounts(this.own.memory, this.met.length), late: null, rhythm: noRhythm, surprise: 0,
      };
      this.byId.set(camera.cameraId, camera);
      this.own.addCamera(camera.hash, camera.counts.place);
      this.met.push(camera);
    }
    return (this.asked = camera);
  }

  /** Null: not met yet. */
  known(cameraId: string): CameraIndex | null {
    if (this.asked === null || this.asked.cameraId !== cameraId) this.asked = this.byId.get(cameraId) ?? null;
    return this.asked;
  }

  /** One of its own is asked for next. */
  ask(camera: CameraIndex): void {
    this.asked = camera;
  }

  /** Their ids. */
  configured(): string[] {
    return [...this.byId.values()].filter(({ isConfigured }) => isConfigured).map(({ cameraId }) => cameraId);
  }

  /** @param index where it most likely stands among those watched */
  watchedCamera(index: number, cameraId: string): CameraIndex {
    const camera = this.watched[index];
    return camera?.cameraId === cameraId ? camera : this.camera(cameraId);
  }

  isRear(cameraId: string): boolean {
    return this.rear.size > 0 && this.rear.has(cameraId);
  }

  /** Any sees vehicles from behind. */
  get haveRear(): boolean {
    return this.rear.size > 0;
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
    this.knownIntervalDue = NaN;
  }

  rhythmChanged(key: string, before: GarageRhythm | undefined, after: GarageRhythm | undefined): void {
    const { day, cameras } = (after ?? before)!;
    this.knownIntervalDue = NaN;
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

  /** A read came into the state. */
  count({ cameraId, at }: CameraMoment): void {
    const camera = this.camera(cameraId);
    camera.counts.add(at);
    this.counted(camera, at);
  }

  /** The same of one that is counted already. */
  counted(camera: CameraIndex, at: number): void {
    if (camera.isWatched && this.waitFor(at) && ++this.unjudged === READS_WAIT) this.knownIntervalDue = NaN;
  }

  /** A read left the state. */
  discount(camera: CameraIndex, at: number): void {
    camera.counts.remove(at);
    this.discounted(camera, at);
  }

  /** They are not judged yet by what was read then, ms UTC. */
  waitFor(at: number): boolean {
    return intervalOf(at) >= this.nextInterval;
  }

  /** The same of one of the camera that has the number, which is counted no more. */
  discountedOf(number: number, at: number): void {
    this.discounted(this.met[number]!, at);
  }

  private discounted(camera: CameraIndex, at: number): void {
    if (camera.isWatched && this.waitFor(at) && this.unjudged-- === READS_WAIT) this.knownIntervalDue = NaN;
  }

  /** A read that came later than the allowed lateness is remembered. */
  countLate({ cameraId, at }: CameraMoment): void {
    const camera = this.camera(cameraId);
    camera.late ??= new IntervalCounts(this.own.memory);
    camera.late.add(at);
  }

  discountLate({ cameraId, at }: CameraMoment): void {
    this.camera(cameraId).late!.remove(at);
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

  /** Other cameras are watched, or configured. */
  private compareWatched(): void {
    for (const camera of this.byId.values()) camera.isWatched = false;
    for (const camera of this.watched) camera.isWatched = true;
    this.unwatched = 0;
    for (const { isConfigured, isWatched } of this.byId.values()) if (isConfigured && !isWatched) this.unwatched++;
    this.areWatchedLeft = this.watched.some(({ isConfigured }) => !isConfigured);
    this.countUnjudged();
  }

  private countUnjudged(): void {
    this.unjudged = this.watched.reduce((sum, { counts }) => sum + counts.since(this.nextInterval), 0);
    this.knownIntervalDue = NaN;
  }
}

function ownRhythm(camera: CameraIndex): Rhythm {
  if (camera.rhythm === noRhythm) camera.rhythm = newRhythm();
  return camera.rhythm;
}

/** Of all cameras that have taught nothing yet; never written to. */
const noRhythm = newRhythm();
const HOURS_OF_DAY = 24;
const WATCHED_FROM_MS = 3_600_000;
/** A day, the longest is of 25 hours, waits to be judged while its reads are in the state. */
const WAITING_FROM_MS = 26 * 3_600_000;
