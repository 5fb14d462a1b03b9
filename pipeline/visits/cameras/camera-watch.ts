import { hash } from 'node:crypto';
import type { Irregularity, Severity } from '../../records/records.ts';
import { areOthersRight, isOff, isRight, rightClock, withReads, type ClockOffset, type OddTime } from './clock-offset.ts';
import { beginOfInterval, intervalOf } from './intervals.ts';
import { noMisreads, withReads as withMisreads, type Misreads } from './misreads.ts';
import { chanceOfRead, learned, noHour, type HourSeen, type Rhythm } from './rhythm.ts';
import { isSilent, isUsual, notQuiet, quieter, type Quiet } from './silence.ts';

/** What is known of one camera, interval by interval, and what was told of it. */
export interface CameraWatch {
  readonly garageId: string;
  readonly cameraId: string;
  /** The first interval in which it was watched, and the next that is to be judged. */
  readonly from: number;
  readonly next: number;
  /** What it was seen of the hour under way. */
  readonly hour: HourSeen;
  readonly quiet: Quiet;
  readonly misreads: Misreads;
  readonly clock: ClockOffset;
  /** Reads whose time was off, of intervals not yet judged, or too late for theirs. */
  readonly odd: readonly OddTime[];
  /** Interval of the garage clock in which a read came too late for its own: the camera is alive. */
  readonly heardIn: number;
  /** What is the matter now: open, or dismissed by a person. */
  readonly told: readonly Irregularity[];
}

export function newWatch(garageId: string, cameraId: string, interval: number): CameraWatch {
  return {
    garageId, cameraId, from: interval, next: interval, hour: noHour, quiet: notQuiet, misreads: noMisreads,
    clock: rightClock, odd: noneOdd, heardIn: 0, told: nothingTold,
  };
}

export interface WatchedCamera {
  readonly watch: CameraWatch;
  /** Kept apart: it is larger, and changes once an hour. */
  readonly rhythm: Rhythm;
}

/** What a garage saw in one interval. */
export interface SeenInterval {
  readonly interval: number;
  /** Of the week, local time. */
  readonly hour: number;
  /** Reads of a camera. */
  count(cameraId: string): number;
  /** Of reads of vehicles that left then, in order: whose they are, and whether they were wrong. */
  readonly judgedReads: readonly { readonly cameraId: string; readonly isWrong: boolean }[];
  readonly operatorId: string;
}

/** All watched cameras of a garage after one interval more; what is told goes to `tell`. */
export function afterInterval(
  cameras: readonly WatchedCamera[], seen: SeenInterval, tell: (irregularity: Irregularity) => void,
): WatchedCamera[] {
  const traffic = cameras.map(({ watch, rhythm }) => ({
    watch, reads: seen.count(watch.cameraId), chance: chanceOfRead(rhythm, seen.hour),
  }));
  const clocks = cameras.map(({ watch }) => withOddTimes(watch, seen));
  return cameras.map(({ watch, rhythm }, index) => {
    const { clock, odd } = clocks[index]!;
    const areWrong = seen.judgedReads.filter(({ cameraId }) => cameraId === watch.cameraId).map(({ isWrong }) => isWrong);
    const misreads = withMisreads(watch.misreads, areWrong);
    const isNewHour = watch.hour.seen > 0 && watch.hour.hour !== seen.hour;
    const next = { ...watch, ...quietAfter(index, traffic, seen), misreads, clock, odd, next: seen.interval + 1 };
    const otherClocks = clocks.filter((_, other) => other !== index).map((each) => each.clock);
    return {
      watch: { ...next, told: toldOf(next, otherClocks, seen, tell) },
      rhythm: isNewHour ? learned(rhythm, watch.hour) : rhythm,
    };
  });
}

/** Nobody can say what the cameras did in the intervals before: neither were they silent, nor was that usual. */
export function unobserved(watch: CameraWatch, next: number): CameraWatch {
  return { ...watch, next, quiet: notQuiet };
}

/** The camera is not one of the garage's any more. */
export function unwatched(watch: CameraWatch, tell: (irregularity: Irregularity) => void): void {
  for (const known of watch.told) end(known, 'none: the garage has no such camera any more', tell);
}

/** What a person has dismissed is settled. */
function end(known: Irregularity, action: string, tell: (irregularity: Irregularity) => void): void {
  if (known.status === 'open') tell({ ...known, revision: known.revision + 1, status: 'resolved', action });
}

/** A read whose time was off. More of them than this tell nothing more. */
export function withOddTime(watch: CameraWatch, odd: OddTime): CameraWatch {
  return watch.odd.length >= MOST_ODD ? watch : { ...watch, odd: [...watch.odd, odd] };
}

const MOST_ODD = 128;
const noneOdd: readonly OddTime[] = [];
const nothingTold: readonly Irregularity[] = [];

interface Traffic {
  readonly watch: CameraWatch;
  readonly reads: number;
  /** Of any. */
  readonly chance: number;
}

