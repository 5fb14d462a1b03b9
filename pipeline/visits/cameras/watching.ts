import type { Table } from '../../engine/state.ts';
import type { CameraRead } from '../../records/records.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import {
  isToldSilent, newWatch, noneSeen, unobserved, withCamera, withOddTime, type CameraWatch, type GarageWatch,
} from './camera-watch.ts';
import { askedAfter, timeMade } from './clock-correction.ts';
import { isOddTime, UNBELIEVED_MS } from './clock-offset.ts';
import { isForgotten, isGoingOff } from './going-off.ts';
import { endOfJudged, hoursOfWeek, intervalOf, judgedAt, lastJudgedAt } from './intervals.ts';
import { afterIntervals } from './judged-cameras.ts';
import { judgedReads } from './judged-reads.ts';
import { chanceOfRead, dayOf, learned } from './rhythm.ts';
import { endQuiet, growQuiet, unlikelihoodOfQuiet } from './silence.ts';
import { endAll, isCalledSilent, type Tell } from './troubles.ts';
import { DAYS, rhythmKey, type GarageRhythm } from './rhythm-codec.ts';

/** The cameras of a garage as its state holds them; none of it changes a visit. */
export interface Watching {
  readonly watches: Table<GarageWatch>;
  readonly rhythms: Table<GarageRhythm>;
  readonly stays: Table<Stay>;
}

/** The read as of when it was made, by what is known of its camera's clock. @param read with an odd time */
export function withTimeMade(read: CameraRead, garage: GarageIndex, { watches, stays }: Watching): CameraRead {
  const camera = watches.get(garage.garageId)?.cameras.find(({ cameraId }) => cameraId === read.cameraId);
  if (camera === undefined) return read;
  const capturedAt = timeMade(read, camera.corrections, () => isGoingOff(read, camera, garage, stays));
  return capturedAt === read.capturedAt ? read : { ...read, capturedAt };
}

/**
 * A read that is not as most are: its time is off, or it comes too late for its interval. All others are counted where
 * they are kept.
 * @param madeAt when, by what is known of the camera's clock
 */
export function noteOddRead(
  { cameraId, capturedAt, receivedAt, timing }: CameraRead, madeAt: number, clock: number, garage: GarageIndex, { watches }: Watching,
): void {
  const watch = watches.get(garage.garageId);
  const camera = watch?.cameras.find((each) => each.cameraId === cameraId);
  if (watch === undefined || camera === undefined) return;
  const interval = intervalOf(clock);
  const lagMs = timing === 'clock_off' ? UNBELIEVED_MS : receivedAt - capturedAt;
  const isLate = madeAt < clock - garage.settings.allowedLatenessMs;
  let after = isLate && camera.heardIn !== interval ? { ...camera, heardIn: interval } : camera;
  // What a camera had kept while its line was cut comes late, and says nothing of its clock.
  if (timing !== 'backfill' && isOddTime(lagMs)) after = withOddTime(after, { at: madeAt, lagMs });
  if (after !== camera) watches.put(garage.garageId, withCamera(watch, camera, after));
}

/** Begins to watch the garage's cameras that are configured and not watched yet. */
export function watchCameras(clock: number, garage: GarageIndex, { watches, rhythms }: Watching): void {
  const { garageId } = garage;
  const watch = watches.get(garageId);
  const former = [...garage.cameras.formerWatches];
  const next = watch?.next ?? former[0]?.[1].next ?? intervalOf(clock);
  const cameras = new Map<string, CameraWatch>();
  for (const cameraId of garage.cameras.configured()) cameras.set(cameraId, newWatch(cameraId, next));
  for (const [key, ofCamera] of former) {
    for (const camera of ofCamera.cameras) cameras.set(camera.cameraId, camera);
    watches.delete(key);
  }
  if (garage.cameras.formerRhythms.size > 0) takeOverRhythms([...cameras.keys()], garage, rhythms);
  for (const camera of watch?.cameras ?? []) cameras.set(camera.cameraId, camera);
  const sorted = [...cameras.values()].sort((one, other) => (one.cameraId < other.cameraId ? -1 : 1));
  watches.put(garageId, { garageId, next, cameras: sorted });
}

/** Rows of cameras become rows of days. */
function takeOverRhythms(cameraIds: readonly string[], garage: GarageIndex, rhythms: Table<GarageRhythm>): void {
  const { garageId } = garage;
  for (const key of [...garage.cameras.formerRhythms]) rhythms.delete(key);
  for (let day = 0; day < DAYS; day++) {
    const cameras = cameraIds.map((cameraId) => ({ cameraId, ...learned(garage.cameras.camera(cameraId).rhythm, day, noneSeen) }));
    rhythms.put(rhythmKey(garageId, day), { garageId, day, cameras });
  }
}

/** How far intervals are judged: those due at the garage clock, and before anything else is. */
export interface JudgedUntil {
  readonly clock: number;
  /** Garage clock at which something else is due. */
  readonly before: number;
  /** Garage clock after which nobody looked: a replay has ended there. */
  readonly observedUntil: number;
}

