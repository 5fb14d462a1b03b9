import { hash } from 'node:crypto';
import type { Table } from '../../engine/state.ts';
import type { Irregularity, Severity } from '../../records/records.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { Stay } from '../state/stay.ts';
import { withdrawnIrregularity } from '../stays/irregularities.ts';
import type { BlankRead } from './blank-read.ts';
import type { Passage } from './passages.ts';

/**
 * Reads without a plate: a camera saw a vehicle. They belong to no passage. When the allowed lateness has passed, what
 * was read around them tells whether another camera read the vehicle, whether it followed another closely, or whether
 * nobody knows it. A late read judges those around it again. They are remembered for a horizon.
 */

/** Another camera of the lane that saw something within so long saw the same vehicle. */
const OTHER_VIEW_MS = 1_500;
/** Who follows another through a lane within so long has not left room for a camera to read it. */
export const CLOSE_BEHIND_MS = 2_500;
/** Sooner than this, a camera that gives two reads has seen one vehicle twice. */
const SAME_LOOK_MS = 500;

/** When it is judged: all that comes in time and could tell has come. */
export function judgedAt(at: number, garage: GarageIndex): number {
  return at + CLOSE_BEHIND_MS + garage.settings.allowedLatenessMs;
}

/** The read as now judged, all that was told of it with it. */
export function judged(
  blank: BlankRead, stays: Table<Stay>, garage: GarageIndex, sink: { irregularity(irregularity: Irregularity): void },
): BlankRead {
  const kind = kindOf(blank, stays, garage);
  const told = blank.told.map((known) => (known.type === kind?.type ? reopened(known, kind) : withdrawnIrregularity(known)));
  if (kind !== null && !told.some(({ type }) => type === kind.type)) told.push(irregularityOf(blank, kind, garage.operatorId));
  for (const irregularity of told) if (!blank.told.includes(irregularity)) sink.irregularity(irregularity);
  return { ...blank, isJudged: true, told, dueAt: blank.at + garage.settings.horizonMs + 1 };
}

interface KindOfBlank {
  readonly type: string;
  readonly severity: Severity;
  readonly action: string;
}

/** A vehicle was seen whose plate no camera of the lane read. */
const unreadable: KindOfBlank = {
  type: 'plate_unreadable', severity: 'info', action: 'no visit was made of it: look at the camera if it happens often',
};

/** A vehicle without a plate came just behind one that the same camera had read. */
const tailgating: KindOfBlank = {
  type: 'tailgating', severity: 'warning',
  action: 'no visit was made of the second vehicle: it may have come in, or left, unread',
};

/** Null: another look at a vehicle that was read. */
function kindOf(blank: BlankRead, stays: Table<Stay>, garage: GarageIndex): KindOfBlank | null {
  const near = garage.lane(blank.laneId).trace.near(blank.at, CLOSE_BEHIND_MS, CLOSE_BEHIND_MS, '');
  const passages = near.flatMap((slot) => {
    const { entry, exit } = stays.at(slot)!;
    return [entry, exit].filter((passage) => passage !== null);
  });
  const isSeen = passages.some((passage) => !isInFront(passage, blank) && isOtherLook(passage, blank));
  if (isSeen) return null;
  return passages.some((passage) => isInFront(passage, blank)) ? tailgating : unreadable;
}

/** The camera had just read it, and did not soon read it again. */
function isInFront({ reads }: Passage, { at, cameraId }: BlankRead): boolean {
  const last = reads.findLast((read) => read.cameraId === cameraId && read.at < at + CLOSE_BEHIND_MS);
  return last !== undefined && at - last.at >= SAME_LOOK_MS && at - last.at < CLOSE_BEHIND_MS;
}

function isOtherLook({ reads }: Passage, { at, cameraId, laneId }: BlankRead): boolean {
  return reads.some((read) => read.laneId === laneId &&
    Math.abs(at - read.at) < (read.cameraId === cameraId ? SAME_LOOK_MS : OTHER_VIEW_MS));
}

/** What a person has settled stays settled. */
function reopened(known: Irregularity, { action }: KindOfBlank): Irregularity {
  return known.status !== 'withdrawn' ? known : { ...known, revision: known.revision + 1, status: 'open', action };
}

function irregularityOf(
  { garageId, cameraId, readId, at }: BlankRead, { type, severity, action }: KindOfBlank, operatorId: string,
): Irregularity {
  const name = hash('sha1', `${garageId} ${cameraId} ${readId}`, 'base64url').slice(0, 16);
  return {
    irregularityId: `${type}-${name}`, revision: 1, status: 'open', type, operatorId, garageId, at, cameraId,
    readIds: [readId], visitIds: [], severity, action,
  };
}
