import type { Irregularity } from '../../records/records.ts';
import { noCorrections, type ClockCorrection } from './clock-correction.ts';
import { rightClock, type ClockOffset, type OddTime } from './clock-offset.ts';
import { noMisreads, type Misreads } from './misreads.ts';
import type { HourSeen } from './rhythm.ts';
import { notQuiet, type Quiet } from './silence.ts';

/** What is known of a garage's cameras: one row, for all of them are judged at once. */
export interface GarageWatch {
  readonly garageId: string;
  /** The next interval that is to be judged. */
  readonly next: number;
  /** By their ids: nothing may depend on the order in which a restart met them. */
  readonly cameras: readonly CameraWatch[];
}

/** What is known of one camera, interval by interval, and what was told of it. */
export interface CameraWatch {
  readonly cameraId: string;
  /** The first interval in which it was watched. */
  readonly from: number;
  /** What it was seen of the day under way, hour by hour; the last one may be under way too. */
  readonly hours: readonly HourSeen[];
  readonly quiet: Quiet;
  readonly misreads: Misreads;
  readonly clock: ClockOffset;
  /** In the order of their intervals: of the first that a read may still be of, and later. */
  readonly corrections: readonly ClockCorrection[];
  /** Reads whose time was off, of intervals not yet judged, or too late for theirs. */
  readonly odd: readonly OddTime[];
  /** Those of the last judged intervals: a clock that has been put back shows in them. */
  readonly oddBefore: readonly OddTime[];
  /** Interval of the garage clock in which a read came too late for its own: the camera is alive. */
  readonly heardIn: number;
  /** What is the matter now: open, or dismissed by a person. */
  readonly told: readonly Irregularity[];
}

export function newWatch(cameraId: string, interval: number): CameraWatch {
  return {
    cameraId, from: interval, hours: noneSeen, quiet: notQuiet, misreads: noMisreads, clock: rightClock, corrections: noCorrections,
    odd: noneOdd, oddBefore: noneOdd, heardIn: 0, told: nothingTold,
  };
}

/** With another watch of one of its cameras. */
export function withCamera(watch: GarageWatch, before: CameraWatch, after: CameraWatch): GarageWatch {
  return { ...watch, cameras: watch.cameras.map((camera) => (camera === before ? after : camera)) };
}

/** Nobody can say what the camera did in the intervals before: neither was it silent, nor was that usual. */
export function unobserved(watch: CameraWatch): CameraWatch {
  return { ...watch, quiet: notQuiet };
}

/** A read whose time was off. More of them than this tell nothing more. */
export function withOddTime(watch: CameraWatch, odd: OddTime): CameraWatch {
  return watch.odd.length >= MOST_ODD ? watch : { ...watch, odd: [...watch.odd, odd] };
}

export const MOST_ODD = 128;
export const noneOdd: readonly OddTime[] = [];
export const noneSeen: readonly HourSeen[] = [];
export const nothingTold: readonly Irregularity[] = [];

export function isToldSilent({ told }: Pick<CameraWatch, 'told'>): boolean {
  return told.some(({ type }) => type === 'camera_silent');
}
