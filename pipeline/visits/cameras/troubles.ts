import { hash } from 'node:crypto';
import type { Irregularity, Severity } from '../../records/records.ts';
import type { CameraWatch } from './camera-watch.ts';
import { areOthersRight, isOff, isRight } from './clock-offset.ts';
import { beginOfInterval } from './intervals.ts';
import { isSilent, type Quiet } from './silence.ts';

/** What is told of cameras: when each trouble begins, when it is over, and what then is to be done. */

export type Tell = (irregularity: Irregularity) => void;

/** What a trouble shows in. */
export type Symptoms = Pick<CameraWatch, 'cameraId' | 'from' | 'quiet' | 'misreads' | 'clock' | 'told'>;

/** When, and of whose camera. */
export interface Moment {
  readonly garageId: string;
  readonly operatorId: string;
  /** The interval after the last judged one. */
  readonly next: number;
}

interface KindOfTrouble {
  readonly type: string;
  readonly severity: Severity;
  begins(camera: Symptoms, all: readonly Symptoms[], next: number): boolean;
  isOver(camera: Symptoms): boolean;
  action(camera: Symptoms, all: readonly Symptoms[]): string;
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
    begins: ({ from, quiet }, _all, next) => isCalledSilent(from, quiet, next),
    isOver: ({ quiet }) => quiet.intervals === 0,
    action: ({ quiet }) => {
      const since = new Date(beginOfInterval(quiet.since)).toISOString();
      return `none, who passes unread has no entry or no exit: see whether it has power and a line, nothing came since ${since}`;
    },
  },
  {
    type: 'clock_skew', severity: 'warning',
    begins: ({ clock }, all) =>
      isOff(clock) && (all.length === 1 || areOthersRight(clock, all)),
    isOver: ({ clock }) => isRight(clock),
    action: ({ clock }, { length }) => {
      const times = length === 1 ? 'none, visits have its times' : 'before long its reads count as made when they come in';
      return `${times}: set the camera's clock, it is about ${offBy(clock.byMs)}`;
    },
  },
];

/** Watched for less, a camera may have had no working day or no weekend yet. */
const WATCHED_FIRST = 3 * 96;

/**
 * @param from the first interval in which it was watched
 * @param next the interval after the last judged one
 */
export function isCalledSilent(from: number, quiet: Quiet, next: number): boolean {
  return next - from > WATCHED_FIRST && isSilent(quiet);
}

/**
 * What is the matter with a camera after an interval; what has changed since goes to `tell`.
 * @param all cameras of its garage
 */
export function toldOf(camera: Symptoms, all: readonly Symptoms[], moment: Moment, tell: Tell): readonly Irregularity[] {
  let { told } = camera;
  for (const kind of kindsOfTrouble) {
    const known = told.length === 0 ? undefined : told.find(({ type }) => type === kind.type);
    if (known === undefined) {
      if (!kind.begins(camera, all, moment.next)) continue;
      const irregularity = irregularityOf(kind, camera, all, moment);
      tell(irregularity);
      told = [...told, irregularity];
    } else if (kind.isOver(camera)) {
      end(known, 'none: it is over', tell);
      told = told.filter((each) => each !== known);
    }
  }
  return told;
}

/** The camera is not one of the garage's any more. */
export function endAll({ told }: Pick<CameraWatch, 'told'>, tell: Tell): void {
  for (const known of told) end(known, 'none: the garage has no such camera any more', tell);
}

/** What a person has dismissed is settled. */
function end(known: Irregularity, action: string, tell: Tell): void {
  if (known.status === 'open') tell({ ...known, revision: known.revision + 1, status: 'resolved', action });
}

function offBy(byMs: number): string {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const how = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${how} ${byMs < 0 ? 'ahead' : 'behind'}`;
}

/** Its time is the end of the interval that showed it. */
function irregularityOf(
  { type, severity, action }: KindOfTrouble, camera: Symptoms, all: readonly Symptoms[], { garageId, operatorId, next }: Moment,
): Irregularity {
  const { cameraId } = camera;
  const name = hash('sha1', `${garageId} ${cameraId} ${next}`, 'base64url').slice(0, 16);
  return {
    irregularityId: `${type}-${name}`, revision: 1, status: 'open', type, operatorId, garageId, at: beginOfInterval(next), cameraId,
    readIds: [], visitIds: [], severity, action: action(camera, all),
  };
}
