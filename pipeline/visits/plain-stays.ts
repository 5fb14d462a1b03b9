import type { Table } from '../engine/state.ts';
import type { CameraRead, Visit } from '../records/records.ts';
import { RULES_VERSION, forgetDueAt, leavesAt } from './emission.ts';
import type { GarageIndex } from './garage-index.ts';
import { noFlags, noIrregularities } from './irregularities.ts';
import { firstRead, lastRead, type Passage } from './passages.ts';
import type { Stay } from './state.ts';

/**
 * The plain cases, nearly all of a garage's reads: a vehicle that is outside enters, one that is inside leaves,
 * nothing odd about its live stays, and the read is the latest of its plate; later the stay leaves the state. What the
 * fold would say is known without folding. A shortcut for speed only: property tests hold it against the fold.
 */

/**
 * @returns the stay that the passage opens or closes, as it now is; null: not plain, fold
 */
export function plainStay(
  stays: Table<Stay>, garage: GarageIndex, read: CameraRead, passage: Passage, mint: (read: CameraRead) => string,
): Stay | null {
  const visitIds = garage.visitIdsOf(read.country, read.plate);
  let open: Stay | null = null;
  if (typeof visitIds === 'string') {
    const stay = stays.get(visitIds)!;
    if (!isPlain(stay, read.capturedAt, garage)) return null;
    if (stay.exit === null) open = stay;
  } else if (visitIds !== undefined) {
    for (const visitId of visitIds) {
      const stay = stays.get(visitId)!;
      if (!isPlain(stay, read.capturedAt, garage)) return null;
      if (stay.exit === null) open = stay;
    }
  }
  if (passage.direction === 'IN') return open === null ? opened(garage, read, passage, mint(read)) : null;
  return passage.direction === 'OUT' && open !== null ? closed(open, garage, read, passage) : null;
}

/** All told, nothing irregular or doubtful, and over (or open) before the time. */
function isPlain(stay: Stay, at: number, { settings }: GarageIndex): boolean {
  const { entry, exit, visit } = stay;
  if (entry === null || visit === null || visit.flags.length > 0 || stay.irregularities.length > 0) return false;
  if (entry.direction !== 'IN' || at < lastRead(entry).at + settings.passageGapMs) return false;
  return exit === null
    ? visit.status === 'open' && stay.followsId === null && at < lastRead(entry).at + settings.forgetAfterMs
    : visit.status === 'closed' && exit.direction === 'OUT' && at > lastRead(exit).at;
}

/** A plain stay that ended, all told, and is due only to leave the state: no fold would say more of it. */
export function plainlyOver({ entry, exit, visit, irregularities, dueAt }: Stay, { settings }: GarageIndex): boolean {
  return (
    entry !== null && exit !== null && visit !== null && visit.status === 'closed' && irregularities.length === 0 &&
    visit.flags.length === 0 && visit.exitReadId === firstRead(exit).readId && visit.exitedAt === firstRead(exit).at &&
    dueAt === leavesAt(Math.max(lastRead(entry).at, lastRead(exit).at), settings)
  );
}

function opened(garage: GarageIndex, read: CameraRead, entry: Passage, visitId: string): Stay {
  const visit: Visit = {
    visitId,
    revision: 1,
    status: 'open',
    operatorId: garage.operatorId,
    garageId: garage.garageId,
    plate: read.plate,
    country: read.country,
    plateRead: true,
    entryReadId: read.readId,
    exitReadId: null,
    firstSeenAt: read.capturedAt,
    enteredAt: read.capturedAt,
    exitedAt: null,
    matchConfidence: 0,
    flags: noFlags,
    rulesVersion: RULES_VERSION,
  };
  return {
    visitId,
    garageId: garage.garageId,
    country: visit.country,
    plate: read.plate,
    entry,
    exit: null,
    followsId: null,
    visit,
    irregularities: noIrregularities,
    dueAt: forgetDueAt(entry, garage.settings),
  };
}

function closed(open: Stay, garage: GarageIndex, read: CameraRead, exit: Passage): Stay {
  const { visitId, garageId, country, plate } = open;
  const entry = open.entry!;
  const before = open.visit!;
  const visit: Visit = {
    visitId,
    revision: before.revision + 1,
    status: 'closed',
    operatorId: garage.operatorId,
    garageId,
    plate,
    country,
    plateRead: true,
    entryReadId: lastRead(entry).readId,
    exitReadId: read.readId,
    firstSeenAt: before.firstSeenAt,
    enteredAt: lastRead(entry).at,
    exitedAt: read.capturedAt,
    matchConfidence: 1,
    flags: noFlags,
    rulesVersion: RULES_VERSION,
  };
  return {
    visitId, garageId, country, plate, entry, exit, followsId: null, visit,
    irregularities: noIrregularities, dueAt: leavesAt(firstRead(exit).at, garage.settings),
  };
}