/** Judges the garage's next intervals, one or more of one day. */
export function judgeIntervals(
  { clock, before, observedUntil }: JudgedUntil, garage: GarageIndex, { watches, rhythms, stays }: Watching, tell: Tell,
): void {
  const { garageId, operatorId } = garage;
  const { allowedLatenessMs } = garage.settings;
  const watch = watches.get(garageId)!;
  const hours = hoursOfWeek(garage.timezone);
  const from = watch.next;
  const today = dayOf(hours.of(from));
  let { cameras } = watch;
  if (garage.cameras.areWatchedLeft) {
    cameras = withoutLeft(cameras, garage, rhythms, tell);
    if (cameras.length === 0) return watches.delete(garageId);
  }
  // A row of a former release may hold hours of the day before.
  cameras = withDayLearned(cameras, today, garage, rhythms);

  const last = lastJudgedAt(clock, allowedLatenessMs);
  const end = Math.max(from + 1, endOfJudged(clock, before, allowedLatenessMs));
  const observed = last - from > MOST_AT_ONCE ? from : Math.max(from, Math.min(end, intervalOf(observedUntil)));
  let until = from;
  while (until < observed && dayOf(hours.of(until)) === today) until++;
  const known = cameras.map((camera, index) => {
    const { rhythm, counts } = garage.cameras.watchedCamera(index, camera.cameraId);
    return { watch: camera, rhythm, counts };
  });
  const seen = { garageId, operatorId, from, until, hours, allowedLatenessMs, judgedReads: judgedReads(from, until, garage, stays) };
  const after = afterIntervals(known, seen, tell);
  const isUnobserved = until === observed && observed < end;
  const next = isUnobserved ? last + 1 : until;
  // At once: by it the next day's intervals may wait.
  const learnt = withDayLearned(after, dayOf(hours.of(next)), garage, rhythms)
    .map((camera) => withoutPast(camera, next));
  watches.put(garageId, { garageId, next, cameras: isUnobserved ? learnt.map(unobserved) : learnt });
}

/** Without what no read asks for any more. */
function withoutPast(camera: CameraWatch, next: number): CameraWatch {
  const corrections = askedAfter(next, camera.corrections);
  const { oddBefore: odd } = camera;
  const oddBefore = odd.some((each) => isForgotten(each, next)) ? odd.filter((each) => !isForgotten(each, next)) : odd;
  return corrections === camera.corrections && oddBefore === camera.oddBefore ? camera : { ...camera, corrections, oddBefore };
}

/** Cameras are not the garage's any more. */
function withoutLeft(
  cameras: readonly CameraWatch[], garage: GarageIndex, rhythms: Table<GarageRhythm>, tell: Tell,
): readonly CameraWatch[] {
  const areLeft = new Set(cameras.map(({ cameraId }) => cameraId).filter((cameraId) => !garage.cameras.camera(cameraId).isConfigured));
  for (const camera of cameras) if (areLeft.has(camera.cameraId)) endAll(camera, tell);
  for (let day = 0; day < DAYS; day++) {
    const key = rhythmKey(garage.garageId, day);
    const row = rhythms.get(key);
    if (row === undefined) continue;
    const left = row.cameras.filter(({ cameraId }) => !areLeft.has(cameraId));
    if (left.length === 0) rhythms.delete(key);
    else rhythms.put(key, { ...row, cameras: left });
  }
  return cameras.filter(({ cameraId }) => !areLeft.has(cameraId));
}

/** What the day that is over has taught goes into the rhythm. */
function withDayLearned(
  cameras: readonly CameraWatch[], today: number, garage: GarageIndex, rhythms: Table<GarageRhythm>,
): readonly CameraWatch[] {
  const { garageId } = garage;
  const seen = cameras.find(({ hours }) => hours.length > 0);
  if (seen === undefined) return cameras;
  const day = dayOf(seen.hours[0]!.hour);
  if (day === today) return cameras;
  const learnedOf = ({ cameraId, hours }: CameraWatch) => ({ cameraId, ...learned(garage.cameras.camera(cameraId).rhythm, day, hours) });
  rhythms.put(rhythmKey(garageId, day), { garageId, day, cameras: cameras.map(learnedOf) });
  return cameras.map((camera) => ({ ...camera, hours: noneSeen }));
}

/** A garage that was left alone for longer is begun anew. */
const MOST_AT_ONCE = 28 * 96;

/** Garage clock at which a camera will be called silent if no more reads come; Infinity: not within a week. */
export function silentAt(garage: GarageIndex, watches: Table<GarageWatch>): number {
  const { garageId, timezone, settings } = garage;
  const known = watches.get(garageId);
  if (known === undefined) return Infinity;
  const { next } = known;
  const hours = hoursOfWeek(timezone);
  const cameras = known.cameras.filter((watch) => !isToldSilent(watch)).map((watch) => {
    const { counts, rhythm } = garage.cameras.camera(watch.cameraId);
    return { counts, watch, rhythm, quiet: { ...watch.quiet }, chance: 0, unlikelihood: 0 };
  });
  let hour = -1;
  let all = 0;
  for (let interval = next; interval < next + WEEK; interval++) {
    if (hours.of(interval) !== hour) {
      hour = hours.of(interval);
      for (const camera of cameras) {
        camera.chance = chanceOfRead(camera.rhythm, hour);
        camera.unlikelihood = unlikelihoodOfQuiet(camera.chance);
      }
      all = cameras.reduce((sum, { chance }) => sum + chance, 0);
    }
    for (const { counts, watch, quiet, chance, unlikelihood } of cameras) {
      if (counts.of(interval) > 0 || watch.heardIn >= interval) endQuiet(quiet);
      else growQuiet(quiet, interval, 1, unlikelihood, all - chance, 0);
      if (isCalledSilent(watch.from, quiet, interval + 1)) return judgedAt(interval, settings.allowedLatenessMs);
    }
  }
  return Infinity;
}

const WEEK = 7 * 96;
