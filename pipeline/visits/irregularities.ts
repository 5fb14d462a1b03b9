import { hash } from 'node:crypto';
import type { CameraRead, Irregularity } from '../records/records.ts';
import { firstRead, lastRead } from './passages.ts';
import type { FoldedStay } from './timeline.ts';

/**
 * Irregular sequences: each type with its rule. Those of a stay follow from the fold; flags on a visit are the
 * types that concern it. A newer fold that explains one away withdraws it: it never was one.
 */

export const noFlags: readonly string[] = [];
export const noIrregularities: readonly Irregularity[] = [];

/** Types that concern the stay, sorted. */
export function flagsOf(stay: FoldedStay): readonly string[] {
  if (stay.status === 'open' && stay.follows === null) return noFlags;
  const flags: string[] = [];
  if (isDoubleEntry(stay) || stay.followedBy !== null) flags.push('double_entry');
  if (isExitWithoutEntry(stay)) flags.push('exit_without_entry');
  if (isMissedExit(stay)) flags.push('missed_exit');
  return flags.length === 0 ? noFlags : flags;
}

/** double_entry: an entry while the vehicle was inside. */
function isDoubleEntry(stay: FoldedStay): boolean {
  return stay.follows !== null;
}

/** exit_without_entry: an exit while the vehicle was outside; its entry was missed. */
function isExitWithoutEntry(stay: FoldedStay): boolean {
  return stay.entry === null;
}

/** missed_exit: the vehicle entered again, or forgetAfter passed, and no exit had been read. */
function isMissedExit(stay: FoldedStay): boolean {
  return stay.status === 'unclosed';
}

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
 */
export function irregularitiesOf(
  stay: FoldedStay, names: StayNames, before: readonly Irregularity[],
): readonly Irregularity[] {
  const found = findings(stay, names);
  if (found.length === 0 && before.length === 0) return noIrregularities;
  const newest = found.map((finding) => {
    const known = before.find((irregularity) => irregularity.type === finding.type);
    if (known === undefined) return finding;
    return sameIrregularity(known, finding) ? known : { ...finding, revision: known.revision + 1 };
  });
  for (const known of before) {
    if (!found.some((finding) => finding.type === known.type)) newest.push(withdrawnIrregularity(known));
  }
  return newest;
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
  const name = hash('sha1', `${read.garageId} ${read.cameraId} ${read.readId}`, 'base64url').slice(0, 16);
  return {
    irregularityId: `late_arrival-${name}`,
    revision: 1,
    status: 'open',
    type: 'late_arrival',
    operatorId,
    garageId: read.garageId,
    at: read.capturedAt,
    cameraId: read.cameraId,
    readIds: [read.readId],
    visitIds: [],
    severity: 'info',
    action: repaired
      ? 'taken in: what it changes has a higher revision'
      : 'none: older than the horizon, the read was set aside',
  };
}

function findings(stay: FoldedStay, names: StayNames): Irregularity[] {
  const found: Irregularity[] = [];
  if (isDoubleEntry(stay)) {
    const read = firstRead(stay.entry!);
    found.push({
      ...describe(names, 'double_entry'),
      at: read.at,
      cameraId: read.cameraId,
      readIds: [read.readId],
      visitIds: [names.followsId!, names.visitId],
      action: 'a new visit was opened; the earlier one is unclosed',
    });
  }
  if (isExitWithoutEntry(stay)) {
    const read = firstRead(stay.exit!);
    found.push({
      ...describe(names, 'exit_without_entry'),
      at: read.at,
      cameraId: read.cameraId,
      readIds: [read.readId],
      visitIds: [names.visitId],
      action: 'a visit without an entry was made; it is not billed by itself',
    });
  }
  if (isMissedExit(stay)) {
    const read = lastRead(stay.entry!);
    const next = stay.followedBy;
    found.push({
      ...describe(names, 'missed_exit'),
      at: next === null ? stay.endAt : firstRead(next.entry!).at,
      cameraId: null,
      readIds: [read.readId],
      visitIds: [names.visitId],
      action: next === null
        ? 'no exit within forgetAfter: the visit is unclosed and not billed by itself'
        : 'the vehicle entered again: the visit is unclosed and not billed by itself',
    });
  }
  return found;
}

/** What all of a type share. The id comes from the type and the visit, and so outlives corrected details. */
function describe(names: StayNames, type: string) {
  return {
    irregularityId: `${type}-${names.visitId}`,
    revision: 1,
    status: 'open',
    type,
    operatorId: names.operatorId,
    garageId: names.garageId,
    severity: 'warning',
  } as const;
}

function sameIrregularity(a: Irregularity, b: Irregularity): boolean {
  return (
    a.status === b.status &&
    a.at === b.at &&
    a.cameraId === b.cameraId &&
    a.action === b.action &&
    sameList(a.readIds, b.readIds) &&
    sameList(a.visitIds, b.visitIds)
  );
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