/** Watched for less, a camera may have had no working day or no weekend yet. */
const WATCHED_FIRST = 3 * 96;
/** A camera silent for so long may have no more to do: that is its rhythm then. */
const SILENT_MOST = 14 * 96;

function quietAfter(
  index: number, traffic: readonly Traffic[], { interval, hour }: SeenInterval,
): Pick<CameraWatch, 'hour' | 'quiet'> {
  const { watch, reads, chance } = traffic[index]!;
  const before = watch.hour.hour === hour ? watch.hour : { hour, seen: 0, read: 0 };
  if (reads > 0) return { hour: { hour, seen: before.seen + 1, read: before.read + 1 }, quiet: notQuiet };
  if (watch.heardIn >= interval) return { hour: before, quiet: notQuiet };
  const others = { expected: 0, read: 0 };
  for (const other of traffic) {
    if (other.watch === watch || isToldSilent(other.watch)) continue;
    others.expected += other.chance;
    others.read += other.reads > 0 ? 1 : 0;
  }
  const quiet = quieter(watch.quiet, interval, chance, others);
  // Hours of silence must not become the rhythm.
  const isRhythm = isUsual(quiet) || quiet.intervals > SILENT_MOST;
  return { hour: isRhythm ? { ...before, seen: before.seen + 1 } : before, quiet };
}

export function isToldSilent({ told }: CameraWatch): boolean {
  return told.some(({ type }) => type === 'camera_silent');
}

function withOddTimes(
  { cameraId, clock, odd }: CameraWatch, { interval, count }: SeenInterval,
): { readonly clock: ClockOffset; readonly odd: readonly OddTime[] } {
  if (odd.length === 0) return { clock: withReads(clock, count(cameraId), odd), odd };
  const due = odd.filter(({ at }) => intervalOf(at) <= interval);
  const early = due.filter(({ at }) => intervalOf(at) < interval);
  // Of so many, how many more there were is not known.
  const reads = due.length === MOST_ODD ? MOST_ODD : count(cameraId) + early.length;
  return { clock: withReads(clock, reads, due), odd: odd.filter((each) => !due.includes(each)) };
}

/** @param next the interval after the last judged one */
export function isCalledSilent({ from }: CameraWatch, quiet: Quiet, next: number): boolean {
  return next - from > WATCHED_FIRST && isSilent(quiet);
}

interface KindOfTrouble {
  readonly type: string;
  readonly severity: Severity;
  begins(watch: CameraWatch, otherClocks: readonly ClockOffset[]): boolean;
  isOver(watch: CameraWatch): boolean;
  action(watch: CameraWatch): string;
}

/** In the order of their names. */
const kindsOfTrouble: readonly KindOfTrouble[] = [
  {
    type: 'camera_degraded', severity: 'warning',
    begins: ({ misreads }) => misreads.isDegraded,
    isOver: ({ misreads }) => !misreads.isDegraded,
    action: () => 'none, reads count by their confidence as ever: see whether the lens is clean, lit and aimed',
  },
  {
    type: 'camera_silent', severity: 'error',
    begins: (watch) => isCalledSilent(watch, watch.quiet, watch.next),
    isOver: ({ quiet }) => quiet.intervals === 0,
    action: ({ quiet }) => {
      const since = new Date(beginOfInterval(quiet.since)).toISOString();
      return `none, who passes unread has no entry or no exit: see whether it has power and a line, nothing came since ${since}`;
    },
  },
  {
    type: 'clock_skew', severity: 'warning',
    begins: ({ clock }, otherClocks) => isOff(clock) && areOthersRight(otherClocks),
    isOver: ({ clock }) => isRight(clock),
    action: ({ clock }) =>
      `none, visits have its times: set the camera's clock, it is about ${offBy(clock.byMs)}`,
  },
];

function offBy(byMs: number): string {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const how = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${how} ${byMs < 0 ? 'ahead' : 'behind'}`;
}

function toldOf(
  watch: CameraWatch, otherClocks: readonly ClockOffset[], { operatorId }: SeenInterval,
  tell: (irregularity: Irregularity) => void,
): readonly Irregularity[] {
  let told = watch.told;
  for (const kind of kindsOfTrouble) {
    const known = told.find(({ type }) => type === kind.type);
    if (known === undefined) {
      if (!kind.begins(watch, otherClocks)) continue;
      const irregularity = irregularityOf(kind, watch, operatorId);
      tell(irregularity);
      told = [...told, irregularity];
    } else if (kind.isOver(watch)) {
      end(known, 'none: it is over', tell);
      told = told.filter((each) => each !== known);
    }
  }
  return told;
}

/** Its time is the end of the interval that showed it. */
function irregularityOf({ type, severity, action }: KindOfTrouble, watch: CameraWatch, operatorId: string): Irregularity {
  const { garageId, cameraId, next } = watch;
  const name = hash('sha1', `${garageId} ${cameraId} ${next}`, 'base64url').slice(0, 16);
  return {
    irregularityId: `${type}-${name}`, revision: 1, status: 'open', type, operatorId, garageId, at: beginOfInterval(next), cameraId,
    readIds: [], visitIds: [], severity, action: action(watch),
  };
}
