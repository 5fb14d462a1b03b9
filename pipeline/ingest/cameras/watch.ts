import { serialKey } from '../../garages/serial.ts';
import type { CameraRead } from '../../records/records.ts';
import type { CameraEvent } from '../formats/format.ts';
import type { CameraPlace } from './camera-index.ts';
import { instantOf } from './camera-time.ts';

/** What ingest made of one event of a camera. */
export interface WatchedEvent {
  readonly format: string;
  /** UTC ms. */
  readonly at: number;
  readonly outcome: 'accepted' | 'held' | 'rejected' | 'unreadable';
  /** Why it was not accepted; empty when it was. */
  readonly why: string;
  /** Null: the payload could not be read so far. */
  readonly event: CameraEvent | null;
  /** Null: no garage names the camera. */
  readonly place: CameraPlace | null;
  /** As it is stored, or would be. */
  readonly read: CameraRead | null;
}

/** The same for the person who watches; goes from ingest to the terminal and is kept nowhere. */
export interface Sighting {
  readonly at: number;
  readonly format: string;
  readonly serial: string | null;
  readonly outcome: WatchedEvent['outcome'];
  readonly why: string;
  /** Garage, lane and camera. */
  readonly place: readonly [string, string, string] | null;
  /** The camera's own word or degrees. */
  readonly told: string | number | null;
  readonly direction: 'in' | 'out' | 'unknown' | null;
  readonly plate: string | null;
  readonly country: string | null;
  readonly confidence: number | null;
  /** What the camera's clock says, UTC ms. */
  readonly clock: number | null;
  readonly timing: CameraRead['timing'];
}

export function sightingOf({ format, at, outcome, why, event, place, read }: WatchedEvent): Sighting {
  const clock = event === null ? null : instantOf(event.capturedAt, place?.garage.timezone ?? 'UTC', at);
  return {
    at, format, serial: event === null ? null : serialKey(event.serial), outcome, why,
    place: place === null ? null : [place.garage.garageId, place.laneId, place.camera.cameraId],
    told: event?.direction ?? null,
    direction: read === null || place === null ? null : (read.direction.toLowerCase() as 'in' | 'out' | 'unknown'),
    plate: read?.plate ?? null, country: read?.country ?? null, confidence: read?.confidence ?? null,
    clock, timing: read?.timing ?? '',
  };
}

/** A sighting as lines of a terminal: what was understood, why not, and what an installer may want to put right. */
export function sightingLines(sighting: Sighting): string[] {
  const { at, format, serial, outcome, why, place, direction, plate, country, confidence } = sighting;
  const seen = plate === null ? [] : [
    plate === '' ? '(no plate)' : `${country} ${plate}`, `${Math.round((confidence ?? 0) * 100)} %`,
  ];
  const first = [
    new Date(at).toISOString().slice(11, 19), format, serial ?? '(no serial)', outcome.toUpperCase(),
    ...(place === null ? [] : [place.join(' / ')]), ...(direction === null ? [] : [direction]), ...seen,
  ].join('  ');
  const lines = [
    why === '' ? first : `${first}  ${why}`, ...Array.from(advice(sighting), (line) => `          ${line}`),
  ];
  // Whatever a stranger calls a camera must not steer the terminal.
  return lines.map((line) => line.replace(/\p{C}/gu, '\ufffd'));
}

/** A read is under way for so long at most, when it is sent at once. */
const PROMPT_MS = 60_000;

function* advice({ at, serial, outcome, place, told, direction, clock, timing }: Sighting): Generator<string, void> {
  if (outcome === 'held') {
    yield `add "serial": ${JSON.stringify(serial)} to a camera of your garages file, `
      + 'then: npx bomfri garages apply FILE';
  }
  if (place !== null && direction === 'unknown') {
    yield told === null
      ? 'the camera says nothing of a direction: the lane decides'
      : `the camera says ${JSON.stringify(told)}, which its "directions" give no meaning`;
  }
  if (clock === null) return;
  const behindMs = at - clock;
  const off = `${duration(Math.abs(behindMs))} ${behindMs < 0 ? 'ahead of' : 'behind'} ours`;
  if (timing === 'clock_off') yield `the camera's clock is ${off}: our time was taken instead`;
  else if (timing === 'backfill') yield `kept by the camera and sent late, ${off}`;
  else if (place !== null && behindMs > PROMPT_MS) yield `its time is ${off}: sent late, or its clock or zone is wrong`;
}

/** In the largest unit of which there are two. */
function duration(ms: number): string {
  const units = [[86_400_000, 'days'], [3_600_000, 'hours'], [60_000, 'minutes']] as const;
  const [length, name] = units.find(([unit]) => ms >= 2 * unit) ?? [1_000, 'seconds'];
  return `${Math.round(ms / length)} ${name}`;
}
