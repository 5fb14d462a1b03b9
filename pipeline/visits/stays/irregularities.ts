import { hash } from 'node:crypto';
import type { CameraRead, Irregularity, Severity } from '../../records/records.ts';
import type { Passage, PassageRead } from '../passages/passages.ts';
import { DRIVE_THROUGH, DRIVE_THROUGH_SEVERITY } from './drive-through.ts';
import { driveThrough, type Finding, type KindOfStay } from './irregular-stays.ts';
import { sameList } from '../lists/same-list.ts';
import type { FoldedStay } from './timeline.ts';

/**
 * Irregular sequences as they are told. Those of a stay follow from the fold by the rules in irregular-stays.ts. A newer
 * fold that explains one away withdraws it: it never was one.
 */

export const noIrregularities: readonly Irregularity[] = [];

/** Where and for whom: what is the same for all irregularities of a stay. */
export interface StayNames {
  readonly garageId: string;
  readonly operatorId: string;
  readonly visitId: string;
  /** The stay that it follows (double entry), or null. */
  readonly followsId: string | null;
}

/**
 * The irregularities of a stay, newest revisions: those that the fold finds, and those emitted before that it does
 * not find any more, as withdrawn. An unchanged one is the same object as before.
 * @param kinds those that concern it
 */
export function irregularitiesOf(
  stay: FoldedStay, kinds: readonly KindOfStay[], names: StayNames, before: readonly Irregularity[],
): readonly Irregularity[] {
  if (kinds.length === 0 && before.length === 0) return noIrregularities;
  const found = findings(stay, kinds, names);
  if (found.length === 0 && before.length === 0) return noIrregularities;
  const newest = found.map((finding) => {
    const known = before.find((irregularity) => irregularity.type === finding.type);
    if (known === undefined) return finding;
    // What a person has settled stays settled.
    return known.status === 'resolved' || sameIrregularity(known, finding) ? known : { ...finding, revision: known.revision + 1 };
  });
  for (const known of before) {
    if (!found.some((finding) => finding.type === known.type)) newest.push(withdrawnIrregularity(known));
  }
  return newest;
}

/** A person has looked at it. */
export function resolvedIrregularity(known: Irregularity, by: string): Irregularity {
  return { ...known, revision: known.revision + 1, status: 'resolved', action: `dismissed by ${by}` };
}

/** It turned out that there was none. One that is withdrawn already stays as it is. */
export function withdrawnIrregularity(known: Irregularity): Irregularity {
  if (known.status === 'withdrawn') return known;
  const action = 'withdrawn: later reads explain the sequence';
  return { ...known, revision: known.revision + 1, status: 'withdrawn', action };
}

/**
 * late_arrival: a read that came after the allowed lateness. Within the horizon it repaired what it touches; an
 * older one changed nothing.
 */
export function lateArrival(read: CameraRead, operatorId: string, repaired: boolean): Irregularity {
  return ofRead(read, operatorId, 'late_arrival', 'info', repaired
    ? 'taken in: what it changes has a higher revision'
    : 'none: older than the horizon, the read was set aside');
}

function ofRead(
  read: CameraRead, operatorId: string, type: string, severity: Severity, action: string,
): Irregularity {
  const name = hash('sha1', `${read.garageId} ${read.cameraId} ${read.readId}`, 'base64url').slice(0, 16);
  return {
    irregularityId: `${type}-${name}`,
    revision: 1,
    status: 'open',
    type,
    operatorId,
    garageId: read.garageId,
    at: read.capturedAt,
    cameraId: read.cameraId,
    readIds: [read.readId],
    visitIds: [],
    severity,
    action,
  };
}

function findings(stay: FoldedStay, kinds: readonly KindOfStay[], names: StayNames): Irregularity[] {
  const found: Irregularity[] = [];
  const { visitId, followsId } = names;
  for (const { type, severity, find } of kinds) {
    const finding = find(stay);
    if (finding === null) continue;
    // A passage that made no stay has no visit.
    const visitIds = stay.status === 'void' ? [] : type === 'double_entry' ? [followsId!, visitId] : [visitId];
    found.push(foundIn(names, type, severity, finding, visitIds));
  }
  return found;
}

/** A plain stay of a few minutes: it has no other irregularity. @param enteredBy the last read of its entry */
export function shortStay(names: StayNames, enteredBy: Pick<PassageRead, 'readId'>, exit: Passage): Irregularity {
  return foundIn(names, DRIVE_THROUGH, DRIVE_THROUGH_SEVERITY, driveThrough(enteredBy, exit), [names.visitId]);
}

/** @param usual the severity of its kind */
function foundIn(
  { garageId, operatorId, visitId }: StayNames, type: string, usual: Severity, finding: Finding, visitIds: readonly string[],
): Irregularity {
  const { at, cameraId, reads, action, severity = usual } = finding;
  return {
    // From the type and the visit: it outlives corrected details.
    irregularityId: `${type}-${visitId}`,
    revision: 1,
    status: 'open',
    type,
    operatorId,
    garageId,
    at,
    cameraId,
    readIds: reads.map(({ readId }) => readId),
    visitIds,
    severity,
    action,
  };
}

function sameIrregularity(a: Irregularity, b: Irregularity): boolean {
  return (
    a.status === b.status &&
    a.severity === b.severity &&
    a.at === b.at &&
    a.cameraId === b.cameraId &&
    a.action === b.action &&
    sameList(a.readIds, b.readIds) &&
    sameList(a.visitIds, b.visitIds)
  );
}
