import type { Table } from '../../engine/state.ts';
import type { CameraRead, Irregularity } from '../../records/records.ts';
import type { GarageIndex } from '../garage-index.ts';
import type { Stay } from '../state.ts';
import {
  afterInterval, isCalledSilent, isToldSilent, newWatch, unobserved, unwatched, withOddTime, type CameraWatch,
  type WatchedCamera,
} from './camera-watch.ts';
import { isOddTime, UNBELIEVED_MS } from './clock-offset.ts';
import { beginOfInterval, hourOfWeek, intervalOf, judgedAt, lastJudgedAt } from './intervals.ts';
import { judgedReads } from './judged-reads.ts';
import { chanceOfRead } from './rhythm.ts';
import { notQuiet, quieter } from './silence.ts';
import type { CameraRhythm } from './watch-codec.ts';

/** The cameras of a garage as its state holds them; none of it changes a visit. */
export interface Watching {
  readonly watches: Table<CameraWatch>;
  readonly rhythms: Table<CameraRhythm>;
  readonly stays: Table<Stay>;
}

type Tell = (irregularity: Irregularity) => void;

/**
 * A read that is not as most are: its time is off, or it comes too late for its interval. All others are counted where
 * they are kept.
 */
export function noteOddRead(
  { cameraId, capturedAt, receivedAt, timing }: CameraRead, clock: number, garage: GarageIndex, { watches }: Watching,
): void {
  const { watch, key } = garage.camera(cameraId);
  if (watch === null) return;
  const interval = intervalOf(clock);
  const lagMs = timing === 'clock_off' ? UNBELIEVED_MS : receivedAt - capturedAt;
  const isLate = capturedAt < clock - garage.settings.allowedLatenessMs;
  let after = isLate && watch.heardIn !== interval ? { ...watch, heardIn: interval } : watch;
  // What a camera had kept while its line was cut comes late, and says nothing of its clock.
  if (timing !== 'backfill' && isOddTime(lagMs)) after = withOddTime(after, { at: capturedAt, lagMs });
  if (after !== watch) watches.put(key, after);
}

/** Begins to watch the garage's cameras that are configured and not watched yet. */
export function watchCameras(clock: number, garage: GarageIndex, { watches }: Watching): void {
  const interval = garage.nextInterval ?? intervalOf(clock);
  for (const { cameraId, key, isConfigured, watch } of garage.allCameras()) {
    if (isConfigured && watch === null) watches.put(key, newWatch(garage.garageId, cameraId, interval));
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

/**
 * Judges the garage's next intervals, one or more. Of many at once, as after a quiet night, only what comes of them all is
 * written down.
 */
export function judgeIntervals(
  { clock, before, observedUntil }: JudgedUntil, garage: GarageIndex, { watches, rhythms, stays }: Watching, tell: Tell,
): void {
  const { allowedLatenessMs } = garage.settings;
  const last = lastJudgedAt(clock, allowedLatenessMs);
  let interval = garage.nextInterval!;
  // Sorted: nothing may depend on the order in which a restart met them.
  const known = garage.allCameras().filter(({ watch }) => watch !== null);
  for (const { key, watch, isConfigured } of known) {
    if (isConfigured) continue;
    unwatched(watch!, tell);
    watches.delete(key);
    rhythms.delete(key);
  }
  const configured = known.filter(({ isConfigured }) => isConfigured);
  if (configured.length === 0) return;
  let cameras: readonly WatchedCamera[] = configured.map(({ watch, rhythm }) => ({ watch: watch!, rhythm }));
  do {
    if (beginOfInterval(interval + 1) > observedUntil || last - interval > MOST_AT_ONCE) {
      cameras = cameras.map(({ watch, rhythm }) => ({ watch: unobserved(watch, last + 1), rhythm }));
      break;
    }
    const judged = interval;
    cameras = afterInterval(cameras, {
      interval,
      hour: hourOfWeek(interval, garage.timezone),
      count: (cameraId) => garage.camera(cameraId).counts.of(judged),
      judgedReads: judgedReads(interval, garage, stays),
      operatorId: garage.operatorId,
    }, tell);
    interval++;
  } while (judgedAt(interval, allowedLatenessMs) <= clock && judgedAt(interval, allowedLatenessMs) < before);
  for (const [index, { key, cameraId, rhythm: former }] of configured.entries()) {
    const { watch, rhythm } = cameras[index]!;
    watches.put(key, watch);
    if (rhythm !== former) rhythms.put(key, { ...rhythm, garageId: garage.garageId, cameraId });
  }
}

/** A garage that was left alone for longer is begun anew. */
const MOST_AT_ONCE = 28 * 96;

/** Garage clock at which a camera will be called silent if no more reads come; Infinity: not within a week. */
export function silentAt(garage: GarageIndex): number {
  const { nextInterval, timezone, settings } = garage;
  if (nextInterval === null) return Infinity;
  const cameras = garage.allCameras().flatMap(({ counts, watch, rhythm }) =>
    (watch === null || isToldSilent(watch) ? [] : [{ counts, watch, rhythm, quiet: watch.quiet }]));
  for (let interval = nextInterval; interval < nextInterval + WEEK; interval++) {
    const hour = hourOfWeek(interval, timezone);
    const chances = cameras.map(({ rhythm }) => chanceOfRead(rhythm, hour));
    const all = chances.reduce((sum, each) => sum + each, 0);
    for (const [index, camera] of cameras.entries()) {
      const isHeard = camera.counts.of(interval) > 0 || camera.watch.heardIn >= interval;
      const others = { expected: all - chances[index]!, read: 0 };
      camera.quiet = isHeard ? notQuiet : quieter(camera.quiet, interval, chances[index]!, others);
      if (isCalledSilent(camera.watch, camera.quiet, interval + 1)) return judgedAt(interval, settings.allowedLatenessMs);
    }
  }
  return Infinity;
}

const WEEK = 7 * 96;
